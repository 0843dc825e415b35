"""The portrait measures: contact sheets, colour shift, the smile judge, and the verb on a tiny data set."""

from __future__ import annotations

import argparse
import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import DataError, RequestError
from engine.evaluation.alignment_measures import disturb
from engine.evaluation.batch_sheet import save_batch_sheet
from engine.evaluation.contact_sheet import Cell, contact_sheet, in_rows
from engine.evaluation.identity_measures import top1
from engine.evaluation.portrait_region import colour_shift, expression_region, shift_elsewhere
from engine.evaluation.portraits import add_arguments, run
from engine.evaluation.smile_judge import SmileJudge
from tests.alignment.portraits import FOLDER, NAMES
from tests.training.test_expressions import aligned


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three held-out portraits laid out like shared/data."""
    labels = {"neutral": "neutral", "smiling": "smiling", "painted": "painted_portrait"}
    (tmp_path / "images").mkdir()
    with (tmp_path / "images" / "index.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow("path,domain,label,caption,source,licence,fold,split".split(","))
        for name in NAMES:
            shutil.copy(FOLDER / f"{name}.jpg", tmp_path / "images" / f"{name}.jpg")
            writer.writerow([f"{name}.jpg", "portrait", labels[name], "", "", "", "4", "train"])
    return tmp_path


def arguments(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(words)


def test_faces_are_counted_and_shown_and_a_missing_pack_is_said(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    report = run(arguments("--data", str(data), "--out", str(out), "--parts", "finding,inverting",
                           "--pack", "no-such-pack"))
    found = report["measures"]
    assert found["face found, photographs"] == {"value": 1.0, "target": "≥ 0.97", "holds": True, "n": 2}
    assert found["face found, painted"]["n"] == 1
    assert "no-such-pack" in found["inverting"]["not measured"]
    assert json.loads((out / "report.json").read_text()) == report
    with Image.open(out / "aligned.jpg") as sheet:
        assert sheet.width > 72


def test_an_unknown_part_and_missing_data_are_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no part laughing"):
        run(arguments("--data", str(data), "--out", str(tmp_path / "o"), "--parts", "laughing"))
    with pytest.raises(DataError, match=r"index\.csv"):
        run(arguments("--data", str(tmp_path / "gone"), "--out", str(tmp_path / "o"), "--parts", "finding"))


def test_a_disturbed_copy_knows_where_each_pixel_went() -> None:
    picture = np.zeros((200, 200, 3), np.uint8)
    picture[118:122, 78:82] = 255
    copy = disturb(picture, np.random.default_rng(5))
    expected = copy.to_copy @ [80, 120, 1]
    ys, xs = np.nonzero(copy.pixels[..., 0] > copy.pixels.max() / 2)
    np.testing.assert_allclose([xs.mean() + 0.5, ys.mean() + 0.5], expected, atol=0.6)


def test_top1_counts_only_the_own_person() -> None:
    gallery = np.eye(3)
    probes = np.array([[0.9, 0.1, 0], [0.8, 0.6, 0], [0, 0, 1.0]])
    assert top1(gallery, probes, np.array([0, 1, 2])) == pytest.approx(2 / 3)


def test_colour_shift_is_delta_e_and_ignores_the_mouth_when_asked() -> None:
    black, white = np.zeros((60, 60, 3), np.uint8), np.full((60, 60, 3), 255, np.uint8)
    np.testing.assert_allclose(colour_shift(black, white), 100, atol=0.01)
    mouth_only = black.copy()
    mouth_only[expression_region(60)] = 255
    assert shift_elsewhere(black, mouth_only) == 0
    assert shift_elsewhere(black, white) == pytest.approx(100, abs=0.01)


def test_the_judge_tells_a_smile_from_a_neutral_face() -> None:
    rng = np.random.default_rng(0)
    crops, labels = [], []
    for name in ("neutral", "smiling"):
        crop, _ = aligned(name)
        for _ in range(6):
            crops.append(np.clip(crop + rng.normal(0, 8, crop.shape), 0, 255).astype(np.uint8))
            labels.append(name == "smiling")
    judge = SmileJudge().learn(np.stack(crops), np.array(labels))
    neutral, smiling = judge.smiling(np.stack([aligned("neutral")[0], aligned("smiling")[0]]))
    assert neutral < 0.5 < smiling


def test_a_sheet_has_a_cell_for_every_picture() -> None:
    red = np.full((40, 80, 3), [255, 0, 0], np.uint8)
    sheet = contact_sheet(in_rows([Cell(red, "a caption much too long for its cell")] * 5, 3), side=50, title="five")
    is_red = (sheet[..., 0] > 200) & (sheet[..., 1] < 60)
    assert is_red.sum() == pytest.approx(5 * 50 * 25, rel=0.1)
    assert contact_sheet([]).ndim == 3


def test_a_batch_sheet_shows_originals_edits_and_failures(tmp_path: Path) -> None:
    face = str(FOLDER / "neutral.jpg")
    rows = [
        {"image": face, "sound": "rain.ogg", "out": str(FOLDER / "smiling.jpg")},
        {"image": face, "sound": "fire.ogg", "fault": "It failed."},
        {"image": str(tmp_path / "gone.jpg"), "sound": "fire.ogg", "fault": "It is gone."},
    ]
    save_batch_sheet(tmp_path / "sheet.jpg", rows, side=80)
    with Image.open(tmp_path / "sheet.jpg") as sheet:
        assert sheet.width > 3 * 80 and sheet.height < 2 * 130
