"""The weight rule of ../shared/parity/README.md, section 0: makes published-shape weights from names."""

from __future__ import annotations

import gzip
import json
import math
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "parity"
SMALL = Path(__file__).resolve().parents[1] / "data" / "parity"


def fixture(name: str) -> Path:
    """The shared fixture when it is there, otherwise the small copy in tests/data/parity."""
    shared = SHARED / name
    return shared if shared.exists() else SMALL / name


def present(names: Iterable[str], ending: str = "") -> list[str]:
    """Those of ``names`` whose file is here; the others are not collected, and the end of a run says so (conftest)."""
    return [name for name in names if fixture(f"{name}{ending}").exists()]


def draw(seed: str, shape: tuple[int, ...] | list[int]) -> np.ndarray:
    """float64 normal numbers that depend on ``seed`` alone."""
    return np.random.Generator(np.random.PCG64(zlib.crc32(seed.encode("utf-8")))).standard_normal(tuple(shape))


def _genuine(name: str, shape: list[int]) -> np.ndarray:
    if name.endswith(("blur.kernel", "upsample.kernel")):
        k = np.array([1.0, 3.0, 3.0, 1.0])
        return np.outer(k, k) / 64 * 4
    if name.endswith("spectrogram.window"):
        return torch.hann_window(shape[0], periodic=True).numpy()
    if name == "audio.window":
        n = 2 * math.pi * np.arange(shape[0]) / shape[0]
        return 0.35875 - 0.48829 * np.cos(n) + 0.14128 * np.cos(2 * n) - 0.01168 * np.cos(3 * n)
    if name == "audio.fbsp.bias":
        return np.zeros(0)
    if name.endswith("log_logit_scale"):
        return np.array(math.log(20.0))
    raise ValueError(f"no genuine value known for {name}")


def make_weight(entry: dict) -> Tensor:
    """One tensor by its entry; raises AssertionError when the checksum disagrees."""
    shape, rule = entry["shape"], entry["rule"]
    if rule == "zero_int64":
        value = np.zeros(shape, dtype=np.int64)
    elif rule == "genuine":
        value = np.asarray(_genuine(entry["name"], shape)).astype(np.float32)
    else:
        x = np.asarray(draw(entry.get("seed_name", entry["name"]), shape))
        if rule == "n/sqrt(fan_in)":
            x = x / math.sqrt(math.prod(shape[1:]))
        elif rule == "abs":
            x = 0.75 + 0.5 * np.abs(x)
        elif rule == "arange+0.1n":
            x = np.arange(shape[0]) + 0.1 * x
        elif rule.startswith("affine:"):
            a, b = (float(part) for part in rule.split(":")[1:])
            x = a + b * x
        else:
            raise ValueError(f"unknown rule {rule}")
        value = x.astype(np.float32)
    assert zlib.crc32(np.ascontiguousarray(value).tobytes()) == entry["crc32"], f"checksum of {entry['name']}"
    return torch.from_numpy(np.ascontiguousarray(value).reshape(shape))


def read_entries(path: Path) -> list[dict]:
    """The entries of a ``.keys.json`` file (or its ``.gz`` copy)."""
    if not path.exists():
        path = path.with_name(path.name + ".gz")
    raw = path.read_bytes()
    return json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)["entries"]


def make_weights(entries: list[dict], prefix: str = "") -> dict[str, Tensor]:
    """State dict of all entries whose name starts with ``prefix``, names unchanged."""
    return {e["name"]: make_weight(e) for e in entries if e["name"].startswith(prefix)}


def relative_error(value: Tensor | np.ndarray, reference: np.ndarray) -> float:
    """max|a-b| / max|reference| over the whole array (the README's definition)."""
    got = value.detach().cpu().numpy() if isinstance(value, Tensor) else np.asarray(value)
    assert got.shape == reference.shape, f"{got.shape} is not {reference.shape}"
    difference = np.abs(got.astype(np.float64) - reference.astype(np.float64)).max()
    return float(difference / np.abs(reference).max())


def read_wav(path: Path) -> tuple[np.ndarray, int]:
    """16-bit PCM as float32 k/32768, shape (channels, samples), and its rate."""
    import wave

    with wave.open(str(path)) as f:
        raw = np.frombuffer(f.readframes(f.getnframes()), dtype="<i2")
        return (raw.reshape(-1, f.getnchannels()).T / 32768.0).astype(np.float32), f.getframerate()


def names(entries: list[dict]) -> Iterator[str]:
    for entry in entries:
        yield entry["name"]
