"""REPORT.json (DESIGN §4): everything about an edit that a script may want to know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from engine.media.atomic_files import write_file
from engine.peak_memory import peak_memory_mb


def report_of(
    result: Any, pack: Any, *, device: str, threads: int, seconds: dict[str, float], source: Any = None
) -> dict[str, Any]:
    """The report of one result (a ``studio.Result``) made with ``pack`` (a ``packs.store.Pack``)."""
    report = {
        "request": result.request.to_json(),
        "kind": result.kind,
        "pack": pack_identity(pack),
        "device": device,
        "threads": threads,
        "seconds": {**{k: round(float(v), 4) for k, v in seconds.items()}},
        "steps": [dict(step) for step in result.steps],
        "similarity": {"before": result.similarity_before, "after": result.similarity_after},
        "identity": result.identity,
        "layer_mask": [float(g) for g in result.layer_mask],
        "moved": [float(m) for m in result.moved],
        "latent_distance": float(result.latent_distance),
        "heard": heard_parts(result),
        "level_lufs": result.level_lufs,
        "peak_memory_mb": peak_memory_mb(),
    }
    if source is not None:
        report["reconstruction"] = {"psnr": source.psnr, "identity": source.identity}
        report["note"] = source.note
    return report


def heard_parts(result: Any) -> list[list[float]]:
    """[start, end] of each part the sound encoder listened to, in seconds of the file; of several sounds, which are
    mixed into one, in seconds of the mix. Empty without sounds."""
    sounds = result.request.sounds
    begin = sounds[0].start if len(sounds) == 1 else 0.0
    return [[begin + start, begin + end] for start, end in result.heard]


def pack_identity(pack: Any) -> dict[str, Any]:
    """Name, version, and the sha256 of each file as it lies on the disk."""
    return {"name": pack.manifest.name, "version": pack.manifest.version, "sha256": pack.file_hashes()}


def write_json(path: str | Path, value: Any) -> None:
    """Write ``value`` as indented JSON, atomically. File names that are no text are escaped, and read back the same."""
    write_file(path, (dumps(value) + "\n").encode(errors="backslashreplace"))


def dumps(value: Any) -> str:
    """JSON text; numpy numbers become plain ones, NaN and infinity become null (JSON has none)."""
    return json.dumps(_plain(value), indent=1, ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, float) and not (value == value and abs(value) != float("inf")):
        return None
    return value
