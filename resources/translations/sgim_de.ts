<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en_GB">
 <context>
  <name>About</name>
  <message>
   <source>&lt;h3&gt;SGIM Studio {0}&lt;/h3&gt;&lt;p&gt;Edit pictures by what a sound means and how loud it is; by text; or by both.&lt;/p&gt;&lt;p&gt;Everything is computed on this machine; nothing is sent anywhere.&lt;/p&gt;&lt;p&gt;Apache License 2.0. Built with PySide6 (LGPL), PyTorch (BSD), PyAV with FFmpeg (GPL), OpenCLIP (MIT) and others. Every pack has a licence of its own: see the Packs panel.&lt;/p&gt;</source>
   <translation>&lt;h3&gt;SGIM Studio {0}&lt;/h3&gt;&lt;p&gt;Bilder bearbeiten durch das, was ein Klang bedeutet, und durch seine Lautstärke, durch Text oder durch beides.&lt;/p&gt;&lt;p&gt;Alles wird auf diesem Rechner berechnet, nichts wird verschickt.&lt;/p&gt;&lt;p&gt;Apache-Lizenz 2.0. Gebaut mit PySide6 (LGPL), PyTorch (BSD), PyAV mit FFmpeg (GPL), OpenCLIP (MIT) und anderen. Jedes Paket hat seine eigene Lizenz, siehe Bereich „Pakete“.&lt;/p&gt;</translation>
  </message>
 </context>
 <context>
  <name>AdvancedSettings</name>
  <message>
   <source>Learning rate</source>
   <translation>Lernrate</translation>
  </message>
  <message>
   <source>trained (paper)</source>
   <translation>gelernt (Aufsatz)</translation>
  </message>
  <message>
   <source>detached</source>
   <translation>entkoppelt</translation>
  </message>
  <message>
   <source>none, plain L2</source>
   <translation>keine, reines L2</translation>
  </message>
  <message>
   <source>Layer mask</source>
   <translation>Schichtmaske</translation>
  </message>
  <message>
   <source>counts</source>
   <translation>zählt</translation>
  </message>
  <message>
   <source>automatic</source>
   <translation>automatisch</translation>
  </message>
  <message>
   <source>Device</source>
   <translation>Gerät</translation>
  </message>
  <message>
   <source>all</source>
   <translation>alle</translation>
  </message>
  <message>
   <source>Threads</source>
   <translation>Threads</translation>
  </message>
  <message>
   <source>How strongly layers are held back (eq. 17). Paper: 0.008 faces, 0.002 scenes.</source>
   <translation>Wie stark Schichten zurückgehalten werden (Gl. 17). Aufsatz: 0,008 für Gesichter, 0,002 für Szenen.</translation>
  </message>
  <message>
   <source>How strongly a face stays the same person (eq. 16). Paper: 0.004; 0 for scenes.</source>
   <translation>Wie stark ein Gesicht dieselbe Person bleibt (Gl. 16). Aufsatz: 0,004; 0 für Szenen.</translation>
  </message>
  <message>
   <source>How far each step goes.</source>
   <translation>Wie weit jeder Schritt geht.</translation>
  </message>
  <message>
   <source>How the weights g of the layers are found while editing.</source>
   <translation>Wie die Gewichte g der Schichten beim Bearbeiten gefunden werden.</translation>
  </message>
  <message>
   <source>The level of the sound, with its gain, sets how far the edit goes.</source>
   <translation>Der Pegel des Klangs samt Verstärkung bestimmt, wie weit die Bearbeitung geht.</translation>
  </message>
  <message>
   <source>Where to compute. Automatic takes the fastest there is.</source>
   <translation>Wo gerechnet wird. „Automatisch“ nimmt das schnellste vorhandene Gerät.</translation>
  </message>
  <message>
   <source>Processor threads. Results can differ in the last digits with their number.</source>
   <translation>Prozessor-Threads. Mit ihrer Zahl können sich Ergebnisse in den letzten Stellen unterscheiden.</translation>
  </message>
  <message>
   <source>Layer mask g</source>
   <translation>Schichtmaske g</translation>
  </message>
  <message>
   <source>Loudness</source>
   <translation>Lautstärke</translation>
  </message>
 </context>
 <context>
  <name>Background</name>
  <message>
   <source>Something went wrong here; the log says what. Please try again.</source>
   <translation>Hier ging etwas schief; das Protokoll sagt, was. Bitte noch einmal versuchen.</translation>
  </message>
 </context>
 <context>
  <name>BrushBar</name>
  <message>
   <source>Erase</source>
   <translation>Radieren</translation>
  </message>
  <message>
   <source>Take away from the region; Alt or the right button does it too.</source>
   <translation>Nimmt vom Bereich weg; Alt oder die rechte Maustaste tun das auch.</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Größe</translation>
  </message>
  <message>
   <source>Softness</source>
   <translation>Weichheit</translation>
  </message>
  <message>
   <source>Feather</source>
   <translation>Weicher Rand</translation>
  </message>
  <message>
   <source>Invert</source>
   <translation>Umkehren</translation>
  </message>
  <message>
   <source>All</source>
   <translation>Alles</translation>
  </message>
  <message>
   <source>None</source>
   <translation>Nichts</translation>
  </message>
 </context>
 <context>
  <name>Canvas</name>
  <message>
   <source>Original</source>
   <translation>Original</translation>
  </message>
  <message>
   <source>Result</source>
   <translation>Ergebnis</translation>
  </message>
  <message>
   <source>Sound</source>
   <translation>Klang</translation>
  </message>
  <message>
   <source>Text</source>
   <translation>Text</translation>
  </message>
  <message>
   <source>Mixed</source>
   <translation>Gemischt</translation>
  </message>
  <message>
   <source>Clear region</source>
   <translation>Bereich leeren</translation>
  </message>
  <message>
   <source>Paint region</source>
   <translation>Bereich malen</translation>
  </message>
  <message>
   <source>Move crop frame</source>
   <translation>Ausschnitt verschieben</translation>
  </message>
 </context>
 <context>
  <name>CatalogueDialog</name>
  <message>
   <source>Fetch published weights</source>
   <translation>Veröffentlichte Gewichte holen</translation>
  </message>
  <message>
   <source>Published weights</source>
   <translation>Veröffentlichte Gewichte</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Name</translation>
  </message>
  <message>
   <source>Part</source>
   <translation>Teil</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Größe</translation>
  </message>
  <message>
   <source>Licence</source>
   <translation>Lizenz</translation>
  </message>
  <message>
   <source>{0:.0f} MB</source>
   <translation>{0:.0f} MB</translation>
  </message>
  <message>
   <source>unknown</source>
   <translation>unbekannt</translation>
  </message>
  <message>
   <source>I have read the licence and accept it</source>
   <translation>Ich habe die Lizenz gelesen und nehme sie an</translation>
  </message>
  <message>
   <source>Fetch</source>
   <translation>Holen</translation>
  </message>
 </context>
 <context>
  <name>ClipFields</name>
  <message>
   <source>Start of the trim</source>
   <translation>Anfang des Ausschnitts</translation>
  </message>
  <message>
   <source>End of the trim</source>
   <translation>Ende des Ausschnitts</translation>
  </message>
  <message>
   <source>Gain</source>
   <translation>Verstärkung</translation>
  </message>
  <message>
   <source>Louder sounds make stronger edits: the encoder hears the level.</source>
   <translation>Lautere Klänge bearbeiten stärker: Der Kodierer hört den Pegel.</translation>
  </message>
  <message>
   <source>Clipping</source>
   <translation>Übersteuerung</translation>
  </message>
  <message>
   <source>Loudness</source>
   <translation>Lautstärke</translation>
  </message>
  <message>
   <source>How loud the trimmed clip is with its gain, by ITU-R BS.1770.</source>
   <translation>Wie laut der Ausschnitt samt Verstärkung ist, nach ITU-R BS.1770.</translation>
  </message>
  <message>
   <source>Start</source>
   <translation>Anfang</translation>
  </message>
  <message>
   <source>End</source>
   <translation>Ende</translation>
  </message>
  <message>
   <source>Clips by {0:.1f} dB</source>
   <translation>Übersteuert um {0:.1f} dB</translation>
  </message>
  <message>
   <source>OK</source>
   <translation>OK</translation>
  </message>
  <message>
   <source>Lower the gain: what is cut off sounds harsh and misleads the encoder.</source>
   <translation>Verstärkung verringern: Abgeschnittenes klingt rau und täuscht den Kodierer.</translation>
  </message>
  <message>
   <source>Nothing is cut off.</source>
   <translation>Nichts wird abgeschnitten.</translation>
  </message>
  <message>
   <source>– LUFS</source>
   <translation>– LUFS</translation>
  </message>
  <message>
   <source>silent</source>
   <translation>still</translation>
  </message>
  <message>
   <source>{0:.1f} LUFS</source>
   <translation>{0:.1f} LUFS</translation>
  </message>
 </context>
 <context>
  <name>ClipTable</name>
  <message>
   <source>Sound clips</source>
   <translation>Klänge</translation>
  </message>
  <message>
   <source>Sound</source>
   <translation>Klang</translation>
  </message>
  <message>
   <source>Click to look at a sound; Delete removes it.</source>
   <translation>Klicken zeigt einen Klang, „Entf“ entfernt ihn.</translation>
  </message>
  <message>
   <source>Solo</source>
   <translation>Solo</translation>
  </message>
  <message>
   <source>Only soloed sounds are heard and guide the edit.</source>
   <translation>Nur Klänge auf Solo sind zu hören und führen die Bearbeitung.</translation>
  </message>
  <message>
   <source>Mute</source>
   <translation>Stumm</translation>
  </message>
  <message>
   <source>Muted sounds neither are heard nor guide the edit.</source>
   <translation>Stumme Klänge sind weder zu hören noch führen sie die Bearbeitung.</translation>
  </message>
  <message>
   <source>Weight</source>
   <translation>Gewicht</translation>
  </message>
  <message>
   <source>How much of this sound goes into the mix.</source>
   <translation>Wie viel von diesem Klang in die Mischung kommt.</translation>
  </message>
  <message>
   <source>S</source>
   <translation>S</translation>
  </message>
  <message>
   <source>M</source>
   <translation>M</translation>
  </message>
  <message>
   <source>Solo {0}</source>
   <translation>Solo {0}</translation>
  </message>
  <message>
   <source>Mute {0}</source>
   <translation>{0} stumm</translation>
  </message>
 </context>
 <context>
  <name>ClosingQuestion</name>
  <message>
   <source>Close SGIM Studio</source>
   <translation>SGIM Studio schließen</translation>
  </message>
  <message numerus="yes">
   <source>%n edit(s) still waiting.</source>
   <translation><numerusform>%n Bearbeitung wartet noch.</numerusform><numerusform>%n Bearbeitungen warten noch.</numerusform></translation>
  </message>
  <message>
   <source>If you close the window now, that is dropped; everything else is kept.</source>
   <translation>Wenn Sie das Fenster jetzt schließen, fällt das weg; alles andere bleibt erhalten.</translation>
  </message>
  <message>
   <source>What you did last could not be saved; free some space first.</source>
   <translation>Was Sie zuletzt getan haben, konnte nicht gesichert werden; schaffen Sie erst Platz.</translation>
  </message>
  <message>
   <source>Close all the same</source>
   <translation>Trotzdem schließen</translation>
  </message>
  <message>
   <source>Keep working</source>
   <translation>Weiterarbeiten</translation>
  </message>
 </context>
 <context>
  <name>CombineDialog</name>
  <message>
   <source>Combine packs</source>
   <translation>Pakete kombinieren</translation>
  </message>
  <message>
   <source>Generator</source>
   <translation>Generator</translation>
  </message>
  <message>
   <source>Embedder</source>
   <translation>Einbettung</translation>
  </message>
  <message>
   <source>Sound encoder</source>
   <translation>Klangkodierer</translation>
  </message>
  <message>
   <source>Any generator works with any embedder; a sound encoder only with its own embedder.</source>
   <translation>Jeder Generator arbeitet mit jeder Einbettung, ein Klangkodierer nur mit seiner eigenen.</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Name</translation>
  </message>
 </context>
 <context>
  <name>CommandPalette</name>
  <message>
   <source>Command palette</source>
   <translation>Befehlspalette</translation>
  </message>
  <message>
   <source>Type what you want to do</source>
   <translation>Tippen, was getan werden soll</translation>
  </message>
  <message>
   <source>Search commands</source>
   <translation>Befehle suchen</translation>
  </message>
  <message>
   <source>Matching commands</source>
   <translation>Passende Befehle</translation>
  </message>
 </context>
 <context>
  <name>Commands</name>
  <message>
   <source>&amp;File</source>
   <translation>&amp;Datei</translation>
  </message>
  <message>
   <source>&amp;Edit</source>
   <translation>&amp;Bearbeiten</translation>
  </message>
  <message>
   <source>&amp;Picture</source>
   <translation>Bi&amp;ld</translation>
  </message>
  <message>
   <source>&amp;View</source>
   <translation>&amp;Ansicht</translation>
  </message>
  <message>
   <source>&amp;Help</source>
   <translation>&amp;Hilfe</translation>
  </message>
  <message>
   <source>&amp;Open…</source>
   <translation>&amp;Öffnen …</translation>
  </message>
  <message>
   <source>Open pictures, sounds or a session.</source>
   <translation>Bilder, Klänge oder eine Sitzung öffnen.</translation>
  </message>
  <message>
   <source>&amp;New session</source>
   <translation>&amp;Neue Sitzung</translation>
  </message>
  <message>
   <source>Begin an empty session; this one stays saved.</source>
   <translation>Eine leere Sitzung beginnen; diese bleibt gespeichert.</translation>
  </message>
  <message>
   <source>Save session &amp;as…</source>
   <translation>Sitzung speichern &amp;als …</translation>
  </message>
  <message>
   <source>Everything is saved all the time; this gives the session a name and a place of its own.</source>
   <translation>Alles wird ständig gespeichert; dies gibt der Sitzung einen Namen und einen eigenen Ort.</translation>
  </message>
  <message>
   <source>Try the sample</source>
   <translation>Das Beispiel ausprobieren</translation>
  </message>
  <message>
   <source>Add the picture and the three sounds that come with the program.</source>
   <translation>Das Bild und die drei Klänge hinzufügen, die mit dem Programm kommen.</translation>
  </message>
  <message>
   <source>&amp;Random picture</source>
   <translation>&amp;Zufälliges Bild</translation>
  </message>
  <message>
   <source>Let the pack draw a picture to start from.</source>
   <translation>Das Paket ein Bild zeichnen lassen, mit dem man beginnt.</translation>
  </message>
  <message>
   <source>&amp;Export…</source>
   <translation>&amp;Exportieren …</translation>
  </message>
  <message>
   <source>Write the chosen results as picture files.</source>
   <translation>Die gewählten Ergebnisse als Bilddateien schreiben.</translation>
  </message>
  <message>
   <source>Export &amp;film…</source>
   <translation>&amp;Film exportieren …</translation>
  </message>
  <message>
   <source>A film from the original to the result, driven by the sound's loudness, with the sound on it.</source>
   <translation>Ein Film vom Original zum Ergebnis, getrieben von der Lautstärke des Klangs, mit dem Klang darauf.</translation>
  </message>
  <message>
   <source>&amp;Quit</source>
   <translation>&amp;Beenden</translation>
  </message>
  <message>
   <source>Leave; everything is saved.</source>
   <translation>Verlassen; alles ist gespeichert.</translation>
  </message>
  <message>
   <source>&amp;Undo</source>
   <translation>&amp;Rückgängig</translation>
  </message>
  <message>
   <source>Take the last action back.</source>
   <translation>Die letzte Handlung zurücknehmen.</translation>
  </message>
  <message>
   <source>&amp;Redo</source>
   <translation>&amp;Wiederholen</translation>
  </message>
  <message>
   <source>Do it again.</source>
   <translation>Noch einmal tun.</translation>
  </message>
  <message>
   <source>&amp;Copy picture</source>
   <translation>Bild &amp;kopieren</translation>
  </message>
  <message>
   <source>Put the result being looked at on the clipboard.</source>
   <translation>Das betrachtete Ergebnis in die Zwischenablage legen.</translation>
  </message>
  <message>
   <source>&amp;Paste</source>
   <translation>&amp;Einfügen</translation>
  </message>
  <message>
   <source>Add the picture or the files on the clipboard.</source>
   <translation>Das Bild oder die Dateien aus der Zwischenablage hinzufügen.</translation>
  </message>
  <message>
   <source>&amp;Delete result</source>
   <translation>Ergebnis &amp;löschen</translation>
  </message>
  <message>
   <source>Take the chosen results away; undo brings them back.</source>
   <translation>Die gewählten Ergebnisse wegnehmen; „Rückgängig“ bringt sie zurück.</translation>
  </message>
  <message>
   <source>Use these &amp;settings</source>
   <translation>Diese Ein&amp;stellungen verwenden</translation>
  </message>
  <message>
   <source>Make the settings of this result those of the next edit.</source>
   <translation>Die Einstellungen dieses Ergebnisses für die nächste Bearbeitung nehmen.</translation>
  </message>
  <message>
   <source>Pre&amp;ferences…</source>
   <translation>Voreinstellun&amp;gen …</translation>
  </message>
  <message>
   <source>Language, colours and habits of the studio.</source>
   <translation>Sprache, Farben und Gewohnheiten des Studios.</translation>
  </message>
  <message>
   <source>No stars</source>
   <translation>Keine Sterne</translation>
  </message>
  <message>
   <source>Take the rating away.</source>
   <translation>Die Bewertung wegnehmen.</translation>
  </message>
  <message>
   <source>1 star</source>
   <translation>1 Stern</translation>
  </message>
  <message>
   <source>Rate the result.</source>
   <translation>Das Ergebnis bewerten.</translation>
  </message>
  <message>
   <source>2 stars</source>
   <translation>2 Sterne</translation>
  </message>
  <message>
   <source>3 stars</source>
   <translation>3 Sterne</translation>
  </message>
  <message>
   <source>4 stars</source>
   <translation>4 Sterne</translation>
  </message>
  <message>
   <source>5 stars</source>
   <translation>5 Sterne</translation>
  </message>
  <message>
   <source>&amp;Edit the picture</source>
   <translation>Das Bild &amp;bearbeiten</translation>
  </message>
  <message>
   <source>Edit the picture by the sound, the text, or both.</source>
   <translation>Das Bild durch den Klang, den Text oder beides bearbeiten.</translation>
  </message>
  <message>
   <source>&amp;Cancel</source>
   <translation>&amp;Abbrechen</translation>
  </message>
  <message>
   <source>Stop the edit and keep the best so far.</source>
   <translation>Die Bearbeitung anhalten und das bisher Beste behalten.</translation>
  </message>
  <message>
   <source>Crop &amp;frame</source>
   <translation>Ausschni&amp;tt</translation>
  </message>
  <message>
   <source>Show which part of the picture is edited, and drag it.</source>
   <translation>Zeigt, welcher Teil des Bildes bearbeitet wird; er lässt sich ziehen.</translation>
  </message>
  <message>
   <source>&amp;Region brush</source>
   <translation>Be&amp;reichspinsel</translation>
  </message>
  <message>
   <source>Paint where the edit may act; the rest of the picture stays as it is. Alt or the right button erases.</source>
   <translation>Malen, wo die Bearbeitung wirken darf; der Rest des Bildes bleibt, wie er ist. Alt oder die rechte Maustaste radieren.</translation>
  </message>
  <message>
   <source>&amp;Invert region</source>
   <translation>Bereich &amp;umkehren</translation>
  </message>
  <message>
   <source>Exchange inside and outside of the region.</source>
   <translation>Innen und außen des Bereichs tauschen.</translation>
  </message>
  <message>
   <source>C&amp;lear region</source>
   <translation>Bereich l&amp;eeren</translation>
  </message>
  <message>
   <source>Let the edit act everywhere again.</source>
   <translation>Die Bearbeitung wieder überall wirken lassen.</translation>
  </message>
  <message>
   <source>Re&amp;move picture</source>
   <translation>Bild ent&amp;fernen</translation>
  </message>
  <message>
   <source>Take the picture out of the session; undo brings it back.</source>
   <translation>Das Bild aus der Sitzung nehmen; „Rückgängig“ bringt es zurück.</translation>
  </message>
  <message>
   <source>Previous result</source>
   <translation>Voriges Ergebnis</translation>
  </message>
  <message>
   <source>Look at the result before.</source>
   <translation>Das Ergebnis davor ansehen.</translation>
  </message>
  <message>
   <source>Next result</source>
   <translation>Nächstes Ergebnis</translation>
  </message>
  <message>
   <source>Look at the result after.</source>
   <translation>Das Ergebnis danach ansehen.</translation>
  </message>
  <message>
   <source>&amp;Fit</source>
   <translation>Ein&amp;passen</translation>
  </message>
  <message>
   <source>Show the whole picture.</source>
   <translation>Das ganze Bild zeigen.</translation>
  </message>
  <message>
   <source>&amp;100 %</source>
   <translation>&amp;100 %</translation>
  </message>
  <message>
   <source>One point of the screen for each of the picture.</source>
   <translation>Ein Bildschirmpunkt für jeden Bildpunkt.</translation>
  </message>
  <message>
   <source>Zoom &amp;in</source>
   <translation>&amp;Vergrößern</translation>
  </message>
  <message>
   <source>Come closer; the wheel does it too.</source>
   <translation>Näher heran; das Mausrad tut das auch.</translation>
  </message>
  <message>
   <source>Zoom &amp;out</source>
   <translation>Ver&amp;kleinern</translation>
  </message>
  <message>
   <source>Step back.</source>
   <translation>Zurücktreten.</translation>
  </message>
  <message>
   <source>O&amp;ne picture</source>
   <translation>&amp;Ein Bild</translation>
  </message>
  <message>
   <source>Four u&amp;p</source>
   <translation>Vie&amp;r zugleich</translation>
  </message>
  <message>
   <source>The result alone; hold O for the original.</source>
   <translation>Das Ergebnis allein; O gedrückt halten zeigt das Original.</translation>
  </message>
  <message>
   <source>&amp;Before and after</source>
   <translation>Vorher und &amp;nachher</translation>
  </message>
  <message>
   <source>Original and result with a line between that can be dragged.</source>
   <translation>Original und Ergebnis mit einer Linie dazwischen, die sich ziehen lässt.</translation>
  </message>
  <message>
   <source>&amp;Side by side</source>
   <translation>Nebenein&amp;ander</translation>
  </message>
  <message>
   <source>Original and result beside each other, moving together.</source>
   <translation>Original und Ergebnis nebeneinander, gemeinsam bewegt.</translation>
  </message>
  <message>
   <source>Up to four results at once, moving together.</source>
   <translation>Bis zu vier Ergebnisse zugleich, gemeinsam bewegt.</translation>
  </message>
  <message>
   <source>F&amp;ull screen</source>
   <translation>V&amp;ollbild</translation>
  </message>
  <message>
   <source>Nothing but the work.</source>
   <translation>Nichts als die Arbeit.</translation>
  </message>
  <message>
   <source>&amp;Reset layout</source>
   <translation>Anordnung &amp;zurücksetzen</translation>
  </message>
  <message>
   <source>Put every panel back where it was at first.</source>
   <translation>Jeden Bereich dorthin zurückstellen, wo er anfangs war.</translation>
  </message>
  <message>
   <source>Colours of the system</source>
   <translation>Farben des Systems</translation>
  </message>
  <message>
   <source>Light or dark as the system is.</source>
   <translation>Hell oder dunkel wie das System.</translation>
  </message>
  <message>
   <source>Light colours</source>
   <translation>Helle Farben</translation>
  </message>
  <message>
   <source>Always light.</source>
   <translation>Immer hell.</translation>
  </message>
  <message>
   <source>Dark colours</source>
   <translation>Dunkle Farben</translation>
  </message>
  <message>
   <source>Always dark.</source>
   <translation>Immer dunkel.</translation>
  </message>
  <message>
   <source>&amp;Command palette…</source>
   <translation>&amp;Befehlspalette …</translation>
  </message>
  <message>
   <source>Find any command by typing a few letters.</source>
   <translation>Jeden Befehl durch ein paar Buchstaben finden.</translation>
  </message>
  <message>
   <source>&amp;Keyboard shortcuts</source>
   <translation>&amp;Tastenkürzel</translation>
  </message>
  <message>
   <source>All commands and their keys.</source>
   <translation>Alle Befehle und ihre Tasten.</translation>
  </message>
  <message>
   <source>Show the &amp;log</source>
   <translation>&amp;Protokoll zeigen</translation>
  </message>
  <message>
   <source>What the program noted, for when something went wrong.</source>
   <translation>Was das Programm vermerkt hat, falls etwas schiefging.</translation>
  </message>
  <message>
   <source>&amp;About SGIM Studio</source>
   <translation>&amp;Über SGIM Studio</translation>
  </message>
  <message>
   <source>Version and licences.</source>
   <translation>Version und Lizenzen.</translation>
  </message>
 </context>
 <context>
  <name>Conductor</name>
  <message>
   <source>Add a picture first: drop one on the canvas, or press Ctrl+O.</source>
   <translation>Zuerst ein Bild hinzufügen: eines auf die Leinwand ziehen oder Strg+O drücken.</translation>
  </message>
  <message>
   <source>New seed</source>
   <translation>Neuer Startwert</translation>
  </message>
  <message>
   <source>Add a sound or type what you want to see; then edit.</source>
   <translation>Einen Klang hinzufügen oder tippen, was zu sehen sein soll; dann bearbeiten.</translation>
  </message>
  <message>
   <source>Random {0}</source>
   <translation>Zufall {0}</translation>
  </message>
  <message>
   <source>Cancelled; the best so far is kept.</source>
   <translation>Abgebrochen; das bisher Beste bleibt.</translation>
  </message>
  <message>
   <source>Cancelled before there was a picture to keep.</source>
   <translation>Abgebrochen, bevor es ein Bild zu behalten gab.</translation>
  </message>
 </context>
 <context>
  <name>Curve</name>
  <message>
   <source>Similarity over the steps</source>
   <translation>Ähnlichkeit über die Schritte</translation>
  </message>
  <message>
   <source>From {0:.3f} to {1:.3f} in {2} steps</source>
   <translation>Von {0:.3f} bis {1:.3f} in {2} Schritten</translation>
  </message>
 </context>
 <context>
  <name>Document</name>
  <message>
   <source>Add picture</source>
   <translation>Bild hinzufügen</translation>
  </message>
  <message>
   <source>Change picture</source>
   <translation>Bild ändern</translation>
  </message>
  <message>
   <source>Add sound</source>
   <translation>Klang hinzufügen</translation>
  </message>
  <message>
   <source>Change sound</source>
   <translation>Klang ändern</translation>
  </message>
  <message>
   <source>Remove sound</source>
   <translation>Klang entfernen</translation>
  </message>
  <message>
   <source>Change settings</source>
   <translation>Einstellungen ändern</translation>
  </message>
  <message>
   <source>Use these settings</source>
   <translation>Diese Einstellungen verwenden</translation>
  </message>
  <message>
   <source>Edit picture</source>
   <translation>Bild bearbeiten</translation>
  </message>
  <message>
   <source>Rate</source>
   <translation>Bewerten</translation>
  </message>
  <message>
   <source>Strength</source>
   <translation>Stärke</translation>
  </message>
  <message>
   <source>Delete result</source>
   <translation>Ergebnis löschen</translation>
  </message>
  <message>
   <source>Saving works again; everything you did is in the session.</source>
   <translation>Das Speichern geht wieder; alles ist in der Sitzung.</translation>
  </message>
 </context>
 <context>
  <name>EmptyState</name>
  <message>
   <source>Drop a picture and a sound here</source>
   <translation>Ein Bild und einen Klang hierher ziehen</translation>
  </message>
  <message>
   <source>The picture is edited by what the sound means – rain, thunder, fire – and by how loud it is.</source>
   <translation>Das Bild wird durch das bearbeitet, was der Klang bedeutet – Regen, Donner, Feuer –, und durch seine Lautstärke.</translation>
  </message>
  <message>
   <source>Open files…</source>
   <translation>Dateien öffnen …</translation>
  </message>
  <message>
   <source>Try the sample</source>
   <translation>Das Beispiel ausprobieren</translation>
  </message>
  <message>
   <source>A lakeside and three sounds that come with the program.</source>
   <translation>Ein Seeufer und drei Klänge, die mit dem Programm kommen.</translation>
  </message>
 </context>
 <context>
  <name>EngineWords</name>
  <message>
   <source>Layer {0} is pinned, but the pack {1} has {2} layers; let it go, or choose another pack.</source>
   <translation>Schicht {0} wird festgehalten, das Paket {1} hat aber {2} Schichten; geben Sie sie frei, oder wählen Sie ein anderes Paket.</translation>
  </message>
  <message>
   <source>There is no face in {0}: draw the crop frame, use the whole picture, or choose a pack for scenes.</source>
   <translation>In {0} ist kein Gesicht: Ziehen Sie den Ausschnitt selbst auf, nehmen Sie das ganze Bild oder wählen Sie ein Paket für Szenen.</translation>
  </message>
  <message>
   <source>{0} shows only what looks like a cat: draw the crop frame, use the whole picture, or choose another pack.</source>
   <translation>{0} zeigt nur etwas, das einer Katze gleicht: Ziehen Sie den Ausschnitt selbst auf, nehmen Sie das ganze Bild oder wählen Sie ein anderes Paket.</translation>
  </message>
  <message>
   <source>The eyes and the mouth of this face coincide; draw the crop frame yourself.</source>
   <translation>Augen und Mund dieses Gesichts fallen zusammen; ziehen Sie den Ausschnitt selbst auf.</translation>
  </message>
  <message>
   <source>{0} is not a picture that can be read; choose another file.</source>
   <translation>{0} ist kein lesbares Bild; wählen Sie eine andere Datei.</translation>
  </message>
  <message>
   <source>{0} is not a sound that can be read, or it is damaged; choose another file.</source>
   <translation>{0} ist kein lesbarer Klang oder beschädigt; wählen Sie eine andere Datei.</translation>
  </message>
  <message>
   <source>{0} holds no sound that can be decoded; choose another file.</source>
   <translation>{0} enthält keinen Klang, der sich entschlüsseln lässt; wählen Sie eine andere Datei.</translation>
  </message>
  <message>
   <source>{0} holds no sound; choose another file.</source>
   <translation>{0} enthält keinen Klang; wählen Sie eine andere Datei.</translation>
  </message>
  <message>
   <source>{0} has no sound track; choose another file.</source>
   <translation>{0} hat keine Tonspur; wählen Sie eine andere Datei.</translation>
  </message>
  <message>
   <source>{0} is empty; choose another file.</source>
   <translation>{0} ist leer; wählen Sie eine andere Datei.</translation>
  </message>
  <message>
   <source>{0} is damaged or cut off; save or download it again.</source>
   <translation>{0} ist beschädigt oder abgeschnitten; speichern oder laden Sie die Datei noch einmal.</translation>
  </message>
  <message>
   <source>{0} is cut off; save or download it again.</source>
   <translation>{0} ist abgeschnitten; speichern oder laden Sie die Datei noch einmal.</translation>
  </message>
  <message>
   <source>There is no file {0}; check the name and the folder.</source>
   <translation>Es gibt keine Datei {0}; prüfen Sie Namen und Ordner.</translation>
  </message>
  <message>
   <source>{0} cannot be opened ({1}); check its permissions.</source>
   <translation>{0} lässt sich nicht öffnen ({1}); prüfen Sie die Zugriffsrechte.</translation>
  </message>
  <message>
   <source>{0} is {1}×{2} pixels, too large to edit; make it smaller than {3} megapixels.</source>
   <translation>{0} hat {1}×{2} Pixel, zu viele zum Bearbeiten; verkleinern Sie das Bild auf weniger als {3} Megapixel.</translation>
  </message>
  <message>
   <source>{0} is {1}×{2} pixels, too small to edit; choose one of at least {3}×{4}.</source>
   <translation>{0} hat {1}×{2} Pixel, zu wenige zum Bearbeiten; wählen Sie ein Bild mit mindestens {3}×{4}.</translation>
  </message>
  <message>
   <source>{0} does not fit into memory; make it smaller first.</source>
   <translation>{0} passt nicht in den Arbeitsspeicher; verkleinern Sie das Bild zuerst.</translation>
  </message>
  <message>
   <source>{0} is only {1} s long; choose at least {2} s of sound.</source>
   <translation>{0} ist nur {1} s lang; wählen Sie mindestens {2} s Klang.</translation>
  </message>
  <message>
   <source>{0} is longer than an hour; cut out the part you want first.</source>
   <translation>{0} ist länger als eine Stunde; schneiden Sie zuerst den gewünschten Teil heraus.</translation>
  </message>
  <message>
   <source>{0} is silent; choose a part, or another sound, in which something is heard.</source>
   <translation>{0} ist still; wählen Sie eine Stelle oder einen anderen Klang, in dem etwas zu hören ist.</translation>
  </message>
  <message>
   <source>There is no pack named {0}; choose one of: {1}.</source>
   <translation>Es gibt kein Paket {0}; wählen Sie eines von: {1}.</translation>
  </message>
  <message>
   <source>{0} is damaged; add its pack again.</source>
   <translation>{0} ist beschädigt; fügen Sie das Paket noch einmal hinzu.</translation>
  </message>
  <message>
   <source>{0} is missing from its pack; add the pack again.</source>
   <translation>{0} fehlt im Paket; fügen Sie das Paket noch einmal hinzu.</translation>
  </message>
  <message>
   <source>This pack has no sound encoder; combine it with one, or guide it by text.</source>
   <translation>Dieses Paket hat keinen Klang-Encoder; verbinden Sie es mit einem oder bearbeiten Sie nach Text.</translation>
  </message>
  <message>
   <source>No space is left to write {0}; free some, or choose another disk.</source>
   <translation>Für {0} ist kein Platz mehr; schaffen Sie welchen oder wählen Sie einen anderen Datenträger.</translation>
  </message>
  <message>
   <source>{0} may not be written; choose a folder you own.</source>
   <translation>{0} darf nicht geschrieben werden; wählen Sie einen Ordner, der Ihnen gehört.</translation>
  </message>
  <message>
   <source>The folder {0} does not exist; make it first, or choose another.</source>
   <translation>Den Ordner {0} gibt es nicht; legen Sie ihn an oder wählen Sie einen anderen.</translation>
  </message>
  <message>
   <source>There is not enough memory for this; choose a smaller picture or close other programs.</source>
   <translation>Dafür reicht der Arbeitsspeicher nicht; wählen Sie ein kleineres Bild oder schließen Sie andere Programme.</translation>
  </message>
  <message>
   <source>The graphics memory is full; the edit goes on with the processor, more slowly.</source>
   <translation>Der Grafikspeicher ist voll; die Bearbeitung geht langsamer auf dem Prozessor weiter.</translation>
  </message>
  <message>
   <source>Memory is short; pictures are shown smaller from now on, and the edit starts once more.</source>
   <translation>Der Arbeitsspeicher ist knapp; Bilder werden von nun an kleiner gezeigt, und die Bearbeitung beginnt noch einmal.</translation>
  </message>
  <message>
   <source>Something went wrong in the engine ({0}: {1}); the log has the details.</source>
   <translation>Bei der Berechnung ist etwas schiefgegangen ({0}: {1}); Näheres steht im Protokoll.</translation>
  </message>
  <message>
   <source>The face in {0} lies on its side; the frame is turned with it ({1}°).</source>
   <translation>Das Gesicht in {0} liegt auf der Seite; der Ausschnitt ist mitgedreht ({1}°).</translation>
  </message>
  <message>
   <source>The face in {0} is only {1} pixels wide; the edit will look soft: use a larger one.</source>
   <translation>Das Gesicht in {0} ist nur {1} Pixel breit; die Bearbeitung wird unscharf: Nehmen Sie ein größeres.</translation>
  </message>
  <message>
   <source>The face in {0} is cut by the picture&apos;s border; the missing part is mirrored for the edit.</source>
   <translation>Das Gesicht in {0} ist vom Bildrand angeschnitten; was fehlt, wird für die Bearbeitung gespiegelt.</translation>
  </message>
  <message>
   <source>The face in {0} is turned far to the side; check its frame before editing.</source>
   <translation>Das Gesicht in {0} ist weit zur Seite gedreht; prüfen Sie vor dem Bearbeiten den Ausschnitt.</translation>
  </message>
  <message>
   <source>{0} has {1} faces and the largest is used; drag the crop frame to choose another.</source>
   <translation>{0} hat {1} Gesichter, das größte wird verwendet; ziehen Sie den Ausschnitt auf ein anderes, um es zu wählen.</translation>
  </message>
  <message>
   <source>The face in {0} was hard to read (glasses, statue or paint?); check its frame before editing.</source>
   <translation>Das Gesicht in {0} war schwer zu erkennen (Brille, Statue oder Gemälde?); prüfen Sie vor dem Bearbeiten den Ausschnitt.</translation>
  </message>
  <message>
   <source>{0} is an animation; only its first picture is edited.</source>
   <translation>{0} ist eine Animation; nur ihr erstes Bild wird bearbeitet.</translation>
  </message>
  <message>
   <source>{0} is in CMYK, for print; it is edited and saved in RGB (sRGB).</source>
   <translation>{0} ist in CMYK, für den Druck; bearbeitet und gespeichert wird in RGB (sRGB).</translation>
  </message>
  <message>
   <source>The text is empty; write what the picture should become.</source>
   <translation>Der Text ist leer; schreiben Sie, was aus dem Bild werden soll.</translation>
  </message>
  <message>
   <source>The face frame lies outside {0} ({1}×{2}); draw it around the face.</source>
   <translation>Der Ausschnitt liegt außerhalb von {0} ({1}×{2}); ziehen Sie ihn um das Gesicht.</translation>
  </message>
  <message>
   <source>The face frame is far larger than {0} ({1}×{2}); draw it around the face.</source>
   <translation>Der Ausschnitt ist viel größer als {0} ({1}×{2}); ziehen Sie ihn um das Gesicht.</translation>
  </message>
  <message>
   <source>{0} does not fit into memory; cut out the part you want first.</source>
   <translation>{0} passt nicht in den Arbeitsspeicher; schneiden Sie zuerst den gewünschten Teil heraus.</translation>
  </message>
  <message>
   <source>{0} contains samples that are not numbers; export it again from your editor.</source>
   <translation>{0} enthält Abtastwerte, die keine Zahlen sind; exportieren Sie den Klang noch einmal aus Ihrem Programm.</translation>
  </message>
  <message>
   <source>{0} is longer than ten minutes; cut out the part the film should follow.</source>
   <translation>{0} ist länger als zehn Minuten; schneiden Sie den Teil heraus, dem der Film folgen soll.</translation>
  </message>
  <message>
   <source>{0} would hold no picture; choose a longer sound.</source>
   <translation>{0} enthielte kein Bild; wählen Sie einen längeren Klang.</translation>
  </message>
  <message>
   <source>{0} could not be encoded; choose another size or format.</source>
   <translation>{0} ließ sich nicht kodieren; wählen Sie eine andere Größe oder ein anderes Format.</translation>
  </message>
  <message>
   <source>{0} has no video ending that can be written; use .mp4 or .webm.</source>
   <translation>{0} hat keine Endung eines Films; nehmen Sie .mp4 oder .webm.</translation>
  </message>
  <message>
   <source>{0} has no picture ending that can be written; use .png, .jpg, .webp or .tiff.</source>
   <translation>{0} hat keine Endung eines Bildes; nehmen Sie .png, .jpg, .webp oder .tiff.</translation>
  </message>
  <message>
   <source>The picture cannot be written as {0} ({1}); choose PNG or TIFF.</source>
   <translation>Das Bild lässt sich nicht als {0} schreiben ({1}); wählen Sie PNG oder TIFF.</translation>
  </message>
  <message>
   <source>The region of {0} has another size than the picture; paint it again.</source>
   <translation>Der Bereich von {0} hat eine andere Größe als das Bild; malen Sie ihn noch einmal.</translation>
  </message>
  <message>
   <source>{0} could not be written ({1}); choose another place.</source>
   <translation>{0} ließ sich nicht schreiben ({1}); wählen Sie einen anderen Ort.</translation>
  </message>
  <message>
   <source>{0} is no ordinary file and cannot be replaced; give the name of a file to write.</source>
   <translation>{0} ist keine gewöhnliche Datei und wird nicht ersetzt; wählen Sie einen anderen Namen.</translation>
  </message>
  <message>
   <source>{0} could not be written; check free space and permissions.</source>
   <translation>{0} ließ sich nicht schreiben; prüfen Sie freien Platz und Zugriffsrechte.</translation>
  </message>
  <message>
   <source>{0} needs {1} MB but only {2} MB are free; free some space first.</source>
   <translation>{0} braucht {1} MB, frei sind nur {2} MB; schaffen Sie erst Platz.</translation>
  </message>
  <message>
   <source>The pack {0} has no {1}; choose another pack, or combine it with one that has.</source>
   <translation>Dem Paket {0} fehlt: {1}; wählen Sie ein anderes, oder verbinden Sie es mit einem, das das hat.</translation>
  </message>
  <message>
   <source>{0} is incomplete because adding it was cut off; add it again.</source>
   <translation>{0} ist unvollständig, weil das Hinzufügen abgebrochen wurde; fügen Sie es noch einmal hinzu.</translation>
  </message>
  <message>
   <source>A pack named {0} exists already; choose another name, or remove it first.</source>
   <translation>Ein Paket {0} gibt es schon; wählen Sie einen anderen Namen, oder entfernen Sie es erst.</translation>
  </message>
  <message>
   <source>The sound encoder of {0} needs the joint embedder it was trained with; choose that one.</source>
   <translation>Der Klang-Encoder von {0} braucht den gemeinsamen Einbetter, mit dem er gelernt hat; wählen Sie den.</translation>
  </message>
  <message>
   <source>{0} holds no weights files; choose the file, or the folder it lies in.</source>
   <translation>{0} enthält keine Gewichte; wählen Sie die Datei oder den Ordner, in dem sie liegt.</translation>
  </message>
  <message>
   <source>{0} holds a {1}, which no pack has a place for; choose another file.</source>
   <translation>{0} enthält {1}, wofür kein Paket einen Platz hat; wählen Sie eine andere Datei.</translation>
  </message>
  <message>
   <source>{0} holds values that are not finite ({1}); get the file again.</source>
   <translation>{0} enthält Werte, die nicht endlich sind ({1}); holen Sie die Datei noch einmal.</translation>
  </message>
  <message>
   <source>{0} is a web page, not weights (a quota or sign-in page, perhaps); open its address in a browser and save the file itself.</source>
   <translation>{0} ist eine Webseite und keine Gewichte (vielleicht eine Anmeldung); öffnen Sie die Adresse im Browser, und speichern Sie die Datei selbst.</translation>
  </message>
  <message>
   <source>The generator draws values that are not finite; its weights are damaged, fetch them again.</source>
   <translation>Der Generator zeichnet Werte, die nicht endlich sind; seine Gewichte sind beschädigt, holen Sie sie noch einmal.</translation>
  </message>
  <message>
   <source>The generator draws one flat colour; its weights are damaged, fetch them again.</source>
   <translation>Der Generator zeichnet eine einzige Farbe; seine Gewichte sind beschädigt, holen Sie sie noch einmal.</translation>
  </message>
 </context>
 <context>
  <name>Export</name>
  <message>
   <source>PNG, as deep as the original</source>
   <translation>PNG, so tief wie das Original</translation>
  </message>
  <message>
   <source>PNG, 8 bits</source>
   <translation>PNG, 8 Bit</translation>
  </message>
  <message>
   <source>PNG, 16 bits</source>
   <translation>PNG, 16 Bit</translation>
  </message>
  <message>
   <source>TIFF, 16 bits</source>
   <translation>TIFF, 16 Bit</translation>
  </message>
  <message>
   <source>JPEG</source>
   <translation>JPEG</translation>
  </message>
  <message>
   <source>WebP</source>
   <translation>WebP</translation>
  </message>
 </context>
 <context>
  <name>ExportDialog</name>
  <message numerus="yes">
   <source>Export %n result(s)</source>
   <translation>
    <numerusform>%n Ergebnis exportieren</numerusform>
    <numerusform>%n Ergebnisse exportieren</numerusform>
   </translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Fortschritt</translation>
  </message>
  <message>
   <source>Export</source>
   <translation>Exportieren</translation>
  </message>
  <message>
   <source>As the original</source>
   <translation>Wie das Original</translation>
  </message>
  <message>
   <source>As the pack draws it</source>
   <translation>Wie das Paket es zeichnet</translation>
  </message>
  <message>
   <source>Longer side in pixels</source>
   <translation>Längere Seite in Bildpunkten</translation>
  </message>
  <message>
   <source>Keep the recipe and the mark “edited by AI” in the file</source>
   <translation>Das Rezept und den Vermerk „mit KI bearbeitet“ in der Datei behalten</translation>
  </message>
  <message>
   <source>The recipe lets you make the same picture again; untick to strip both.</source>
   <translation>Mit dem Rezept lässt sich dasselbe Bild wieder machen; ohne Häkchen fehlt beides.</translation>
  </message>
  <message>
   <source>Layers for painting programs (OpenRaster)</source>
   <translation>Ebenen für Malprogramme (OpenRaster)</translation>
  </message>
  <message>
   <source>Latent (.safetensors)</source>
   <translation>Latent (.safetensors)</translation>
  </message>
  <message>
   <source>Layer mask (CSV)</source>
   <translation>Schichtmaske (CSV)</translation>
  </message>
  <message>
   <source>Format</source>
   <translation>Format</translation>
  </message>
  <message>
   <source>Quality</source>
   <translation>Qualität</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Größe</translation>
  </message>
  <message>
   <source>As well</source>
   <translation>Dazu</translation>
  </message>
  <message>
   <source>Folder</source>
   <translation>Ordner</translation>
  </message>
  <message>
   <source>Choose…</source>
   <translation>Wählen …</translation>
  </message>
  <message>
   <source>Names</source>
   <translation>Namen</translation>
  </message>
  <message>
   <source>May hold: {0}</source>
   <translation>Möglich sind: {0}</translation>
  </message>
  <message>
   <source>{0} cannot be used: {1}.</source>
   <translation>{0} kann nicht verwendet werden: {1}.</translation>
  </message>
  <message>
   <source>For example {0}</source>
   <translation>Zum Beispiel {0}</translation>
  </message>
  <message numerus="yes">
   <source>%n file(s) written to {0}.</source>
   <translation>
    <numerusform>%n Datei nach {0} geschrieben.</numerusform>
    <numerusform>%n Dateien nach {0} geschrieben.</numerusform>
   </translation>
  </message>
 </context>
 <context>
  <name>FilmDialog</name>
  <message>
   <source>Export film</source>
   <translation>Film exportieren</translation>
  </message>
  <message>
   <source>Moves on while it is loud</source>
   <translation>Geht weiter, solange es laut ist</translation>
  </message>
  <message>
   <source>Follows the loudness, back and forth</source>
   <translation>Folgt der Lautstärke, hin und zurück</translation>
  </message>
  <message>
   <source>Sound</source>
   <translation>Klang</translation>
  </message>
  <message>
   <source>Movement</source>
   <translation>Bewegung</translation>
  </message>
  <message>
   <source>Pictures per second</source>
   <translation>Bilder je Sekunde</translation>
  </message>
  <message>
   <source>Longer side at most</source>
   <translation>Längere Seite höchstens</translation>
  </message>
  <message>
   <source>Codec</source>
   <translation>Codec</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Fortschritt</translation>
  </message>
  <message>
   <source>Export…</source>
   <translation>Exportieren …</translation>
  </message>
  <message>
   <source>The film is at {0}.</source>
   <translation>Der Film liegt in {0}.</translation>
  </message>
 </context>
 <context>
  <name>FrameBar</name>
  <message>
   <source>Left</source>
   <translation>Links</translation>
  </message>
  <message>
   <source>Top</source>
   <translation>Oben</translation>
  </message>
  <message>
   <source>Width</source>
   <translation>Breite</translation>
  </message>
  <message>
   <source>Height</source>
   <translation>Höhe</translation>
  </message>
  <message>
   <source>Angle</source>
   <translation>Winkel</translation>
  </message>
  <message>
   <source>Find automatically</source>
   <translation>Automatisch finden</translation>
  </message>
  <message>
   <source>Whole picture</source>
   <translation>Ganzes Bild</translation>
  </message>
 </context>
 <context>
  <name>GalleryPanel</name>
  <message>
   <source>Gallery</source>
   <translation>Galerie</translation>
  </message>
  <message>
   <source>Pictures</source>
   <translation>Bilder</translation>
  </message>
  <message>
   <source>All pictures</source>
   <translation>Alle Bilder</translation>
  </message>
  <message>
   <source>Show the results of every picture of the session.</source>
   <translation>Die Ergebnisse aller Bilder der Sitzung zeigen.</translation>
  </message>
  <message>
   <source>Show from</source>
   <translation>Zeigen ab</translation>
  </message>
  <message>
   <source>any rating</source>
   <translation>jede Bewertung</translation>
  </message>
  <message>
   <source>Text-guided</source>
   <translation>Textgeführt</translation>
  </message>
  <message>
   <source>Sound-guided</source>
   <translation>Klanggeführt</translation>
  </message>
  <message>
   <source>Mixed</source>
   <translation>Gemischt</translation>
  </message>
  <message>
   <source>Results by a text come here.</source>
   <translation>Hier erscheinen Ergebnisse nach einem Text.</translation>
  </message>
  <message>
   <source>Results by a sound come here.</source>
   <translation>Hier erscheinen Ergebnisse nach einem Klang.</translation>
  </message>
  <message>
   <source>With a sound and a text, their mix comes here.</source>
   <translation>Mit Klang und Text erscheint hier ihre Mischung.</translation>
  </message>
  <message numerus="yes">
   <source>%n result(s)</source>
   <translation>
    <numerusform>%n Ergebnis</numerusform>
    <numerusform>%n Ergebnisse</numerusform>
   </translation>
  </message>
  <message>
   <source>Compare the chosen ones</source>
   <translation>Die gewählten vergleichen</translation>
  </message>
 </context>
 <context>
  <name>GuidesPanel</name>
  <message>
   <source>Sound</source>
   <translation>Klang</translation>
  </message>
  <message>
   <source>Let the sounds that are not muted guide the edit.</source>
   <translation>Die nicht stummen Klänge führen die Bearbeitung.</translation>
  </message>
  <message>
   <source>Sounds that guide the edit</source>
   <translation>Klänge, die die Bearbeitung führen</translation>
  </message>
  <message>
   <source>Text</source>
   <translation>Text</translation>
  </message>
  <message>
   <source>Let the text guide an edit of its own; with both, a mix of the two is made.</source>
   <translation>Der Text führt eine eigene Bearbeitung; mit beidem entsteht auch eine Mischung.</translation>
  </message>
  <message>
   <source>Text prompt</source>
   <translation>Textvorgabe</translation>
  </message>
  <message>
   <source>What should be seen, for example: a thunderstorm at night</source>
   <translation>Was zu sehen sein soll (auf Englisch), etwa: a thunderstorm at night</translation>
  </message>
  <message>
   <source>Objective</source>
   <translation>Zielfunktion</translation>
  </message>
  <message>
   <source>What the edit aims at: the paper's hinge, similarity, or the direction from picture to guide.</source>
   <translation>Worauf die Bearbeitung zielt: Hinge wie im Aufsatz, Ähnlichkeit oder die Richtung vom Bild zur Vorgabe.</translation>
  </message>
  <message>
   <source>hinge (paper)</source>
   <translation>Hinge (Aufsatz)</translation>
  </message>
  <message>
   <source>cosine</source>
   <translation>Kosinus</translation>
  </message>
  <message>
   <source>directional</source>
   <translation>Richtung</translation>
  </message>
  <message>
   <source>Fidelity</source>
   <translation>Treue</translation>
  </message>
  <message>
   <source>How closely the picture is rebuilt before it is edited; higher takes longer.</source>
   <translation>Wie genau das Bild vor der Bearbeitung nachgebaut wird; höher dauert länger.</translation>
  </message>
  <message>
   <source>fast</source>
   <translation>schnell</translation>
  </message>
  <message>
   <source>balanced</source>
   <translation>ausgewogen</translation>
  </message>
  <message>
   <source>high</source>
   <translation>hoch</translation>
  </message>
  <message>
   <source>Steps</source>
   <translation>Schritte</translation>
  </message>
  <message>
   <source>More steps go further and take longer.</source>
   <translation>Mehr Schritte gehen weiter und dauern länger.</translation>
  </message>
  <message>
   <source>pack's default</source>
   <translation>wie das Paket</translation>
  </message>
  <message>
   <source>Variants</source>
   <translation>Varianten</translation>
  </message>
  <message>
   <source>How many different results to make.</source>
   <translation>Wie viele verschiedene Ergebnisse entstehen.</translation>
  </message>
  <message>
   <source>Seed</source>
   <translation>Startwert</translation>
  </message>
  <message>
   <source>The same seed gives the same result.</source>
   <translation>Derselbe Startwert ergibt dasselbe Ergebnis.</translation>
  </message>
  <message>
   <source>Lock seed</source>
   <translation>Startwert festhalten</translation>
  </message>
  <message>
   <source>Locked: every edit uses this seed. Unlocked: each edit draws a new one.</source>
   <translation>Fest: Jede Bearbeitung nimmt diesen Startwert. Sonst zieht jede einen neuen.</translation>
  </message>
  <message>
   <source>New seed</source>
   <translation>Neuer Startwert</translation>
  </message>
  <message>
   <source>Draw another seed now.</source>
   <translation>Jetzt einen anderen Startwert ziehen.</translation>
  </message>
  <message>
   <source>Instant only</source>
   <translation>Nur Sofortbild</translation>
  </message>
  <message>
   <source>Keep what the pack's mapper proposes at once; unticked, the edit begins there and is refined.</source>
   <translation>Behält, was der Sofortschätzer des Pakets auf Anhieb vorschlägt; ohne Haken beginnt die Bearbeitung dort und wird verfeinert.</translation>
  </message>
  <message>
   <source>Advanced</source>
   <translation>Erweitert</translation>
  </message>
  <message>
   <source>Pack</source>
   <translation>Paket</translation>
  </message>
  <message>
   <source>Preset</source>
   <translation>Vorlage</translation>
  </message>
  <message>
   <source>Use sound</source>
   <translation>Klang verwenden</translation>
  </message>
  <message>
   <source>Use text</source>
   <translation>Text verwenden</translation>
  </message>
  <message>
   <source>Instant picture</source>
   <translation>Sofortbild</translation>
  </message>
  <message>
   <source>Type text</source>
   <translation>Text tippen</translation>
  </message>
  <message>
   <source>No sound yet: drop one, or record one.</source>
   <translation>Noch kein Klang: einen hierher ziehen oder aufnehmen.</translation>
  </message>
 </context>
 <context>
  <name>Importer</name>
  <message>
   <source>The file could not be read ({0}); choose another one.</source>
   <translation>Die Datei war nicht zu lesen ({0}); bitte eine andere wählen.</translation>
  </message>
  <message>
   <source>{0} cannot be opened ({1}); allow the studio to read it, or choose another one.</source>
   <translation>{0} lässt sich nicht öffnen ({1}); dem Studio das Lesen erlauben oder etwas anderes wählen.</translation>
  </message>
  <message>
   <source>There is no picture and no sound in the folder {0}; choose one that has some.</source>
   <translation>Im Ordner {0} ist kein Bild und kein Klang; bitte einen wählen, der welche enthält.</translation>
  </message>
  <message>
   <source>… and {0} more.</source>
   <translation>… und {0} weitere.</translation>
  </message>
 </context>
 <context>
  <name>LayerMaskPanel</name>
  <message>
   <source>Legend</source>
   <translation>Legende</translation>
  </message>
  <message>
   <source>Values of the layer</source>
   <translation>Werte der Schicht</translation>
  </message>
  <message>
   <source>Numbers</source>
   <translation>Zahlen</translation>
  </message>
  <message>
   <source>Show the values as a table; pins can be typed.</source>
   <translation>Die Werte als Tabelle zeigen; Festwerte lassen sich tippen.</translation>
  </message>
  <message>
   <source>Let all layers go</source>
   <translation>Alle Schichten freigeben</translation>
  </message>
  <message>
   <source>Take every pin away; the mask learns freely again.</source>
   <translation>Alle Festwerte wegnehmen; die Maske lernt wieder frei.</translation>
  </message>
  <message>
   <source>Edit again</source>
   <translation>Erneut bearbeiten</translation>
  </message>
  <message>
   <source>Run the edit with the pinned weights.</source>
   <translation>Die Bearbeitung mit den festen Gewichten laufen lassen.</translation>
  </message>
  <message>
   <source>Save CSV …</source>
   <translation>CSV speichern …</translation>
  </message>
  <message>
   <source>Write the weights and distances as a table.</source>
   <translation>Gewichte und Wege als Tabelle schreiben.</translation>
  </message>
  <message>
   <source>Save PNG …</source>
   <translation>PNG speichern …</translation>
  </message>
  <message>
   <source>Write the chart as a picture.</source>
   <translation>Das Diagramm als Bild schreiben.</translation>
  </message>
  <message>
   <source>Pin layer</source>
   <translation>Schicht festhalten</translation>
  </message>
  <message>
   <source>Let layer go</source>
   <translation>Schicht freigeben</translation>
  </message>
  <message>
   <source>sound</source>
   <translation>Klang</translation>
  </message>
  <message>
   <source>text</source>
   <translation>Text</translation>
  </message>
  <message>
   <source>After an edit, this shows which layers of the generator it used.</source>
   <translation>Nach einer Bearbeitung steht hier, welche Schichten des Generators sie benutzt hat.</translation>
  </message>
  <message>
   <source>Pinned layers – {0}. Edit again to use them.</source>
   <translation>Feste Schichten – {0}. Erneut bearbeiten, um sie zu verwenden.</translation>
  </message>
  <message>
   <source>Drag a bar to pin its layer's weight; double-click lets it go.</source>
   <translation>Einen Balken ziehen hält das Gewicht der Schicht fest, ein Doppelklick gibt es frei.</translation>
  </message>
  <message>
   <source>Save layer mask</source>
   <translation>Schichtmaske speichern</translation>
  </message>
  <message>
   <source>Table (*.csv)</source>
   <translation>Tabelle (*.csv)</translation>
  </message>
  <message>
   <source>Picture (*.png)</source>
   <translation>Bild (*.png)</translation>
  </message>
 </context>
 <context>
  <name>LayerStrip</name>
  <message>
   <source>Layers of the mix</source>
   <translation>Schichten der Mischung</translation>
  </message>
  <message>
   <source>Drag the border: layers left of it come from the sound, right of it from the text.</source>
   <translation>Die Grenze ziehen: Schichten links davon kommen vom Klang, rechts davon vom Text.</translation>
  </message>
  <message>
   <source>Layers 1 to {0} from the sound, {1} to {2} from the text</source>
   <translation>Schichten 1 bis {0} vom Klang, {1} bis {2} vom Text</translation>
  </message>
  <message>
   <source>All layers: {0:.0f} % sound, {1:.0f} % text</source>
   <translation>Alle Schichten: {0:.0f} % Klang, {1:.0f} % Text</translation>
  </message>
 </context>
 <context>
  <name>LevelMeter</name>
  <message>
   <source>Peak {0:.0f} dB</source>
   <translation>Spitze {0:.0f} dB</translation>
  </message>
  <message>
   <source>clipped</source>
   <translation>übersteuert</translation>
  </message>
 </context>
 <context>
  <name>MaskChart</name>
  <message>
   <source>Layer mask chart</source>
   <translation>Diagramm der Schichtmaske</translation>
  </message>
  <message>
   <source>weight g</source>
   <translation>Gewicht g</translation>
  </message>
  <message>
   <source>moved ‖Δw‖</source>
   <translation>Weg ‖Δw‖</translation>
  </message>
  <message>
   <source>An even mask: every layer weighs the same.</source>
   <translation>Gleichmäßige Maske: Jede Schicht wiegt gleich viel.</translation>
  </message>
  <message>
   <source>coarse</source>
   <translation>grob</translation>
  </message>
  <message>
   <source>middle</source>
   <translation>mittel</translation>
  </message>
  <message>
   <source>fine</source>
   <translation>fein</translation>
  </message>
  <message>
   <source>Layer {0} ({1})</source>
   <translation>Schicht {0} ({1})</translation>
  </message>
  <message>
   <source>sound: g {0:.3f}, moved {1:.3g}</source>
   <translation>Klang: g {0:.3f}, Weg {1:.3g}</translation>
  </message>
  <message>
   <source>text: g {0:.3f}, moved {1:.3g}</source>
   <translation>Text: g {0:.3f}, Weg {1:.3g}</translation>
  </message>
  <message>
   <source>pinned at {0:.3f}</source>
   <translation>fest bei {0:.3f}</translation>
  </message>
 </context>
 <context>
  <name>MaskNumbers</name>
  <message>
   <source>Layer mask numbers</source>
   <translation>Zahlen der Schichtmaske</translation>
  </message>
  <message>
   <source>Layer</source>
   <translation>Schicht</translation>
  </message>
  <message>
   <source>Group</source>
   <translation>Gruppe</translation>
  </message>
  <message>
   <source>Pin</source>
   <translation>Fest</translation>
  </message>
  <message>
   <source>g sound</source>
   <translation>g Klang</translation>
  </message>
  <message>
   <source>Δw sound</source>
   <translation>Δw Klang</translation>
  </message>
  <message>
   <source>g text</source>
   <translation>g Text</translation>
  </message>
  <message>
   <source>Δw text</source>
   <translation>Δw Text</translation>
  </message>
  <message>
   <source>coarse</source>
   <translation>grob</translation>
  </message>
  <message>
   <source>middle</source>
   <translation>mittel</translation>
  </message>
  <message>
   <source>fine</source>
   <translation>fein</translation>
  </message>
 </context>
 <context>
  <name>MessageBar</name>
  <message>
   <source>Message</source>
   <translation>Meldung</translation>
  </message>
  <message>
   <source>Put away</source>
   <translation>Wegräumen</translation>
  </message>
  <message>
   <source>Hide this message.</source>
   <translation>Diese Meldung ausblenden.</translation>
  </message>
 </context>
 <context>
  <name>MicrophonePanel</name>
  <message>
   <source>Microphone</source>
   <translation>Mikrofon</translation>
  </message>
  <message>
   <source>Which microphone or line input to record from.</source>
   <translation>Von welchem Mikrofon oder Eingang aufgenommen wird.</translation>
  </message>
  <message>
   <source>Look for devices</source>
   <translation>Geräte suchen</translation>
  </message>
  <message>
   <source>After plugging in a microphone.</source>
   <translation>Nach dem Anstecken eines Mikrofons.</translation>
  </message>
  <message>
   <source> s</source>
   <translation> s</translation>
  </message>
  <message>
   <source>none</source>
   <translation>keiner</translation>
  </message>
  <message>
   <source>Countdown</source>
   <translation>Vorlauf</translation>
  </message>
  <message>
   <source>Seconds between pressing Record and the recording.</source>
   <translation>Sekunden zwischen dem Druck auf „Aufnehmen“ und der Aufnahme.</translation>
  </message>
  <message>
   <source>Microphone level</source>
   <translation>Mikrofonpegel</translation>
  </message>
  <message>
   <source>Record</source>
   <translation>Aufnehmen</translation>
  </message>
  <message>
   <source>Record a clip; it goes into the sound list.</source>
   <translation>Einen Klang aufnehmen; er kommt in die Klangliste.</translation>
  </message>
  <message>
   <source>Take again</source>
   <translation>Noch einmal</translation>
  </message>
  <message>
   <source>Throw the last recording away and record a new one.</source>
   <translation>Die letzte Aufnahme wegwerfen und eine neue machen.</translation>
  </message>
  <message>
   <source>Recording time</source>
   <translation>Aufnahmezeit</translation>
  </message>
  <message>
   <source>Microphone message</source>
   <translation>Meldung des Mikrofons</translation>
  </message>
  <message>
   <source>Looking for microphones …</source>
   <translation>Mikrofone werden gesucht …</translation>
  </message>
  <message>
   <source>No microphone was found; plug one in, then look for devices again.</source>
   <translation>Kein Mikrofon gefunden; eines anstecken und noch einmal suchen.</translation>
  </message>
  <message>
   <source>That was too short to keep; record at least a tenth of a second.</source>
   <translation>Das war zu kurz; mindestens eine Zehntelsekunde aufnehmen.</translation>
  </message>
  <message>
   <source>Only silence arrived; raise the microphone's level, or choose another one.</source>
   <translation>Nur Stille kam an; den Mikrofonpegel erhöhen oder ein anderes wählen.</translation>
  </message>
  <message>
   <source>Recording {0}</source>
   <translation>Aufnahme {0}</translation>
  </message>
  <message>
   <source>{0} is in the sound list.</source>
   <translation>{0} steht in der Klangliste.</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>Stopp</translation>
  </message>
  <message>
   <source>Stop and keep what was recorded.</source>
   <translation>Anhalten und die Aufnahme behalten.</translation>
  </message>
 </context>
 <context>
  <name>MixPanel</name>
  <message>
   <source>Blend all layers</source>
   <translation>Alle Schichten mischen</translation>
  </message>
  <message>
   <source>Every layer takes a share of both edits: w = (1 − α) w_sound + α w_text.</source>
   <translation>Jede Schicht nimmt einen Anteil von beiden: w = (1 − α) w_Klang + α w_Text.</translation>
  </message>
  <message>
   <source>Split by layers</source>
   <translation>Nach Schichten teilen</translation>
  </message>
  <message>
   <source>Coarse layers from the sound, fine from the text; the paper: 1–9 and 10–18.</source>
   <translation>Grobe Schichten vom Klang, feine vom Text; im Aufsatz 1–9 und 10–18.</translation>
  </message>
  <message>
   <source>sound</source>
   <translation>Klang</translation>
  </message>
  <message>
   <source>text</source>
   <translation>Text</translation>
  </message>
  <message>
   <source>Share of the text</source>
   <translation>Anteil des Textes</translation>
  </message>
  <message>
   <source>Alpha, share of the text</source>
   <translation>Alpha, Anteil des Textes</translation>
  </message>
  <message>
   <source>Layers from the sound</source>
   <translation>Schichten vom Klang</translation>
  </message>
  <message>
   <source>Keep this mix</source>
   <translation>Mischung behalten</translation>
  </message>
  <message>
   <source>Add the mix as it is shown to the gallery.</source>
   <translation>Die Mischung, wie sie zu sehen ist, in die Galerie legen.</translation>
  </message>
  <message>
   <source>Sound up to layer</source>
   <translation>Klang bis Schicht</translation>
  </message>
  <message>
   <source>Mix</source>
   <translation>Mischung</translation>
  </message>
  <message>
   <source>Mix by layers</source>
   <translation>Nach Schichten mischen</translation>
  </message>
  <message>
   <source> of {0}</source>
   <translation> von {0}</translation>
  </message>
  <message>
   <source>The canvas shows the mix while you change it.</source>
   <translation>Die Leinwand zeigt die Mischung, während sie sich ändert.</translation>
  </message>
  <message>
   <source>Edit by a sound and a text at once; then choose the mixed result to change it here.</source>
   <translation>Durch Klang und Text zugleich bearbeiten; dann das gemischte Ergebnis wählen und hier ändern.</translation>
  </message>
 </context>
 <context>
  <name>OfferBar</name>
  <message>
   <source>Suggestion</source>
   <translation>Vorschlag</translation>
  </message>
  <message>
   <source>Not now</source>
   <translation>Jetzt nicht</translation>
  </message>
  <message>
   <source>Hide this suggestion.</source>
   <translation>Diesen Vorschlag ausblenden.</translation>
  </message>
 </context>
 <context>
  <name>OptionalNumber</name>
  <message>
   <source>{0}: own value</source>
   <translation>{0}: eigener Wert</translation>
  </message>
  <message>
   <source>Unticked: the value that suits the pack.</source>
   <translation>Ohne Häkchen: der Wert, der zum Paket passt.</translation>
  </message>
  <message>
   <source>pack's default</source>
   <translation>wie das Paket</translation>
  </message>
 </context>
 <context>
  <name>PackAdvice</name>
  <message>
   <source>This looks like a portrait; the pack {0} knows faces.</source>
   <translation>Das sieht nach einem Porträt aus; das Paket {0} kennt Gesichter.</translation>
  </message>
  <message>
   <source>There is no face in {0}; the pack {1} edits whole pictures.</source>
   <translation>In {0} ist kein Gesicht; das Paket {1} bearbeitet ganze Bilder.</translation>
  </message>
 </context>
 <context>
  <name>PackChoice</name>
  <message>
   <source>Pack</source>
   <translation>Paket</translation>
  </message>
  <message>
   <source>The models that edit the picture; the Packs panel tells more about them.</source>
   <translation>Die Modelle, die das Bild bearbeiten; mehr darüber im Bereich „Pakete“.</translation>
  </message>
  <message>
   <source>Choose pack</source>
   <translation>Paket wählen</translation>
  </message>
 </context>
 <context>
  <name>PackDetails</name>
  <message>
   <source>About the pack</source>
   <translation>Über das Paket</translation>
  </message>
  <message>
   <source>Licence</source>
   <translation>Lizenz</translation>
  </message>
  <message>
   <source>Source</source>
   <translation>Herkunft</translation>
  </message>
  <message>
   <source>Trained on</source>
   <translation>Gelernt an</translation>
  </message>
  <message>
   <source>Limits</source>
   <translation>Grenzen</translation>
  </message>
  <message>
   <source>Consent</source>
   <translation>Einwilligung</translation>
  </message>
  <message>
   <source>Bias</source>
   <translation>Verzerrung</translation>
  </message>
  <message>
   <source>Licence accepted on {0}.</source>
   <translation>Lizenz angenommen am {0}.</translation>
  </message>
  <message>
   <source>Parts</source>
   <translation>Teile</translation>
  </message>
  <message>
   <source>{0:.1f} MB</source>
   <translation>{0:.1f} MB</translation>
  </message>
  <message>
   <source>This pack cannot edit by itself; combine it with a generator and an embedder.</source>
   <translation>Dieses Paket kann allein nicht bearbeiten; es braucht dazu Generator und Einbettung.</translation>
  </message>
  <message>
   <source>How much memory an edit needs is not known.</source>
   <translation>Wie viel Speicher eine Bearbeitung braucht, ist nicht bekannt.</translation>
  </message>
  <message>
   <source>An edit needs about {0:.1f} GB of memory</source>
   <translation>Eine Bearbeitung braucht etwa {0:.1f} GB Speicher</translation>
  </message>
  <message>
   <source>; {0:.1f} GB are free.</source>
   <translation>; {0:.1f} GB sind frei.</translation>
  </message>
  <message>
   <source>Close other programs, or choose a smaller pack or a lower fidelity.</source>
   <translation>Andere Programme schließen oder ein kleineres Paket oder geringere Treue wählen.</translation>
  </message>
 </context>
 <context>
  <name>PackOffers</name>
  <message>
   <source>Use {0}</source>
   <translation>{0} verwenden</translation>
  </message>
  <message>
   <source>Choose pack</source>
   <translation>Paket wählen</translation>
  </message>
 </context>
 <context>
  <name>PackQuestions</name>
  <message>
   <source>Weights (*.pkl *.pt *.pth *.safetensors *.bin);;All files (*)</source>
   <translation>Gewichte (*.pkl *.pt *.pth *.safetensors *.bin);;Alle Dateien (*)</translation>
  </message>
  <message>
   <source>Add published weights</source>
   <translation>Veröffentlichte Gewichte hinzufügen</translation>
  </message>
  <message>
   <source>Add a folder of weights, or a pack</source>
   <translation>Einen Ordner mit Gewichten oder ein Paket hinzufügen</translation>
  </message>
  <message>
   <source>Fetch {0} again? Its licence: {1}</source>
   <translation>{0} noch einmal holen? Lizenz: {1}</translation>
  </message>
  <message>
   <source>Delete {0} from the disk?</source>
   <translation>{0} von der Platte löschen?</translation>
  </message>
  <message>
   <source>Packs</source>
   <translation>Pakete</translation>
  </message>
 </context>
 <context>
  <name>PacksPanel</name>
  <message>
   <source>Use this pack</source>
   <translation>Dieses Paket verwenden</translation>
  </message>
  <message>
   <source>The next edit is made with it.</source>
   <translation>Die nächste Bearbeitung entsteht damit.</translation>
  </message>
  <message>
   <source>Verify</source>
   <translation>Prüfen</translation>
  </message>
  <message>
   <source>Check every file and draw a picture.</source>
   <translation>Jede Datei prüfen und ein Bild zeichnen.</translation>
  </message>
  <message>
   <source>Repair</source>
   <translation>Reparieren</translation>
  </message>
  <message>
   <source>Fetch a damaged pack again.</source>
   <translation>Ein beschädigtes Paket noch einmal holen.</translation>
  </message>
  <message>
   <source>Add file …</source>
   <translation>Datei hinzufügen …</translation>
  </message>
  <message>
   <source>Convert published weights.</source>
   <translation>Veröffentlichte Gewichte umwandeln.</translation>
  </message>
  <message>
   <source>Add folder …</source>
   <translation>Ordner hinzufügen …</translation>
  </message>
  <message>
   <source>A folder of weights, or a whole pack.</source>
   <translation>Ein Ordner mit Gewichten oder ein ganzes Paket.</translation>
  </message>
  <message>
   <source>Fetch …</source>
   <translation>Holen …</translation>
  </message>
  <message>
   <source>Published weights from the web; the licence is shown first.</source>
   <translation>Veröffentlichte Gewichte aus dem Netz; zuerst wird die Lizenz gezeigt.</translation>
  </message>
  <message>
   <source>Combine …</source>
   <translation>Kombinieren …</translation>
  </message>
  <message>
   <source>Generator of one pack, embedder of another.</source>
   <translation>Generator des einen, Einbettung eines anderen Pakets.</translation>
  </message>
  <message>
   <source>Remove</source>
   <translation>Entfernen</translation>
  </message>
  <message>
   <source>Delete an added pack from the disk.</source>
   <translation>Ein hinzugefügtes Paket von der Platte löschen.</translation>
  </message>
  <message>
   <source>Work on packs</source>
   <translation>Arbeit an Paketen</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Fortschritt</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Abbrechen</translation>
  </message>
  <message>
   <source>Choose pack</source>
   <translation>Paket wählen</translation>
  </message>
  <message>
   <source>whole</source>
   <translation>vollständig</translation>
  </message>
  <message>
   <source>{0} is whole: {1} files checked.</source>
   <translation>{0} ist vollständig: {1} Dateien geprüft.</translation>
  </message>
  <message>
   <source>damaged</source>
   <translation>beschädigt</translation>
  </message>
  <message>
   <source>Stopping …</source>
   <translation>Wird angehalten …</translation>
  </message>
  <message>
   <source>Another pack is being worked on; wait for it, or cancel it.</source>
   <translation>An einem anderen Paket wird gearbeitet; bitte warten oder abbrechen.</translation>
  </message>
  <message>
   <source>Cancelled.</source>
   <translation>Abgebrochen.</translation>
  </message>
  <message>
   <source>Starting …</source>
   <translation>Beginnt …</translation>
  </message>
  <message>
   <source>{0} is installed.</source>
   <translation>{0} ist installiert.</translation>
  </message>
 </context>
 <context>
  <name>PackTable</name>
  <message>
   <source>Installed packs</source>
   <translation>Installierte Pakete</translation>
  </message>
  <message>
   <source>Pack</source>
   <translation>Paket</translation>
  </message>
  <message>
   <source>Domain</source>
   <translation>Gebiet</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Größe</translation>
  </message>
  <message>
   <source>State</source>
   <translation>Zustand</translation>
  </message>
  <message>
   <source>damaged</source>
   <translation>beschädigt</translation>
  </message>
  <message>
   <source>{0:.0f} MB</source>
   <translation>{0:.0f} MB</translation>
  </message>
  <message>
   <source>in use</source>
   <translation>in Gebrauch</translation>
  </message>
  <message>
   <source>portrait</source>
   <translation>Porträt</translation>
  </message>
  <message>
   <source>scene</source>
   <translation>Szene</translation>
  </message>
  <message>
   <source>painting</source>
   <translation>Gemälde</translation>
  </message>
  <message>
   <source>sound</source>
   <translation>Klang</translation>
  </message>
  <message>
   <source>joint</source>
   <translation>Einbettung</translation>
  </message>
 </context>
 <context>
  <name>PackWorker</name>
  <message>
   <source>Something went wrong with the pack; the log says what. Please try again.</source>
   <translation>Mit dem Paket ging etwas schief; das Protokoll sagt, was. Bitte noch einmal versuchen.</translation>
  </message>
  <message>
   <source>Fetching: {0:.1f} MB</source>
   <translation>Geholt: {0:.1f} MB</translation>
  </message>
  <message>
   <source>Fetching: {0:.1f} of {1:.1f} MB</source>
   <translation>Geholt: {0:.1f} von {1:.1f} MB</translation>
  </message>
  <message>
   <source>, {0:.1f} MB/s</source>
   <translation>, {0:.1f} MB/s</translation>
  </message>
  <message>
   <source>, {0} left</source>
   <translation>, noch {0}</translation>
  </message>
  <message>
   <source>Checking the files</source>
   <translation>Dateien werden geprüft</translation>
  </message>
  <message>
   <source>Reading the weights</source>
   <translation>Gewichte werden gelesen</translation>
  </message>
  <message>
   <source>Converting the weights</source>
   <translation>Gewichte werden umgewandelt</translation>
  </message>
  <message>
   <source>Trying the networks</source>
   <translation>Netze werden ausprobiert</translation>
  </message>
  <message>
   <source>Combining the parts</source>
   <translation>Teile werden kombiniert</translation>
  </message>
 </context>
 <context>
  <name>Panels</name>
  <message>
   <source>Sounds</source>
   <translation>Klänge</translation>
  </message>
  <message>
   <source>Guides</source>
   <translation>Vorgaben</translation>
  </message>
  <message>
   <source>Microphone</source>
   <translation>Mikrofon</translation>
  </message>
  <message>
   <source>Packs</source>
   <translation>Pakete</translation>
  </message>
  <message>
   <source>Mix</source>
   <translation>Mischung</translation>
  </message>
  <message>
   <source>Layer mask</source>
   <translation>Schichtmaske</translation>
  </message>
  <message>
   <source>Run</source>
   <translation>Lauf</translation>
  </message>
  <message>
   <source>Gallery</source>
   <translation>Galerie</translation>
  </message>
  <message>
   <source>Show or hide this panel.</source>
   <translation>Diesen Bereich zeigen oder verbergen.</translation>
  </message>
 </context>
 <context>
  <name>PictureView</name>
  <message>
   <source>Picture</source>
   <translation>Bild</translation>
  </message>
  <message>
   <source>Wheel zooms, space and drag moves, F fits, hold O for the original.</source>
   <translation>Das Rad vergrößert, Leertaste und Ziehen verschieben, F passt ein, O gedrückt zeigt das Original.</translation>
  </message>
  <message>
   <source>Original</source>
   <translation>Original</translation>
  </message>
  <message>
   <source>Before</source>
   <translation>Vorher</translation>
  </message>
  <message>
   <source>After</source>
   <translation>Nachher</translation>
  </message>
 </context>
 <context>
  <name>Player</name>
  <message>
   <source>No sound can be played: {0}. Check the sound output, then press play again.</source>
   <translation>Es kann kein Klang gespielt werden: {0}. Die Tonausgabe prüfen und noch einmal spielen.</translation>
  </message>
 </context>
 <context>
  <name>PreferencesDialog</name>
  <message>
   <source>Preferences</source>
   <translation>Voreinstellungen</translation>
  </message>
  <message>
   <source>Language</source>
   <translation>Sprache</translation>
  </message>
  <message>
   <source>Takes effect when the studio is started the next time.</source>
   <translation>Wirkt beim nächsten Start des Studios.</translation>
  </message>
  <message>
   <source>Colours</source>
   <translation>Farben</translation>
  </message>
  <message>
   <source>Light, dark, or as the system is.</source>
   <translation>Hell, dunkel oder wie das System.</translation>
  </message>
  <message>
   <source>Snap to zero crossings</source>
   <translation>An Nulldurchgängen einrasten</translation>
  </message>
  <message>
   <source>Cuts of a sound move to where they do not click.</source>
   <translation>Schnitte rücken dorthin, wo sie nicht knacken.</translation>
  </message>
  <message>
   <source>Loop sounds</source>
   <translation>Klänge in Schleife</translation>
  </message>
  <message>
   <source>Playing starts again at the end of the trim.</source>
   <translation>Am Ende des Ausschnitts beginnt das Spielen von vorn.</translation>
  </message>
  <message>
   <source>Countdown</source>
   <translation>Vorlauf</translation>
  </message>
  <message>
   <source>Seconds before a recording begins.</source>
   <translation>Sekunden, bevor eine Aufnahme beginnt.</translation>
  </message>
  <message>
   <source>Layer mask as numbers</source>
   <translation>Schichtmaske als Zahlen</translation>
  </message>
  <message>
   <source>A table instead of bars.</source>
   <translation>Eine Tabelle statt Balken.</translation>
  </message>
  <message>
   <source>as the system</source>
   <translation>wie das System</translation>
  </message>
  <message>
   <source>light</source>
   <translation>hell</translation>
  </message>
  <message>
   <source>dark</source>
   <translation>dunkel</translation>
  </message>
 </context>
 <context>
  <name>PresetBar</name>
  <message>
   <source>Preset</source>
   <translation>Vorlage</translation>
  </message>
  <message>
   <source>Settings that go well together; your own ones are below the line.</source>
   <translation>Einstellungen, die gut zusammenpassen; die eigenen stehen unter dem Strich.</translation>
  </message>
  <message>
   <source>Save preset …</source>
   <translation>Vorlage speichern …</translation>
  </message>
  <message>
   <source>Keep these settings under a name.</source>
   <translation>Diese Einstellungen unter einem Namen behalten.</translation>
  </message>
  <message>
   <source>Remove preset</source>
   <translation>Vorlage entfernen</translation>
  </message>
  <message>
   <source>Forget this preset of yours.</source>
   <translation>Diese eigene Vorlage vergessen.</translation>
  </message>
  <message>
   <source>Sketch</source>
   <translation>Skizze</translation>
  </message>
  <message>
   <source>Standard</source>
   <translation>Standard</translation>
  </message>
  <message>
   <source>Careful</source>
   <translation>Sorgfältig</translation>
  </message>
  <message>
   <source>Explore (4 variants)</source>
   <translation>Erkunden (4 Varianten)</translation>
  </message>
  <message>
   <source>Own settings</source>
   <translation>Eigene Werte</translation>
  </message>
  <message>
   <source>Preset {0}</source>
   <translation>Vorlage {0}</translation>
  </message>
  <message>
   <source>Save preset</source>
   <translation>Vorlage speichern</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Name</translation>
  </message>
 </context>
 <context>
  <name>Recorder</name>
  <message>
   <source>{0} stopped delivering sound; plug it in again, then look for devices.</source>
   <translation>{0} liefert keinen Klang mehr; wieder anstecken und dann Geräte suchen.</translation>
  </message>
  <message>
   <source>{0} cannot be opened ({1}); allow the studio to use it, or choose another microphone.</source>
   <translation>{0} lässt sich nicht öffnen ({1}); dem Studio den Zugriff erlauben oder ein anderes Mikrofon wählen.</translation>
  </message>
 </context>
 <context>
  <name>ResultActions</name>
  <message>
   <source>The picture is on the clipboard.</source>
   <translation>Das Bild liegt in der Zwischenablage.</translation>
  </message>
  <message>
   <source>The mix on the canvas is kept as a result first.</source>
   <translation>Die Mischung auf der Leinwand wird zuerst als Ergebnis behalten.</translation>
  </message>
 </context>
 <context>
  <name>ResultCard</name>
  <message>
   <source>ID {0:.2f}</source>
   <translation>ID {0:.2f}</translation>
  </message>
 </context>
 <context>
  <name>ResultsModel</name>
  <message>
   <source>{0} stars</source>
   <translation>{0} Sterne</translation>
  </message>
  <message>
   <source>no stars</source>
   <translation>keine Sterne</translation>
  </message>
  <message>
   <source>{0}: similarity {1:.2f}, {2}</source>
   <translation>{0}: Ähnlichkeit {1:.2f}, {2}</translation>
  </message>
  <message>
   <source>similarity {0:.3f} → {1:.3f}</source>
   <translation>Ähnlichkeit {0:.3f} → {1:.3f}</translation>
  </message>
  <message>
   <source>latent distance {0:.3f}</source>
   <translation>latenter Abstand {0:.3f}</translation>
  </message>
  <message>
   <source>seed {0}, variant {1}</source>
   <translation>Startwert {0}, Variante {1}</translation>
  </message>
  <message>
   <source>identity kept {0:.3f}</source>
   <translation>Identität bewahrt {0:.3f}</translation>
  </message>
 </context>
 <context>
  <name>RunPanel</name>
  <message>
   <source>Run</source>
   <translation>Lauf</translation>
  </message>
  <message>
   <source>Edit</source>
   <translation>Bearbeiten</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Abbrechen</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Fortschritt</translation>
  </message>
  <message>
   <source>What is being done</source>
   <translation>Was gerade geschieht</translation>
  </message>
  <message>
   <source>Similarity</source>
   <translation>Ähnlichkeit</translation>
  </message>
  <message>
   <source>Loss</source>
   <translation>Verlust</translation>
  </message>
  <message>
   <source>Result</source>
   <translation>Ergebnis</translation>
  </message>
  <message>
   <source>How far to go from the original (0) to the edit (1), and beyond it.</source>
   <translation>Wie weit vom Original (0) zur Bearbeitung (1) und darüber hinaus.</translation>
  </message>
  <message>
   <source>Look at the picture as it was at an earlier step of the edit.</source>
   <translation>Das Bild ansehen, wie es bei einem früheren Schritt war.</translation>
  </message>
  <message>
   <source>Strength</source>
   <translation>Stärke</translation>
  </message>
  <message>
   <source>Strength as a number</source>
   <translation>Stärke als Zahl</translation>
  </message>
  <message>
   <source>Step</source>
   <translation>Schritt</translation>
  </message>
  <message>
   <source>Queue</source>
   <translation>Warteschlange</translation>
  </message>
  <message>
   <source>Waiting edits</source>
   <translation>Wartende Bearbeitungen</translation>
  </message>
  <message>
   <source>Earlier</source>
   <translation>Früher</translation>
  </message>
  <message>
   <source>Let the marked edit run earlier.</source>
   <translation>Die markierte Bearbeitung früher laufen lassen.</translation>
  </message>
  <message>
   <source>Later</source>
   <translation>Später</translation>
  </message>
  <message>
   <source>Let the marked edit run later.</source>
   <translation>Die markierte Bearbeitung später laufen lassen.</translation>
  </message>
  <message>
   <source>Remove</source>
   <translation>Entfernen</translation>
  </message>
  <message>
   <source>Take the marked edit out of the queue.</source>
   <translation>Die markierte Bearbeitung aus der Warteschlange nehmen.</translation>
  </message>
  <message>
   <source>Waiting for the engine</source>
   <translation>Wartet auf den Rechenkern</translation>
  </message>
  <message>
   <source>Following the sound</source>
   <translation>Folgt dem Klang</translation>
  </message>
  <message>
   <source>Following the text</source>
   <translation>Folgt dem Text</translation>
  </message>
  <message>
   <source>Cancelling</source>
   <translation>Wird abgebrochen</translation>
  </message>
  <message>
   <source>Looking at the picture</source>
   <translation>Das Bild wird betrachtet</translation>
  </message>
  <message>
   <source>Rebuilding the picture</source>
   <translation>Das Bild wird nachgebildet</translation>
  </message>
  <message>
   <source>Rebuilding the picture closely</source>
   <translation>Das Bild wird genau nachgebildet</translation>
  </message>
  <message>
   <source>Listening</source>
   <translation>Der Klang wird gehört</translation>
  </message>
  <message>
   <source>step {0} of {1}</source>
   <translation>Schritt {0} von {1}</translation>
  </message>
  <message>
   <source>{0} s left</source>
   <translation>noch {0} s</translation>
  </message>
  <message>
   <source>Running edit</source>
   <translation>Laufende Bearbeitung</translation>
  </message>
 </context>
 <context>
  <name>SessionActions</name>
  <message>
   <source>Pictures, sounds and sessions ({0})</source>
   <translation>Bilder, Klänge und Sitzungen ({0})</translation>
  </message>
  <message>
   <source>Open</source>
   <translation>Öffnen</translation>
  </message>
  <message>
   <source>All files (*)</source>
   <translation>Alle Dateien (*)</translation>
  </message>
  <message>
   <source>There is no session {0} any more.</source>
   <translation>Die Sitzung {0} gibt es nicht mehr.</translation>
  </message>
  <message>
   <source>Save session as</source>
   <translation>Sitzung speichern als</translation>
  </message>
  <message>
   <source>Sessions (*{0})</source>
   <translation>Sitzungen (*{0})</translation>
  </message>
  <message>
   <source>Saved as {0}; from now on everything is saved there.</source>
   <translation>Gespeichert als {0}; von nun an wird alles dort gespeichert.</translation>
  </message>
  <message>
   <source>There is no picture and no file on the clipboard.</source>
   <translation>In der Zwischenablage ist weder ein Bild noch eine Datei.</translation>
  </message>
  <message>
   <source>Pasted picture</source>
   <translation>Eingefügtes Bild</translation>
  </message>
  <message>
   <source>What was dropped is a link, not a file; save what it leads to, then drop that file.</source>
   <translation>Abgelegt wurde ein Verweis, keine Datei; bitte speichern, wohin er führt, und dann diese Datei ablegen.</translation>
  </message>
 </context>
 <context>
  <name>SessionLock</name>
  <message>
   <source>{0} is open in another window already; go on there, or close it there first.</source>
   <translation>{0} ist schon in einem anderen Fenster offen; arbeiten Sie dort weiter oder schließen Sie die Sitzung dort zuerst.</translation>
  </message>
 </context>
 <context>
  <name>ShortcutList</name>
  <message>
   <source>Keyboard shortcuts</source>
   <translation>Tastenkürzel</translation>
  </message>
  <message>
   <source>Original while held</source>
   <translation>Original, solange gedrückt</translation>
  </message>
  <message>
   <source>Move the picture</source>
   <translation>Das Bild verschieben</translation>
  </message>
  <message>
   <source>Space and drag, arrow keys</source>
   <translation>Leertaste und ziehen, Pfeiltasten</translation>
  </message>
  <message>
   <source>Zoom about the pointer</source>
   <translation>Um den Zeiger vergrößern</translation>
  </message>
  <message>
   <source>Wheel</source>
   <translation>Mausrad</translation>
  </message>
  <message>
   <source>Command</source>
   <translation>Befehl</translation>
  </message>
  <message>
   <source>Keys</source>
   <translation>Tasten</translation>
  </message>
  <message>
   <source>What it does</source>
   <translation>Was er tut</translation>
  </message>
 </context>
 <context>
  <name>StudioWindow</name>
  <message>
   <source>The program ended unexpectedly the last time; everything you did is here.</source>
   <translation>Das Programm endete letztes Mal unerwartet; alles Getane ist hier.</translation>
  </message>
  <message>
   <source>Open recent</source>
   <translation>Zuletzt geöffnet</translation>
  </message>
  <message>
   <source>Tools</source>
   <translation>Werkzeuge</translation>
  </message>
  <message>
   <source>Remove picture</source>
   <translation>Bild entfernen</translation>
  </message>
  <message>
   <source>Untitled</source>
   <translation>Unbenannt</translation>
  </message>
  <message>
   <source>The program ended unexpectedly the last time; what you did then is under Open recent.</source>
   <translation>Das Programm endete letztes Mal unerwartet; das Getane steht unter „Zuletzt geöffnet“.</translation>
  </message>
  <message>
   <source>The program ended unexpectedly the last time; what you did is here and, of other windows, under Open recent.</source>
   <translation>Das Programm endete letztes Mal unerwartet; das Getane ist hier und, aus anderen Fenstern, unter „Zuletzt geöffnet“.</translation>
  </message>
 </context>
 <context>
  <name>Transport</name>
  <message>
   <source>Loop</source>
   <translation>Schleife</translation>
  </message>
  <message>
   <source>Start again at the end of the trim.</source>
   <translation>Am Ende des Ausschnitts von vorn beginnen.</translation>
  </message>
  <message>
   <source>Snap to zero crossings</source>
   <translation>An Nulldurchgängen einrasten</translation>
  </message>
  <message>
   <source>Cuts move to where the wave crosses zero, so that they do not click.</source>
   <translation>Schnitte rücken dorthin, wo die Welle null kreuzt, damit sie nicht knacken.</translation>
  </message>
  <message>
   <source>Zoom to trim</source>
   <translation>Auf den Ausschnitt zoomen</translation>
  </message>
  <message>
   <source>Show the trimmed part.</source>
   <translation>Den Ausschnitt zeigen.</translation>
  </message>
  <message>
   <source>Zoom to all</source>
   <translation>Alles zeigen</translation>
  </message>
  <message>
   <source>Show the whole sound.</source>
   <translation>Den ganzen Klang zeigen.</translation>
  </message>
  <message>
   <source>Spectrogram</source>
   <translation>Spektrogramm</translation>
  </message>
  <message>
   <source>Show which pitches sound when, as the encoder hears it; low ones at the bottom.</source>
   <translation>Zeigt, welche Tonhöhen wann klingen, wie der Kodierer es hört; tiefe unten.</translation>
  </message>
  <message>
   <source>Remove sound</source>
   <translation>Klang entfernen</translation>
  </message>
  <message>
   <source>Take the chosen sound out; undo brings it back.</source>
   <translation>Den gewählten Klang wegnehmen; „Rückgängig“ bringt ihn zurück.</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>Stopp</translation>
  </message>
  <message>
   <source>Stop playing.</source>
   <translation>Nicht mehr spielen.</translation>
  </message>
  <message>
   <source>Play</source>
   <translation>Spielen</translation>
  </message>
  <message>
   <source>Hear what the edit will hear: trims, gains and weights.</source>
   <translation>Hören, was die Bearbeitung hören wird: Ausschnitte, Verstärkungen und Gewichte.</translation>
  </message>
 </context>
 <context>
  <name>WaveformPanel</name>
  <message>
   <source>Playback level</source>
   <translation>Wiedergabepegel</translation>
  </message>
  <message>
   <source>Solo sound</source>
   <translation>Klang solo</translation>
  </message>
  <message>
   <source>Mute sound</source>
   <translation>Klang stumm</translation>
  </message>
  <message>
   <source>Weigh sound</source>
   <translation>Klang gewichten</translation>
  </message>
  <message>
   <source>Trim sound</source>
   <translation>Klang zuschneiden</translation>
  </message>
  <message>
   <source>Change gain</source>
   <translation>Verstärkung ändern</translation>
  </message>
  <message>
   <source>No sound is heard: all are muted. Unmute one to play it.</source>
   <translation>Es ist nichts zu hören: alle sind stumm. Die Stummschaltung bei einem aufheben.</translation>
  </message>
  <message>
   <source>Drop a sound here, or record one.</source>
   <translation>Einen Klang hierher ziehen oder aufnehmen.</translation>
  </message>
  <message>
   <source>Reading {0} … {1:.0f} %</source>
   <translation>{0} wird gelesen … {1:.0f} %</translation>
  </message>
 </context>
 <context>
  <name>WaveformView</name>
  <message>
   <source>Waveform</source>
   <translation>Wellenform</translation>
  </message>
  <message>
   <source>Drag the handles to trim, the line to change the gain; the same values are in the fields above.</source>
   <translation>Die Griffe ziehen schneidet zu, die Linie ändert die Verstärkung; dieselben Werte stehen in den Feldern darüber.</translation>
  </message>
  <message>
   <source>What the sound encoder hears: one window after the other.</source>
   <translation>Was der Klangkodierer hört: ein Fenster nach dem anderen.</translation>
  </message>
  <message>
   <source>heard</source>
   <translation>gehört</translation>
  </message>
  <message>
   <source>{0:+.1f} dB</source>
   <translation>{0:+.1f} dB</translation>
  </message>
 </context>
 <context>
  <name>WritingDialog</name>
  <message>
   <source>Progress</source>
   <translation>Fortschritt</translation>
  </message>
  <message>
   <source>The export was cancelled; files that were finished by then stay.</source>
   <translation>Der Export wurde abgebrochen; bis dahin fertige Dateien bleiben.</translation>
  </message>
 </context>
</TS>
