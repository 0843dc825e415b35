"""What a session is made of: frozen values, safe to hand to any thread and to keep for undo."""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass
from typing import Any, Literal

from engine.request import Fidelity, Finish, MaskKind, Objective, Request

Frame = tuple[float, float, float, float, float]
"""A crop frame in the original's pixels: x, y, width, height, angle in degrees."""

ResultKind = Literal["sound", "text", "mixed"]

DEFAULT_PACK_NAME = "starter-scenes"


def new_id() -> str:
    """A name for a record that no other record has."""
    return os.urandom(16).hex()


@dataclass(frozen=True)
class SourceItem:
    """A picture being edited. ``sha256`` names the original file's bytes in the session.

    ``face``: the artist's crop frame, ``None`` while it is found automatically; ``align`` False: the
    whole picture is used. ``region_sha256``: the painted mask (8-bit grey PNG in the session,
    in the picture's own frame but at most 1024 pixels long; white: the edit applies).
    """

    id: str
    position: float
    sha256: str
    name: str
    width: int
    height: int
    thumbnail: str = ""
    face: Frame | None = None
    align: bool = True
    region_sha256: str | None = None
    deleted: bool = False


@dataclass(frozen=True)
class Inversion:
    """A source as a pack sees it: its latent and its aligned crop, all blobs of the session."""

    id: str
    position: float
    source_id: str
    pack: str
    fidelity: str
    seed: int
    face: Frame | None
    align: bool
    latent: str
    crop: str
    reconstruction: str
    psnr: float
    identity: float | None = None
    extra: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class ClipItem:
    """A sound clip as a guide, never changing its file. ``start``/``end`` in seconds of the file
    (``end`` None: to the end), ``gain_db`` in dB, ``weight`` linear 0…1 in the mix of clips."""

    id: str
    position: float
    sha256: str
    name: str
    seconds: float
    rate: int
    start: float = 0.0
    end: float | None = None
    gain_db: float = 0.0
    weight: float = 1.0
    muted: bool = False
    solo: bool = False

    @property
    def end_seconds(self) -> float:
        """The end of the trim in seconds, whether set or not."""
        return self.seconds if self.end is None else self.end


@dataclass(frozen=True)
class Settings:
    """What the next edit will use; fields named as in ``engine.request.Request``. ``None``: the pack's default."""

    pack: str = DEFAULT_PACK_NAME
    text: str = ""
    use_text: bool = True
    use_sound: bool = True
    steps: int | None = None
    seed: int = 0
    seed_locked: bool = True
    variants: int = 1
    strength: float = 1.0
    mix_alpha: float | None = 0.5
    split_layer: int | None = None
    objective: Objective = "hinge"
    mask: MaskKind = "trained"
    pinned_layers: tuple[tuple[int, float], ...] = ()
    lambda_reg: float | None = None
    lambda_id: float | None = None
    learning_rate: float | None = None
    loudness: bool = True
    instant: bool = False
    fidelity: Fidelity = "balanced"
    finish: Finish | None = None
    use_region: bool = True
    device: str = "auto"
    threads: int | None = None
    preset: str = ""


@dataclass(frozen=True)
class ResultItem:
    """One finished edit: the request that made it, its numbers, and its blobs in the session.

    ``layer_mask`` g per W+ row, sums to 1; ``moved`` ‖Δw_i‖ per row; ``rating`` 0…5 stars;
    ``latent`` safetensors; ``picture`` PNG at the pack's resolution; ``thumbnail`` PNG;
    ``steps`` gzip JSON list of {step, loss, similarity}; ``path`` safetensors of W+ rows per step.
    ``run``: results of one Edit share it. ``extra``: what was heard (``heard`` [[start, end] s], ``level_lufs``),
    ``amount``. ``parts``: ids of the sound- and text-guided results of a mix.
    """

    id: str
    position: float
    source_id: str
    inversion_id: str
    run: str
    kind: ResultKind
    request: Request
    similarity_before: float
    similarity_after: float
    identity: float | None
    latent_distance: float
    layer_mask: tuple[float, ...]
    moved: tuple[float, ...]
    latent: str
    picture: str
    thumbnail: str
    steps: str = ""
    path: str = ""
    seconds: dict[str, float] = dataclasses.field(default_factory=dict)
    parts: tuple[str, str] | None = None
    rating: int = 0
    deleted: bool = False
    extra: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class QueuedRun:
    """An edit that waits for its turn, with everything it needs already frozen."""

    id: str
    title: str
    source_id: str
    request: Request


@dataclass(frozen=True)
class RunState:
    """What the engine is doing now. Times in seconds."""

    running: bool = False
    title: str = ""
    phase: str = ""
    done: int = 0
    total: int = 0
    seconds_left: float | None = None
    similarity: float | None = None
    loss: float | None = None
    source_id: str | None = None
    queue: tuple[QueuedRun, ...] = ()


def guide_names(item: ResultItem) -> str:
    """What guided a result, in words: its sounds, its text, or both."""
    names = [guide.name for guide in item.request.sounds] if item.kind != "text" else []
    if item.request.text is not None and item.kind != "sound":
        names.append(f"“{item.request.text.text}”")
    return ", ".join(names)


def to_json(item: Any) -> dict[str, Any]:
    """A record as plain JSON values; requests as recipes."""
    data = {f.name: getattr(item, f.name) for f in dataclasses.fields(item)}
    if isinstance(item, ResultItem):
        data["request"] = item.request.to_json()
    return data


def from_json(kind: type, data: dict[str, Any]) -> Any:
    """A record from the session file; unknown fields (of a newer minor version) are ignored."""
    known = {f.name for f in dataclasses.fields(kind)}
    values = {k: v for k, v in data.items() if k in known}
    for name in ("face", "layer_mask", "moved", "parts"):
        if values.get(name) is not None:
            values[name] = tuple(values[name])
    if kind is ResultItem:
        values["request"] = Request.from_json(values["request"])
    if kind is Settings:
        values["pinned_layers"] = tuple((int(i), float(w)) for i, w in values.get("pinned_layers", ()))
    return kind(**values)
