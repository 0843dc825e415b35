"""What the engine thread is asked to do, and what it answers: frozen values, no tensors."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.request import Request
from engine.steps import Step
from sgim_desktop.document.values import Frame, Inversion, ResultItem, SourceItem

if TYPE_CHECKING:
    import numpy as np

ReadBlob = Callable[[str], bytes]
"""``Document.blob``: may be called from the engine thread."""


@dataclass(frozen=True)
class EditJob:
    """Edit a source by a request; ``region`` (h, w) float32 0…1 in the picture's frame, or None.

    ``known`` are inversions of this source that may be used again.
    """

    id: str
    source: SourceItem
    request: Request
    variants: int
    read_blob: ReadBlob
    region: np.ndarray | None = None
    known: tuple[Inversion, ...] = ()


@dataclass(frozen=True)
class ViewJob:
    """Show a result as finished, at a strength, or at an earlier step of its optimisation.

    ``step`` None: the end. ``quick``: while a slider is dragged, from one drawing at the pack's size.
    ``full``: at the original's size, as it would be exported.
    """

    source: SourceItem
    inversion: Inversion
    result: ResultItem
    strength: float
    read_blob: ReadBlob
    region: np.ndarray | None = None
    step: int | None = None
    quick: bool = False
    full: bool = False
    slot: str = "canvas"


@dataclass(frozen=True)
class MixJob:
    """Mix two results of one source: live (``keep`` False) or as a new result. ``strength``: the mixed result's."""

    source: SourceItem
    inversion: Inversion
    sound: ResultItem
    text: ResultItem
    alpha: float | None
    split: int | None
    strength: float
    read_blob: ReadBlob
    keep: bool = False
    region: np.ndarray | None = None
    slot: str = "canvas"


@dataclass(frozen=True)
class ExportJob:
    """Write results to files. ``write(ExportSubject)`` runs in the engine thread; it may yield progress."""

    id: str
    items: tuple[tuple[SourceItem, Inversion, ResultItem], ...]
    read_blob: ReadBlob
    write: Callable[[Any], list[Path] | Generator[Any, Any, list[Path]]]
    regions: dict[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class SampleJob:
    """A random source of the pack, as the papers start from too."""

    id: str
    pack: str
    seed: int


@dataclass(frozen=True)
class Edited:
    """An edit's outcome: records and blobs for the document. ``cancelled``: the best so far."""

    job: EditJob
    inversions: tuple[Inversion, ...]
    results: tuple[ResultItem, ...]
    blobs: dict[str, bytes]
    cancelled: bool


@dataclass(frozen=True)
class Viewed:
    """The picture a ``ViewJob`` or ``MixJob`` asked for: (H, W, 3) uint8; ``frame`` None: the whole picture.

    ``final``: a result as it will be exported, not a quick drawing or a mix that is being tried.
    """

    slot: str
    source_id: str
    result_id: str
    pixels: np.ndarray
    frame: Frame | None
    strength: float
    step: int | None = None
    final: bool = False


@dataclass(frozen=True, eq=False)
class Preview:
    """The running edit as it is now, dressed as its result will be: as ``Viewed``."""

    pixels: np.ndarray
    frame: Frame | None


@dataclass(frozen=True, eq=False)
class ShownStep:
    """A step and, now and then, what the picture looks like after it."""

    step: Step
    preview: Preview | None
