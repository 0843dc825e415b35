"""The request: a frozen value holding everything that makes an edit reproducible.

Imports nothing heavy, so that the window and ``sgim --help`` can use it before torch is loaded.
A request written as JSON, with its files named by sha256, is a *recipe*.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, get_args

from engine.errors import RequestError

Objective = Literal["hinge", "cosine", "directional"]
Fidelity = Literal["fast", "balanced", "high"]
Finish = Literal["model", "detail"]
MaskKind = Literal["trained", "detached", "l2"]

RECIPE_FORMAT = "sgim-recipe"
RECIPE_VERSION = 1
LARGEST_SEED = 2**32 - 1
MOST_THREADS = 1024
_CHOICES = {
    "objective": get_args(Objective),
    "mask": get_args(MaskKind),
    "fidelity": get_args(Fidelity),
    "finish": (*get_args(Finish), None),
    "device": ("auto", "cpu", "cuda", "mps"),
}


@dataclass(frozen=True)
class SoundGuide:
    """A sound clip as a guide: file identity plus non-destructive trim and gain.

    ``start``/``end`` in seconds of the file (``end`` None: to its end), ``gain_db`` in dB,
    ``mix_weight`` linear, used when several clips are mixed into one guide.
    """

    sha256: str
    name: str = ""
    start: float = 0.0
    end: float | None = None
    gain_db: float = 0.0
    mix_weight: float = 1.0


@dataclass(frozen=True)
class TextGuide:
    """A text prompt as a guide."""

    text: str


@dataclass(frozen=True)
class Request:
    """Everything that makes an edit reproducible. ``None`` means: the pack's default."""

    pack: str
    picture_sha256: str
    picture_name: str = ""
    sounds: tuple[SoundGuide, ...] = ()
    text: TextGuide | None = None
    steps: int | None = None
    seed: int = 0
    variant: int = 0
    strength: float = 1.0
    mix_alpha: float | None = None
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
    region_sha256: str | None = None
    face: tuple[float, float, float, float, float] | None = None
    align: bool = True
    device: str = "auto"
    threads: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.mix_alpha is not None and self.split_layer is not None:
            raise RequestError("--mix and --split exclude each other; give only one of them.")
        if self.mix_alpha is not None and not 0.0 <= self.mix_alpha <= 1.0:
            raise RequestError(f"The mix {self.mix_alpha} is out of range; choose 0 to 1.")
        if self.steps is not None and not 0 <= self.steps <= 10_000:
            raise RequestError(f"{self.steps} steps is out of range; choose 0 to 10000.")
        if not 0.0 <= self.strength <= 5.0:
            raise RequestError(f"The strength {self.strength} is out of range; choose 0 to 5.")
        if not 0 <= self.seed <= LARGEST_SEED:
            raise RequestError(f"The seed {self.seed} is out of range; choose 0 to {LARGEST_SEED}.")
        if self.threads is not None and not 1 <= self.threads <= MOST_THREADS:
            raise RequestError(f"{self.threads} threads is out of range; choose 1 to {MOST_THREADS}.")
        if not 0 <= self.variant <= LARGEST_SEED:
            raise RequestError(f"The variant {self.variant} is out of range; choose 0 to {LARGEST_SEED}.")
        for layer, share in self.pinned_layers:
            if layer < 0 or not 0 <= share <= 1:
                raise RequestError(
                    f"Layer {layer + 1} cannot be pinned at {share}; pin layers from 1 on, at weights of 0 to 1."
                )
        for name in ("lambda_reg", "lambda_id"):
            weight = getattr(self, name)
            if weight is not None and not 0 <= weight < 1e6:
                raise RequestError(f"The {name.replace('_', '-')} {weight} is out of range; choose 0 or more.")
        if self.learning_rate is not None and not 0 < self.learning_rate <= 10:
            raise RequestError(f"The learning rate {self.learning_rate} is out of range; choose above 0, at most 10.")
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                words = ", ".join(str(a) for a in allowed if a)
                raise RequestError(f"There is no {name} called {getattr(self, name)}; choose one of: {words}.")

    def changed(self, **changes: Any) -> Request:
        """A copy with some fields replaced."""
        return replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; ``from_json`` restores an equal request."""
        return {"format": RECIPE_FORMAT, "version": RECIPE_VERSION, **asdict(self)}

    @classmethod
    def from_json(cls, data: Any) -> Request:
        """Raise ``RequestError`` with one sentence when ``data`` is not a recipe."""
        if not isinstance(data, dict) or data.get("format") != RECIPE_FORMAT:
            raise RequestError("This is not an SGIM recipe; choose a recipe JSON or a picture exported with one.")
        if not isinstance(data.get("version"), int) or data["version"] > RECIPE_VERSION:
            raise RequestError("This recipe was written by a newer SGIM Studio; update the program to replay it.")
        known = {f.name for f in fields(cls)}
        values = {k: v for k, v in data.items() if k in known}
        try:
            values["sounds"] = tuple(SoundGuide(**s) for s in values.get("sounds", ()))
            text = values.get("text")
            values["text"] = TextGuide(**text) if text else None
            values["pinned_layers"] = tuple((int(i), float(v)) for i, v in values.get("pinned_layers", ()))
            if values.get("face") is not None:
                x, y, w, h, a = (float(v) for v in values["face"])
                values["face"] = (x, y, w, h, a)
            request = cls(**values)
            _check_types(request)
            for sound in request.sounds:
                _check_types(sound)
            if request.text:
                _check_types(request.text)
            return request
        except (TypeError, ValueError, AttributeError, OverflowError) as error:
            raise RequestError("This recipe is damaged; export it again from the studio.", error) from error

    def dumps(self) -> str:
        """The recipe as text."""
        return json.dumps(self.to_json(), indent=1, ensure_ascii=False, sort_keys=True)


_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "dict[str, Any]": (dict,),
}


def _check_types(value: Request | SoundGuide | TextGuide) -> None:
    """Raise TypeError when a plain field read from JSON is of another kind than its annotation says."""
    for known in fields(value):
        hint = str(known.type)
        given, kinds = getattr(value, known.name), _TYPES.get(hint.removesuffix(" | None"))
        if kinds is None or (given is None and hint.endswith("None")):
            continue
        if not isinstance(given, kinds) or (isinstance(given, bool) and bool not in kinds):
            raise TypeError(known.name)
