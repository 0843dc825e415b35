"""Documents with clips in them, for the panels' tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.media.wav_files import wav_bytes
from sgim_desktop.document.document import Document, sha256_of
from sgim_desktop.document.values import ClipItem, new_id


@pytest.fixture
def document(qtbot: Any, tmp_path: Path) -> Iterator[Document]:
    made = Document(tmp_path / "session.sgim")
    yield made
    made.close()


def add_clip(document: Document, samples: np.ndarray, rate: int = 16000, name: str = "tone.wav", **fields: Any) -> str:
    """Add samples as a clip of the document; return its id."""
    data = wav_bytes(samples.astype(np.float32), rate)
    item = ClipItem(new_id(), document.next_position(), sha256_of(data), name, len(samples) / rate, rate, **fields)
    document.add_clip(item, {item.sha256: data})
    return item.id


def tone(hertz: float = 440.0, seconds: float = 2.0, rate: int = 16000, level: float = 0.5) -> np.ndarray:
    """A sine."""
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)
