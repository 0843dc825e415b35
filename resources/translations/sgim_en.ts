<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_GB" sourcelanguage="en_GB">
 <context>
  <name>ClosingQuestion</name>
  <message numerus="yes">
   <source>%n edit(s) still waiting.</source>
   <translation><numerusform>%n edit still waiting.</numerusform><numerusform>%n edits still waiting.</numerusform></translation>
  </message>
 </context>
 <context>
  <name>ExportDialog</name>
  <message numerus="yes">
   <source>Export %n result(s)</source>
   <translation><numerusform>Export %n result</numerusform><numerusform>Export %n results</numerusform></translation>
  </message>
  <message numerus="yes">
   <source>%n file(s) written to {0}.</source>
   <translation><numerusform>%n file written to {0}.</numerusform><numerusform>%n files written to {0}.</numerusform></translation>
  </message>
 </context>
 <context>
  <name>GalleryPanel</name>
  <message numerus="yes">
   <source>%n result(s)</source>
   <translation><numerusform>%n result</numerusform><numerusform>%n results</numerusform></translation>
  </message>
 </context>
</TS>
