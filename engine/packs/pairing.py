"""Which sound encoder belongs to which CLIP tower, as data; and why a wrong pairing is refused.

Any generator works with any embedder, because pictures are pictures. A sound encoder was trained to land in
the space of one particular picture and text tower: with any other its vectors mean nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.packs.manifest import Manifest, Part


@dataclass(frozen=True)
class Tower:
    """A joint space: open_clip's ``model`` name, the ``weights`` that span it, and how its tensors look.

    ``layers`` of the picture tower (four numbers for a ResNet), its ``width`` and ``patch_size`` (None for a
    ResNet), and ``embed_dim``, the length of its vectors.
    """

    title: str
    model: str
    weights: tuple[str, ...]
    embed_dim: int
    layers: int | tuple[int, ...]
    width: int
    patch_size: int | None

    @property
    def name(self) -> str:
        """As ``Part.tower`` has it: "MODEL/WEIGHTS"."""
        return f"{self.model}/{self.weights[0]}"


_VIT_B_32 = Tower("CLIP ViT-B/32 with OpenAI's weights", "ViT-B-32", ("openai",), 512, 12, 768, 32)
_RN50 = Tower("AudioCLIP's own CLIP RN50", "RN50", ("openai", "audioclip"), 1024, (3, 4, 6, 3), 64, None)
_VIT_H_14 = Tower(
    "OpenCLIP ViT-H/14 with the weights laion2b_s32b_b79k", "ViT-H-14", ("laion2b_s32b_b79k",), 1024, 32, 1280, 14
)

# architecture of the sound encoder → (its name for the artist, the tower it was trained with)
PUBLISHED: dict[str, tuple[str, Tower]] = {
    "lee2022_sound": ("Lee 2022's sound encoder", _VIT_B_32),
    "wav2clip": ("Wav2CLIP", _VIT_B_32),
    "audioclip_sound": ("AudioCLIP", _RN50),
    "imagebind_sound": ("ImageBind", _VIT_H_14),
}


def tower_of(architecture: str) -> str:
    """The tower of a published sound encoder, e.g. "ViT-B-32/openai"; "" for other architectures."""
    return PUBLISHED[architecture][1].name if architecture in PUBLISHED else ""


def refusal_of_pair(sound: Part, embedder: Part) -> str:
    """Why this sound encoder cannot work with this joint embedder, as one sentence; "" where it can.

    Where an embedder does not say whose weights it has, its model decides.
    """
    if sound.architecture not in PUBLISHED:
        return _refusal_of_own(sound, embedder)
    title, tower = PUBLISHED[sound.architecture]
    reason = _mismatch(tower, sound, embedder)
    if not reason:
        return ""
    return f"{title} works only with {tower.title}, but {reason}; choose the pack of that tower as the embedder."


def refusal_of_pack(manifest: Manifest) -> str:
    """``refusal_of_pair`` of the manifest's own parts; "" where it lacks one of them."""
    sound, embedder = (manifest.parts.get(kind) for kind in ("sound_encoder", "joint_embedder"))
    return refusal_of_pair(sound, embedder) if sound and embedder else ""


def _mismatch(tower: Tower, sound: Part, embedder: Part) -> str:
    if embedder.architecture != "open_clip":
        return f"this joint embedder is a {embedder.architecture}"
    size = embedder.config.get("embed_dim")
    if size != tower.embed_dim:
        return f"this joint embedder's vectors have {size} numbers instead of {tower.embed_dim}"
    vision = embedder.config.get("vision_cfg", {})
    layers = vision.get("layers")
    found = (tuple(layers) if isinstance(layers, list | tuple) else layers, vision.get("width"))
    if found != (tower.layers, tower.width) or vision.get("patch_size") != tower.patch_size:
        return f"the picture tower of this joint embedder ({embedder.tower or 'unnamed'}) is of another kind"
    _, _, weights = embedder.tower.partition("/")
    # A sound head that came with its own tower (AudioCLIP's full training) belongs to that one alone.
    wanted = (sound.tower.partition("/")[2],) if sound.tower else tower.weights
    if weights and weights not in wanted:
        return f"this joint embedder has the weights “{weights}”"
    return ""


def _refusal_of_own(sound: Part, embedder: Part) -> str:
    """Sound encoders trained with this program name their tower in the manifest."""
    if sound.tower and embedder.tower and sound.tower != embedder.tower:
        return (
            f"This sound encoder was trained with the joint embedder {sound.tower} and works only with it, not with "
            f"{embedder.tower}; choose the pack it came from as the embedder."
        )
    if not sound.tower and embedder.architecture == "open_clip" and "embed_dim" in sound.config:
        if sound.config["embed_dim"] != embedder.config.get("embed_dim"):
            return "This sound encoder's vectors are not as long as the joint embedder's; choose the pack it came from."
    return ""
