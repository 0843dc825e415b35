"""The manifest of a pack: what it is, where it came from, and everything that must agree with its weights.

Plain frozen values and JSON; imports nothing heavy, so that packs can be listed before torch is loaded.
``engine.packs.manifest_file`` reads and writes them as ``pack.json``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from engine.errors import PackError

MANIFEST_FORMAT = "sgim-pack"
MANIFEST_VERSION = 1
PART_KINDS = (
    "generator",
    "inversion_encoder",
    "joint_embedder",
    "sound_encoder",
    "identity",
    "mapper",
    "structure_editor",
)
FINISHES = ("model", "detail")
GUIDANCE_NUMBERS = (
    "reach", "views", "patience", "lambda_prior", "prior_slack", "lambda_delta", "delta_rate", "delta_bound",
)  # fmt: skip
"""What of ``Defaults.extra`` an edit reads."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LARGEST_SETTING = 1 << 24
_FORBIDDEN_NAME_ENDS = (".incomplete", ".replaced", ".removed", ".")


@dataclass(frozen=True)
class Part:
    """One network of a pack.

    ``kind`` one of ``PART_KINDS``; ``architecture`` and ``config`` are what
    ``engine.networks.registry.build`` takes; ``file`` names a safetensors file in the pack folder
    (``../OTHER/x.safetensors`` shares a file between bundled packs); ``sha256`` of that file;
    ``tower`` names the joint space a sound encoder or an embedder lives in (e.g. "ViT-B-32/openai").
    """

    kind: str
    architecture: str
    config: Mapping[str, Any]
    file: str
    sha256: str = ""
    licence: str = "unknown"
    source: str = "unknown"
    tower: str = ""
    notes: str = ""

    def __post_init__(self) -> None:
        if self.kind not in PART_KINDS:
            raise PackError(f"A pack has no part of kind {self.kind!r}; use one of {', '.join(PART_KINDS)}.")
        _text(self.architecture, f"architecture of the {self.kind}")
        check_json(self.config, f"config of the {self.kind}", largest=_LARGEST_SETTING)
        check_part_file(self.file, self.kind)
        if self.sha256 and not _SHA256.fullmatch(self.sha256):
            raise PackError(f"The sha256 of the {self.kind} is not 64 hexadecimal digits; write the pack again.")
        for name in ("licence", "source", "tower", "notes"):
            _text(getattr(self, name), f"{name} of the {self.kind}", empty=True)


@dataclass(frozen=True)
class LatentStatistics:
    """Where training latents live: a safetensors ``file`` with tensors ``mean`` and ``covariance`` (and others).

    ``mean`` is the name of a tensor (w_dim,) or (num_ws, w_dim); ``covariance`` of one whose last two
    axes are (d, d), or empty when there is none.
    """

    file: str
    sha256: str = ""
    mean: str = "mean"
    covariance: str = "covariance"

    def __post_init__(self) -> None:
        check_part_file(self.file, "latent statistics")
        if self.sha256 and not _SHA256.fullmatch(self.sha256):
            raise PackError("The sha256 of the latent statistics is not 64 hexadecimal digits; write the pack again.")
        _text(self.mean, "mean of the latent statistics")
        _text(self.covariance, "covariance of the latent statistics", empty=True)


@dataclass(frozen=True)
class Defaults:
    """The settings an edit uses unless the request says otherwise.

    ``lambda_reg``, ``lambda_id`` weights of Eq. 17 and 18 (≥ 0); ``learning_rate`` of Adam (> 0);
    ``steps`` 0 … 10000; ``finish`` "model" or "detail"; ``extra`` anything else the guidance of
    this pack needs (prior weight, bound of the spatial delta, …), as JSON values.
    """

    lambda_reg: float = 0.002
    lambda_id: float = 0.0
    learning_rate: float = 0.1
    steps: int = 100
    finish: str = "model"
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("lambda_reg", "lambda_id", "learning_rate"):
            value = getattr(self, name)
            if not _is_number(value) or value < 0 or (name == "learning_rate" and value == 0):
                raise PackError(f"The pack's default {name} is {value!r}; it must be a positive number.")
        if not isinstance(self.steps, int) or isinstance(self.steps, bool) or not 0 <= self.steps <= 10_000:
            raise PackError(f"The pack's default number of steps is {self.steps!r}; choose 0 to 10000.")
        if self.finish not in FINISHES:
            raise PackError(f"The pack's default finish is {self.finish!r}; use one of {', '.join(FINISHES)}.")
        check_json(self.extra, "extra defaults")
        for name in GUIDANCE_NUMBERS:
            value = self.extra.get(name, 0)
            if not _is_number(value) or value < 0:
                raise PackError(
                    f"The pack's default {name} is {value!r}, no number of 0 or more; write the pack again."
                )


@dataclass(frozen=True)
class Manifest:
    """A pack as written in ``pack.json``.

    ``resolution`` in pixels, 0 for packs without a generator; ``parts`` by kind; ``preprocessing`` has
    "picture": {"mean": [3], "std": [3], "size": px} and "mel": {"sample_rate", "n_fft", "hop",
    "n_mels", "frames", "f_min", "f_max", "db_floor", "db_ceiling"} (``MelConfig``) where they apply;
    ``accepted`` records which licence was accepted when ({"licence", "when"}), or is empty.
    """

    name: str
    domain: str
    resolution: int
    version: str = "1"
    licence: str = "unknown"
    source: str = "unknown"
    training_data: str = "unknown"
    limits: str = ""
    consent: str = ""
    bias: str = ""
    parts: Mapping[str, Part] = field(default_factory=dict)
    preprocessing: Mapping[str, Any] = field(default_factory=dict)
    latent_statistics: LatentStatistics | None = None
    defaults: Defaults = field(default_factory=Defaults)
    accepted: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_pack_name(self.name)
        for name in ("domain", "version", "licence", "source", "training_data"):
            _text(getattr(self, name), name)
        for name in ("limits", "consent", "bias"):
            _text(getattr(self, name), name, empty=True)
        whole = isinstance(self.resolution, int) and not isinstance(self.resolution, bool)
        if not whole or not (4 <= self.resolution <= 8192 or (self.resolution == 0 and "generator" not in self.parts)):
            raise PackError(f"The resolution of the pack {self.name} is {self.resolution!r}; it must be 4 to 8192.")
        for kind, part in self.parts.items():
            if kind != part.kind:
                raise PackError(f"The pack {self.name} lists a {part.kind} as its {kind}; write the pack again.")
        check_preprocessing(self.preprocessing, self.name)
        check_json(self.extra, "extra")
        for key, value in self.accepted.items():
            _text(key, "accepted licence")
            _text(value, "accepted licence", empty=True)

    def changed(self, **changes: Any) -> Manifest:
        """A copy with some fields replaced."""
        return replace(self, **changes)

    def files(self) -> dict[str, str]:
        """file name → expected sha256 of everything the pack needs ("" where none is written)."""
        found = {part.file: part.sha256 for part in self.parts.values()}
        if self.latent_statistics:
            found[self.latent_statistics.file] = self.latent_statistics.sha256
        return found


def is_pack_name(name: object) -> bool:
    """Whether ``name`` is a plain lower-case folder name that a pack may have."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None and not name.endswith(_FORBIDDEN_NAME_ENDS)


def check_pack_name(name: object) -> str:
    """Return ``name``; raise ``PackError`` unless it is a plain lower-case folder name."""
    if not isinstance(name, str) or not is_pack_name(name):
        raise PackError(
            f"{name!r} is no name for a pack; use up to 64 lower-case letters, digits, '-', '_' and '.', e.g. my-pack."
        )
    return name


def check_part_file(file: object, what: str) -> None:
    """Only ``x.safetensors`` in the pack itself, or ``../PACK/x.safetensors`` (bundled packs only, see the store)."""
    good = isinstance(file, str) and file.endswith(".safetensors") and "\\" not in file and ":" not in file
    names = PurePosixPath(str(file)).parts
    if len(names) == 3 and names[0] == "..":
        good = good and _NAME.fullmatch(names[1]) is not None
    elif len(names) != 1:
        good = False
    if not good or "\0" in str(file) or names[-1].startswith("."):
        raise PackError(f"The file of the {what} is {file!r}; it must be a .safetensors file in the pack's folder.")


def check_json(value: object, what: str, depth: int = 0, largest: int | None = None) -> None:
    """Raise ``PackError`` unless ``value`` is made of finite JSON values, at most 24 levels deep.

    ``largest`` bounds its whole numbers: a network of 2^30 layers would be built for ever.
    """
    if depth > 24:
        raise PackError(f"The {what} of the pack is nested too deeply; write the pack again.")
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise PackError(f"The {what} of the pack has a key that is not text ({key!r}); write the pack again.")
            check_json(item, what, depth + 1, largest)
    elif isinstance(value, list | tuple):
        for item in value:
            check_json(item, what, depth + 1, largest)
    elif largest is not None and isinstance(value, int) and abs(value) > largest:
        raise PackError(f"The {what} of the pack holds {value}, more than any network needs; get the pack again.")
    elif not (value is None or isinstance(value, str | bool | int) or _is_number(value)):
        raise PackError(f"The {what} of the pack holds {value!r}, which pack.json cannot hold; write the pack again.")


def check_preprocessing(value: Mapping[str, Any], name: str) -> None:
    """Raise ``PackError`` unless each number of the tables "picture" and "mel", where it is given, is one."""
    check_json(value, "preprocessing", largest=_LARGEST_SETTING)
    picture, mel = value.get("picture"), value.get("mel")
    if picture is not None:
        if not isinstance(picture, Mapping):
            raise PackError(f"The picture preprocessing of the pack {name} is not a table; write the pack again.")
        for key in ("mean", "std"):
            numbers = picture.get(key)
            listed = list(numbers) if isinstance(numbers, list | tuple) else []
            good = len(listed) == 3 and all(_is_number(n) for n in listed)
            if not good or (key == "std" and min(listed) <= 0):
                raise PackError(f"The picture {key} of the pack {name} must be three numbers; write the pack again.")
        if "size" in picture and not _is_count(picture["size"]):
            raise PackError(
                f"The picture size of the pack {name} must be a whole number of pixels; write the pack again."
            )
    if mel is not None:
        _check_mel(mel, name)


def _check_mel(mel: object, name: str) -> None:
    if not isinstance(mel, Mapping):
        raise PackError(f"The mel preprocessing of the pack {name} is not a table; write the pack again.")
    for key in ("sample_rate", "n_fft", "hop", "n_mels", "frames"):
        if key in mel and not _is_count(mel[key]):
            raise PackError(f"The mel {key} of the pack {name} must be a whole number above 0; write the pack again.")
    for low, high in (("f_min", "f_max"), ("db_floor", "db_ceiling")):
        given = [mel[key] for key in (low, high) if key in mel]
        if not all(_is_number(value) for value in given) or (len(given) == 2 and given[0] >= given[1]):
            raise PackError(f"The mel {low} and {high} of the pack {name} must be numbers, the first one smaller; "
                            "write the pack again.")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _text(value: object, what: str, empty: bool = False) -> None:
    if not isinstance(value, str) or (not value and not empty):
        raise PackError(f"The pack's {what} must be text, not {value!r}; write the pack again.")
