"""Does a manifest say how pictures, texts and sounds are prepared for the pack's joint embedder, and as it needs them?

Imports no torch: an edit is refused before any work. Packs without a CLIP of their own, and published sound encoders,
which know their own front end, need less.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import PackError
from engine.packs.manifest import Manifest, Part, check_preprocessing
from engine.packs.manifest_file import MANIFEST_NAME
from engine.packs.store import Pack

OWN_SOUND = "sgim_sound_encoder"
"""The architecture of sound encoders trained with this program: they listen through the mel of the manifest."""
_MARKS_AND_BYTES = 514  # tokens of a CLIP that are no merges


def check_preparation(pack: Pack) -> None:
    """Raise ``PackError`` naming the pack's file when its embedder cannot be fed as the manifest says."""
    manifest = pack.manifest
    part = manifest.parts.get("joint_embedder")
    if part is None or part.architecture != "open_clip":
        return
    where = pack.path / MANIFEST_NAME
    sound = manifest.parts.get("sound_encoder")
    own = sound is None or sound.architecture == OWN_SOUND
    fault = _picture_fault(manifest, part, own) or _text_fault(part)
    if not fault and sound is not None and own:
        fault = _mel_fault(manifest, sound)
    if fault:
        raise PackError(f"{where} {fault}; add the pack again.")


def _picture_fault(manifest: Manifest, part: Part, own: bool) -> str:
    picture = manifest.preprocessing.get("picture")
    if picture is None and not own:
        picture = part.config.get("preprocessing")
    if not isinstance(picture, Mapping):
        return "does not say how pictures are prepared for its joint embedder"
    check_preprocessing({"picture": picture}, manifest.name)
    size = picture.get("size")
    if size is None:
        return "does not say how large the pictures of its joint embedder are" if own else ""
    vision = part.config.get("vision_cfg")
    drawn = vision.get("image_size") if isinstance(vision, Mapping) and "layers" in vision else None
    if isinstance(drawn, int) and drawn != size:
        return f"prepares pictures of {size} pixels for a joint embedder of {drawn}"
    return ""


def _text_fault(part: Part) -> str:
    text, merges = part.config.get("text_cfg"), part.config.get("merges")
    if not isinstance(text, Mapping):
        return "does not say what the text tower of its joint embedder is"
    vocabulary = text.get("vocab_size")
    if merges is not None and merges != (vocabulary or 0) - _MARKS_AND_BYTES:
        return f"cuts texts with {merges!r} merges for a joint embedder of {vocabulary!r} tokens"
    return ""


def _mel_fault(manifest: Manifest, sound: Part) -> str:
    mel = manifest.preprocessing.get("mel")
    if mel is None:
        return "does not say how sounds are prepared for its sound encoder"
    for ours, theirs in (("n_mels", "mels"), ("frames", "frames")):
        wanted = sound.config.get(theirs)
        if ours in mel and wanted is not None and mel[ours] != wanted:
            return f"prepares sounds with a mel {ours} of {mel[ours]} for a sound encoder of {wanted}"
    return ""
