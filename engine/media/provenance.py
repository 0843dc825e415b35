"""XMP saying that a picture was edited with trained models (IPTC digital source type)."""

from __future__ import annotations

from xml.sax.saxutils import escape

# IPTC NewsCodes: "a composite that includes synthetic elements, made by a trained algorithm".
DIGITAL_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
# "created algorithmically by a trained model": nothing of an original is in it.
DRAWN_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmp:CreatorTool="SGIM Studio" Iptc4xmpExt:DigitalSourceType="{source}">{rights}</rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def provenance_xmp(licence: str = "", *, drawn: bool = False) -> bytes:
    """The XMP packet; ``licence`` of the models is carried as dc:rights; ``drawn``: a model drew all of it."""
    rights = ""
    if licence:
        rights = (
            '<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">'
            f"{escape('Model licence: ' + licence)}</rdf:li></rdf:Alt></dc:rights>"
        )
    return _XMP.format(source=DRAWN_SOURCE_TYPE if drawn else DIGITAL_SOURCE_TYPE, rights=rights).encode()
