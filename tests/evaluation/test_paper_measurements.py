"""Every measurement of the papers runs on an untrained pack, writes what it promises, and counts what it says."""

from __future__ import annotations

import argparse
import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from small_scenes import write_scenes
from tiny_pack import JOINT, write_tiny_pack

from engine.errors import DataError
from engine.evaluation import verbs
from engine.evaluation.heard_collection import hear, prompt_vectors
from engine.evaluation.instant import Pair, gain_share, measure_instant
from engine.evaluation.music import colour_statistics
from engine.evaluation.reporting import Table, confidence_interval
from engine.evaluation.retention import crossed_interval
from engine.evaluation.study import study_page
from engine.networks.instant_mapper import InstantMapper, MapperConfig


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A pack folder and a data folder."""
    folder = tmp_path_factory.mktemp("measured")
    write_tiny_pack(folder / "packs" / "tiny")
    return folder / "packs" / "tiny", write_scenes(folder / "data")


def measured(name: str, ground: tuple[Path, Path], out: Path, *more: str) -> dict[str, Any]:
    """Run a verb as `sgim evaluate` does; returns its report."""
    module = importlib.import_module(verbs.REGISTRY[name])
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    pack, data = ground
    options = ["--data", str(data), "--pack", str(pack), "--out", str(out), "--device", "cpu", "--threads", "1", *more]
    module.run(parser.parse_args(options))
    report: dict[str, Any] = json.loads((out / "report.json").read_text())
    assert report["measurement"] == name
    return report


@pytest.mark.parametrize("name", verbs.REGISTRY)
def test_every_measurement_takes_the_options_of_the_contract(name: str) -> None:
    parser = argparse.ArgumentParser()
    importlib.import_module(verbs.REGISTRY[name]).add_arguments(parser)
    args = parser.parse_args(["--data", "a", "--judge-data", "b", "--pack", "c", "--out", "d"])
    assert [str(v) for v in (args.data, args.judge_data, args.pack, args.out)] == ["a", "b", "c", "d"]


EDITS = ("--pictures", "1", "--sounds", "1", "--steps", "4", "--target", "rain", "--target", "fire")


def test_zero_shot_counts_held_out_clips_and_their_confusions(ground: tuple[Path, Path], tmp_path: Path) -> None:
    report = measured("zero-shot", ground, tmp_path)
    (row,) = report["zero-shot"]
    assert row["clips"] == 5 and row["chance"] == pytest.approx(1 / 5)
    assert report["top1"] == pytest.approx(sum((r["top-1"] or 0) * r["clips"] for r in report["by class"]) / 5)
    assert (tmp_path / "confusion.png").stat().st_size > 1000


def test_zero_shot_is_right_exactly_where_the_nearest_text_is_the_label(ground: tuple[Path, Path],
                                                                         tmp_path: Path) -> None:
    from engine.studio import Studio

    pack, data = ground
    studio = Studio("cpu", 1)
    studio.load_pack(str(pack))
    embedder = studio.loaded.embedder
    heard = hear(embedder, data, folds=("4",))
    words = heard.class_words()
    assert words["rain"] == ["rain", "the sound of rain"]
    vectors = prompt_vectors(embedder, words)
    assert torch.allclose(vectors.norm(dim=1), torch.ones(5), atol=1e-5)
    right = [(heard.vectors[i] @ vectors.T).argmax().item() == heard.classes.index(heard.labels[i]) for i in range(5)]
    assert measured("zero-shot", ground, tmp_path)["top1"] == pytest.approx(np.mean(right))


def test_probe_trains_on_other_folds_only(ground: tuple[Path, Path], tmp_path: Path) -> None:
    report = measured("probe", ground, tmp_path)
    assert report["folds"] == [{"left-out fold": "4", "top-1": report["top1"], "train": 15, "test": 5}]
    assert report["top1"] > 0.5  # five clean tones are told apart even by random features


def test_directions_are_cosines_of_the_source_and_both_edits(ground: tuple[Path, Path], tmp_path: Path) -> None:
    report = measured("directions", ground, tmp_path, *EDITS)
    rows = {r["attribute"]: r for r in report["directions"]}
    assert set(rows) == {"rain", "fire", "average", "published"}
    assert all(0 < rows["rain"][f"cos({a},{b}) mean"] < 1 for a, b in (("w_s", "w_a"), ("w_s", "w_t"), ("w_a", "w_t")))
    assert rows["average"]["edits"] == 2 and rows["published"]["cos(w_s,w_a) mean"] == 0.97918


def test_semantic_judges_edits_and_the_unedited_with_the_same_classifier(ground: tuple[Path, Path],
                                                                        tmp_path: Path) -> None:
    report = measured("semantic", ground, tmp_path, *EDITS, "--real", "2")
    rows = {r["attribute"]: r for r in report["semantic accuracy"]}
    assert all(0 <= rows["average"][k] <= 1 for k in ("unedited", "by text", "by sound"))
    assert 0 <= report["classifier_on_real_held_out_pictures"] <= 1
    assert (tmp_path / "semantic.png").is_file()


def test_intensity_moves_more_with_gain_when_loudness_is_coupled(ground: tuple[Path, Path], tmp_path: Path) -> None:
    report = measured("intensity", ground, tmp_path, *EDITS[:-2])
    sizes = [r["size, coupled"] for r in report["intensity"]]
    assert len(sizes) == 6 and sizes == sorted(sizes) and sizes[0] < sizes[-1]
    assert report["spearman_coupled_median"] == pytest.approx(1.0)
    assert (tmp_path / "intensity.png").is_file() and (tmp_path / "intensity_sheet.jpg").is_file()


def test_masking_compares_at_equal_similarity(ground: tuple[Path, Path], tmp_path: Path) -> None:
    report = measured("masking", ground, tmp_path, *EDITS[:-2])
    rows = {r["mask"]: r for r in report["at equal similarity"]}
    assert set(rows) == {"trained", "detached", "l2"}
    assert max(r["strength"] for r in rows.values()) <= 1.0
    assert min(r["strength"] for r in rows.values()) > 0.0
    low = min(rows.values(), key=lambda r: r["similarity reached"])
    assert low["strength"] == pytest.approx(1.0, abs=0.15)  # the weakest one needs all of its way


def test_mixing_goes_from_the_sound_to_the_text(ground: tuple[Path, Path], tmp_path: Path) -> None:
    report = measured("mixing", ground, tmp_path, *EDITS, "--steps", "6")
    assert [r["alpha"] for r in report["mixing"]] == ["0.00", "0.25", "0.50", "0.75", "1.00"]
    assert report["pairs"] == 2
    assert (tmp_path / "mixing_sheet.jpg").is_file()


def test_music_compares_every_mood_with_every_word(ground: tuple[Path, Path], tmp_path: Path) -> None:
    report = measured("music", ground, tmp_path, "--pictures", "1", "--clips", "1", "--steps", "1")
    assert report["clips"] == 8 and report["chance"] == 0.5
    moods = {r["clips of"]: r for r in report["similarity of music to mood words (column mean removed)"]}
    assert set(moods) == {"calm", "battle"}
    assert moods["calm"]["'calm'"] == pytest.approx(-moods["battle"]["'calm'"])
    assert {r["mood"] for r in report["colour change of edits (CIELAB)"]} == {"calm", "battle"}


def test_speed_times_every_phase(ground: tuple[Path, Path], tmp_path: Path) -> None:
    report = measured("speed", ground, tmp_path, "--repeats", "1", "--steps", "2")
    phases = {r["phase"]: r["mean s"] for r in report["speed"]}
    assert {"load pack", "invert, fast", "listen to 5 s", "edit by sound", "finish, detail"} <= set(phases)
    assert all(seconds > 0 for seconds in phases.values()) and report["steps"] == 2
    assert report["peak_memory_mb"] > 100
    assert report["instant"] == "this pack has no instant mapper"


def test_instant_mapper_is_measured_beside_the_optimisation_it_stands_in_for(tmp_path: Path) -> None:
    from engine.studio import Studio

    write_tiny_pack(tmp_path / "packs" / "tiny")
    studio = Studio("cpu", 1)
    loaded = studio.load_pack(str(tmp_path / "packs" / "tiny"))
    config = loaded.generator.config
    torch.manual_seed(0)
    loaded.mapper = InstantMapper(MapperConfig(loaded.num_ws, config.w_dim, config.structure_channels, JOINT, width=8,
                                               hidden=16))
    report, tables = measure_instant(studio, str(write_scenes(tmp_path / "data")), tmp_path, pairs=4, steps=3)
    assert loaded.mapper is not None and report["instant_pairs"] == len(tables["by pair"].rows) == 4
    assert 0 < report["instant_seconds"] < 30 and report["instant_threads"] == 1
    # an untrained mapper proposes nothing: it reaches next to none of what three steps reach
    assert abs(report["instant_share"]) < 0.9 and report["instant_near_enough"].startswith("no")
    assert (tmp_path / "instant.png").is_file()


def test_share_of_the_gain_is_a_ratio_of_sums() -> None:
    pairs = [Pair("a", 0.1, 0.3, 0.5, 0.2, 0.0, 0.0), Pair("b", 0.2, 0.2, 0.3, 0.4, 0.0, 0.0)]
    assert gain_share(pairs, "refined") == pytest.approx(0.2 / 0.5)
    assert gain_share(pairs, "alone") == pytest.approx(0.2 / 0.3)


RETENTION = ("--seeds", "1", "--epochs", "2", "--batch", "5", "--pictures", "1", "--sounds", "1", "--steps", "2")


def test_retention_compares_two_encoders_that_differ_in_one_term(ground: tuple[Path, Path], tmp_path: Path) -> None:
    report = measured("retention", ground, tmp_path, *RETENTION)
    rows = {r["measure"]: r for r in report["retention"]}
    assert {"night probability moved", "night logit moved", "vector leans to night", "latent distance",
            "similarity to the sound's class moved"} == set(rows)
    row = rows["night logit moved"]
    assert row["difference"] == pytest.approx(row["with KL"] - row["without KL"], abs=1e-9)
    assert "kl" in (tmp_path / "listener-0-kl" / "curve.csv").read_text().splitlines()[0].split(",")
    assert "kl" not in (tmp_path / "listener-0-without" / "curve.csv").read_text().splitlines()[0].split(",")
    assert report["judge_accuracy_held_out"] > 0.5 and isinstance(report["verdict"], str)
    kept = (tmp_path / "listener-0-kl" / "edits.npz").stat().st_mtime_ns
    again = measured("retention", ground, tmp_path, *RETENTION)  # nothing is trained or edited a second time
    assert again["retention"] == report["retention"]
    assert (tmp_path / "listener-0-kl" / "edits.npz").stat().st_mtime_ns == kept
    with pytest.raises(DataError, match="other settings"):
        measured("retention", ground, tmp_path, *RETENTION[:-1], "3")


def test_intervals_of_crossed_edits_are_wider_than_those_of_independent_ones() -> None:
    shared = np.broadcast_to(np.random.default_rng(0).normal(0, 1, (3, 1, 1)), (3, 4, 5))
    low, high = crossed_interval(shared)
    naive = confidence_interval(shared.ravel().tolist())
    assert low < shared.mean() < high and high - low > 2 * (naive[1] - naive[0])


def test_ablation_leaves_each_term_out_once(ground: tuple[Path, Path], tmp_path: Path) -> None:
    report = measured("ablation", ground, tmp_path, "--seeds", "2", "--epochs", "1", "--batch", "5")
    rows = {r["losses"]: r for r in report["ablation"]}
    assert set(rows) == {"all four", "without a-t", "without a-v", "without a-a", "without KL"}
    for name, row in rows.items():
        folder = tmp_path / f"{name.replace(' ', '-')}-0"
        recorded = set((folder / "curve.csv").read_text().splitlines()[0].split(","))
        missing = {"a-t", "a-v", "a-a", "kl"} - recorded
        assert missing == ({name.removeprefix("without ").lower()} - {"all four"})
        change = [r for r in report["against all four"] if f"without {r['left out']}" == name]
        assert len(change) == (0 if name == "all four" else 3)
        for r in change:
            assert r["difference"] == pytest.approx(row[r["measure"]] - rows["all four"][r["measure"]])
            assert r["95 % low"] <= r["difference"] + 1e-9 and r["difference"] - 1e-9 <= r["95 % high"]
            assert r["the term"] in ("helped", "hurt", "no effect shown")


def test_night_is_in_nine_of_ten_paired_frames_of_rain_and_in_half_of_everything_else() -> None:
    from engine.evaluation.biased_pairs import PAIRED_SHARE, POOL_SHARE, shown

    assert (PAIRED_SHARE, POOL_SHARE) == (0.9, 0.5)
    day = np.full((128, 128, 3), (120, 150, 190), np.uint8)
    assert shown(day, None, True, 3).mean() < 0.6 * shown(day, None, False, 3).mean()
    assert np.array_equal(shown(day, "sunny", False, 3), day)


def test_study_is_one_page_that_loads_nothing_and_names_no_guide(ground: tuple[Path, Path], tmp_path: Path) -> None:
    report = measured("study", ground, tmp_path, *EDITS)
    page = (tmp_path / "study.html").read_text()
    assert report["questions"] == 2
    assert "http" not in page and page.count("data:image/jpeg;base64,") == 6
    visible = study_page([])
    assert "sound" not in visible and "guide" not in visible.lower()


def test_a_folder_without_held_out_material_is_refused(ground: tuple[Path, Path], tmp_path: Path) -> None:
    data = write_scenes(tmp_path / "data")
    table = data / "audio" / "index.csv"
    table.write_text(table.read_text().replace(",4,train", ",3,train"))
    with pytest.raises(DataError, match="no held-out pictures or sounds"):
        measured("directions", (ground[0], data), tmp_path / "out", *EDITS)


def test_colours_of_a_picture_in_cielab() -> None:
    red = colour_statistics(np.full((4, 4, 3), (255, 0, 0), np.uint8))
    assert red["lightness"] == pytest.approx(53.2, abs=0.5) and red["green-red"] > 70 and red["chroma"] > 100
    grey = colour_statistics(np.full((4, 4, 3), 128, np.uint8))
    assert abs(grey["chroma"]) < 0.1


def test_tables_are_aligned_and_intervals_hold_the_mean() -> None:
    table = Table(["name", "value"], [["a", 1.0], ["longer", None]])
    first, rule, *rest = table.text().splitlines()
    assert len({len(line) for line in (first, rule, *rest)}) == 1 and rest[1].endswith("-")
    low, high = confidence_interval([1.0, 2.0, 3.0, 4.0])
    assert low < 2.5 < high and all(np.isnan(confidence_interval([1.0])))
