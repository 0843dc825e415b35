"""Is a pack whole: its files are the ones its manifest means, its numbers are finite, its generator draws, its
embedder can be fed."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

import numpy as np

from engine.errors import PackError
from engine.packs.open_network import network_of
from engine.packs.pairing import refusal_of_pack
from engine.packs.preparation import check_preparation
from engine.packs.store import Pack
from engine.packs.trial import all_finite, trial_picture
from engine.packs.weights_file import file_sha256, read_weights
from engine.steps import Progress


@dataclass(frozen=True)
class Verification:
    """``files`` name → sha256; ``picture`` a random picture (H, W, 3) uint8, or None without a generator."""

    pack: str
    files: dict[str, str]
    tensors: int
    picture: np.ndarray | None = field(default=None, repr=False)


def verify_pack(pack: Pack) -> Generator[Progress, None, Verification]:
    """Check every file and part of ``pack``. Raises ``PackError`` with the first fault found; yields progress."""
    check_preparation(pack)
    files = pack.manifest.files()
    total = 2 * len(files) + 1
    hashes: dict[str, str] = {}
    for done, (name, expected) in enumerate(sorted(files.items())):
        yield Progress("checking", done, total)
        path = pack.file(name)
        if not path.is_file():
            raise PackError(f"{path} is missing from its pack; add the pack again.")
        hashes[name] = file_sha256(path)
        if not expected:
            raise PackError(f"The manifest of {pack.name} has no sha256 for {name}; add the pack again.")
        if hashes[name] != expected:
            raise PackError(f"{path} does not match the sha256 in its pack.json, so it is damaged; add the pack again.")
    count = 0
    for done, name in enumerate(sorted(files), start=len(files)):
        yield Progress("reading", done, total)
        tensors = read_weights(pack.file(name), files[name], promote=False)
        if bad := all_finite(tensors):
            raise PackError(f"{pack.file(name)} holds values that are not finite ({bad}); add the pack again.")
        count += len(tensors)
    yield Progress("drawing", total - 1, total)
    if refusal := refusal_of_pack(pack.manifest):
        raise PackError(refusal)
    picture = None
    for kind, part in pack.manifest.parts.items():
        network = network_of(part.architecture, part.config, pack.tensors(kind), f"{kind} of {pack.name}")
        if kind == "generator":
            picture = trial_picture(network)
    yield Progress("drawing", total, total)
    return Verification(pack.name, hashes, count, picture)
