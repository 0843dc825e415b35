"""The folder of one starter training: what each stage leaves for the next."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from engine.errors import DataError
from engine.media.atomic_files import written_beside
from engine.training.picture_data import HELD_OUT_FOLD, PictureRow, load_square, read_picture_index

LEFT_OUT = ("botanical", "still_life")
PICTURE_SIZE = 256


@dataclass(frozen=True)
class RunFolder:
    """``data`` laid out like the project's data; ``path`` where the stages read and write."""

    data: Path
    path: Path

    def file(self, name: str) -> Path:
        """A file of the run."""
        self.path.mkdir(parents=True, exist_ok=True)
        return self.path / name

    def save(self, name: str, tensors: dict[str, torch.Tensor]) -> None:
        """Write tensors atomically."""
        with written_beside(self.file(name)) as beside:
            save_file({k: v.detach().contiguous().clone() for k, v in tensors.items()}, str(beside))

    def load(self, name: str, stage: str) -> dict[str, torch.Tensor]:
        """Read tensors; raises ``DataError`` naming the stage that makes them."""
        if not self.file(name).is_file():
            raise DataError(f"{self.file(name)} is missing; run `sgim train starter {stage}` first.")
        return load_file(str(self.file(name)))

    def write_json(self, name: str, value: Any) -> None:
        """Write JSON atomically."""
        with written_beside(self.file(name)) as beside:
            beside.write_text(json.dumps(value))

    def read_json(self, name: str, stage: str) -> Any:
        """Read JSON; raises ``DataError`` naming the stage that makes it."""
        if not self.file(name).is_file():
            raise DataError(f"{self.file(name)} is missing; run `sgim train starter {stage}` first.")
        return json.loads(self.file(name).read_text())

    def scene_rows(self) -> list[PictureRow]:
        """Training pictures of scenes, in index order, held-out fold included."""
        return [r for r in read_picture_index(self.data) if r.label not in LEFT_OUT]

    def scene_pictures(self) -> tuple[list[PictureRow], np.ndarray]:
        """(rows, uint8 (N, 256, 256, 3)), read once and cached in the run folder."""
        rows, cache = self.scene_rows(), self.file("scenes256.npy")
        if cache.is_file():
            pictures = np.load(cache, mmap_mode="r")
            if len(pictures) == len(rows):
                return rows, pictures
        with written_beside(cache) as beside:
            np.save(beside, np.stack([load_square(r.path, PICTURE_SIZE) for r in rows]))
        return rows, np.load(cache, mmap_mode="r")

    def training_scenes(self) -> tuple[list[PictureRow], np.ndarray]:
        """The scenes outside the held-out fold, in memory."""
        rows, pictures = self.scene_pictures()
        keep = [i for i, r in enumerate(rows) if r.fold != HELD_OUT_FOLD]
        return [rows[i] for i in keep], np.ascontiguousarray(pictures[keep])

    def history(self) -> list[str]:
        """The commands that made what lies here, in their order: the pack's recipe."""
        file = self.file("history.json")
        return list(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else []

    def remember(self, command: str) -> None:
        """Add a command that came to its end."""
        self.write_json("history.json", [*self.history(), command])
