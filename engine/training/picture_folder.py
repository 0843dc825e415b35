"""A folder of pictures as squares of one size, kept in one memory-mapped file: any number, no memory."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.errors import DataError
from engine.media.atomic_files import save_error, write_file

_KINDS = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp"}


class PictureFolder:
    """``count`` squares (R, R, 3) uint8 of the pictures under ``folder``, made once beside the training's files.

    Unreadable pictures are passed over and listed in ``broken``. Raises DataError when none is left.
    """

    def __init__(self, folder: str | Path, cache: Path, resolution: int,
                 report: Callable[[str], None] = lambda line: None) -> None:
        self.folder, self.resolution = Path(folder), resolution
        if not self.folder.is_dir():
            raise DataError(f"{folder} is not a folder; name the folder that holds the pictures.")
        data, index = cache / f"pictures-{resolution}.u8", cache / f"pictures-{resolution}.json"
        files = sorted(str(p.relative_to(self.folder)) for p in self.folder.rglob("*") if p.suffix.lower() in _KINDS)
        described = json.loads(index.read_text()) if index.is_file() and data.is_file() else {}
        if described.get("files") != files:
            described = self._prepare(files, data, report)
            write_file(index, json.dumps(described).encode())
        self.count, self.broken = int(described["count"]), list(described["broken"])
        if not self.count:
            raise DataError(f"{folder} holds no readable picture (JPEG, PNG, WebP, TIFF, BMP); add some.")
        self._squares = np.memmap(data, np.uint8, "r", shape=(self.count, resolution, resolution, 3))

    def _prepare(self, files: list[str], data: Path, report: Callable[[str], None]) -> dict[str, object]:
        from PIL import Image, ImageOps, UnidentifiedImageError

        broken, count, part = [], 0, data.with_suffix(".part")
        try:
            with part.open("wb") as out:
                for number, name in enumerate(files):
                    try:
                        with Image.open(self.folder / name) as image:
                            upright = ImageOps.exif_transpose(image).convert("RGB")
                            square = ImageOps.fit(upright, (self.resolution,) * 2, Image.Resampling.LANCZOS)
                    except (OSError, UnidentifiedImageError, ValueError, Image.DecompressionBombError):
                        broken.append(name)
                        continue
                    out.write(np.asarray(square, np.uint8).tobytes())
                    count += 1
                    if number % 500 == 499:
                        report(f"{number + 1} of {len(files)} pictures read")
            os.replace(part, data)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise save_error(data, error) from error
        return {"files": files, "count": count, "broken": broken}

    def batch(self, numbers: np.ndarray, mirrored: np.ndarray) -> Tensor:
        """Squares by number as (n, 3, R, R) in [-1, 1], some mirrored."""
        squares = np.stack([self._squares[n][:, ::-1] if m else self._squares[n]
                            for n, m in zip(numbers, mirrored, strict=True)])
        return torch.from_numpy(np.ascontiguousarray(squares)).permute(0, 3, 1, 2).float() / 127.5 - 1.0

    def batches(self, batch: int, start: int, seed: int, rank: int = 0, world: int = 1,
                mirror: bool = True) -> Iterator[Tensor]:
        """Endless random batches from step ``start``; step n depends on the seed, n and the rank alone."""
        share, step = batch // world, start
        while True:
            source = np.random.default_rng((seed, step))
            numbers, mirrored = source.integers(0, self.count, batch), source.random(batch) < (0.5 if mirror else 0.0)
            own = slice(rank * share, (rank + 1) * share)
            yield self.batch(numbers[own], mirrored[own])
            step += 1
