"""Further recordings: the table, and what is said where a package's file is missing or another one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.errors import DataError
from engine.media.wav_files import save_wav
from engine.training.starter import further_sounds
from engine.training.starter.further_sounds import FOLDER, SECONDS, further_credits, further_rows, training_recordings
from engine.training.starter.run_folder import RunFolder

RATE = 8000


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    """Two training clips and a held-out one; a table of one long recording of a known label, one of another."""
    audio = tmp_path / "data" / "audio"
    audio.mkdir(parents=True)
    lines = ["path,label,caption,source,licence,fold,split"]
    for number, (label, fold) in enumerate([("rain", 1), ("wind", 2), ("rain", 4)]):
        save_wav(audio / f"{number}.wav", np.full(RATE, 0.1, np.float32), RATE)
        lines.append(f"{number}.wav,{label},{label},x,CC0,{fold},train")
    (audio / "index.csv").write_text("\n".join(lines))
    long = tmp_path / "run" / FOLDER / "usr" / "long.wav"
    long.parent.mkdir(parents=True)
    save_wav(long, np.linspace(0, 0.9, 30 * RATE, dtype=np.float32), RATE)
    digest = hashlib.sha256(long.read_bytes()).hexdigest()

    def rows() -> Iterator[dict[str, str]]:
        for label, start in (("wind", "20"), ("trumpet", "0")):
            yield {"path": "usr/long.wav", "label": label, "start": start, "sha256": digest}

    monkeypatch.setattr(further_sounds, "further_rows", rows)
    return RunFolder(tmp_path / "data", tmp_path / "run")


def test_they_follow_the_data_as_far_as_their_labels_are_known_and_are_cut_where_the_table_says(run: RunFolder) -> None:
    recordings = training_recordings(run)
    assert [r.label for r in recordings] == ["rain", "wind", "wind"]
    samples = recordings[-1].sound().samples
    assert len(samples) == SECONDS * RATE
    assert samples[0] == pytest.approx(0.6, abs=0.01) and samples[-1] == pytest.approx(0.9, abs=0.01)


def test_without_the_packages_the_data_are_learnt_from_alone(run: RunFolder) -> None:
    (run.path / FOLDER).rename(run.path / "elsewhere")
    assert [r.label for r in training_recordings(run)] == ["rain", "wind"]


def test_another_or_a_missing_file_is_named(run: RunFolder) -> None:
    file = run.path / FOLDER / "usr" / "long.wav"
    file.write_bytes(file.read_bytes()[:-2])
    with pytest.raises(DataError, match=r"long\.wav is not the recording that was chosen"):
        training_recordings(run)[-1].sound()
    file.unlink()
    with pytest.raises(DataError, match=r"long\.wav is missing"):
        training_recordings(run)[-1].sound()


def test_every_row_of_the_table_names_its_package_licence_and_file() -> None:
    rows = list(further_rows())
    assert len(rows) > 150
    assert all(row["package"] and row["version"] and row["licence"] and len(row["sha256"]) == 64 for row in rows)
    assert not any(Path(row["path"]).is_absolute() or ".." in Path(row["path"]).parts for row in rows)
    assert all(f"- {row['package']} {row['version']}: {row['licence']}" in further_credits() for row in rows)
