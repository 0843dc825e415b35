"""The bundled scene pack, through the real command line, on bundled pictures and sounds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.cli.main import main
from engine.evaluation.starter_edits import run_edit, source_of
from engine.finishing.finish import model_picture
from engine.finishing.kept_contrast import LEAST_SPREAD
from engine.finishing.kept_light import BRIGHTER, LEAST_LIGHT, LUMINANCE
from engine.media.pictures import load_picture
from engine.media.samples import sample
from engine.request import Request, TextGuide
from engine.studio import Studio

FAST = ("--fidelity", "fast", "--steps", "4", "--threads", "1")


def edit(tmp_path: Path, *words: str, name: str = "out.png") -> tuple[np.ndarray, dict[str, object]]:
    out, report = tmp_path / name, tmp_path / f"{name}.json"
    assert main(["edit", *words, *FAST, "--out", str(out), "--report", str(report)]) == 0
    return load_picture(out).srgb(), json.loads(report.read_text())


@pytest.fixture(scope="module")
def coast() -> str:
    return str(sample("coast.jpg"))


def test_a_sound_edit_nears_the_sound_and_keeps_the_size(tmp_path: Path, coast: str) -> None:
    picture, report = edit(tmp_path, coast, "--sound", str(sample("rain.ogg")))
    assert picture.shape == load_picture(coast).srgb().shape
    similarity = report["similarity"]
    assert isinstance(similarity, dict) and similarity["after"] > similarity["before"] + 0.1
    mask = report["layer_mask"]
    assert isinstance(mask, list) and sum(mask) == pytest.approx(1.0, abs=1e-4)


def test_fire_is_warmer_than_night_and_night_is_darker_than_day(tmp_path: Path, coast: str) -> None:
    original = load_picture(coast).srgb().astype(float)
    fire, _ = edit(tmp_path, coast, "--sound", str(sample("fire.ogg")), name="fire.png")
    night, _ = edit(tmp_path, coast, "--text", "a dark night", name="night.png")
    warmth = [x[..., 0].mean() - x[..., 2].mean() for x in (fire.astype(float), night.astype(float))]
    assert warmth[0] > warmth[1] + 20
    assert night.mean() < 0.6 * original.mean()


@pytest.mark.parametrize("finish", ["model", "detail"])
def test_a_night_leaves_enough_light_to_see_what_is_there(tmp_path: Path, coast: str, finish: str) -> None:
    night, _ = edit(tmp_path, coast, "--text", "a dark night", "--finish", finish)
    light = np.percentile(night @ LUMINANCE, BRIGHTER) / 255
    assert LEAST_LIGHT - 0.04 < light < 0.3


def test_what_is_shown_of_a_night_is_as_light_as_what_is_saved(coast: str) -> None:
    studio = Studio(device="cpu", threads=1)
    studio.load_pack("starter-scenes")
    source = source_of(studio, Path(coast), "fast")
    asked = Request(pack=source.pack, picture_sha256=source.picture.sha256, instant=True)
    result = run_edit(studio, source, asked.changed(text=TextGuide("a dark night")), [])
    saved = studio.finish(source, result, finish="model").srgb()
    lights = [np.percentile(x @ LUMINANCE, BRIGHTER) for x in (result.picture, studio.render(source, result), saved)]
    assert lights == pytest.approx([lights[0]] * 3, abs=4)


def test_snow_is_no_haze_where_it_is_shown_and_where_it_is_saved() -> None:
    studio = Studio(device="cpu", threads=1)
    studio.load_pack("starter-scenes")
    source = source_of(studio, sample("painting.jpg"), "fast")
    asked = Request(pack=source.pack, picture_sha256=source.picture.sha256, instant=True)
    result = run_edit(studio, source, asked.changed(text=TextGuide("a snowy winter landscape")), [])
    drawn = model_picture(studio.loaded, result.latent)
    shown = [result.picture, studio.render(source, result), studio.finish(source, result, finish="model").srgb()]
    spreads = [float((x @ LUMINANCE).std()) / 255 for x in (drawn, *shown)]
    assert spreads[0] < LEAST_SPREAD - 0.01 and spreads[1:] == pytest.approx([LEAST_SPREAD] * 3, abs=0.006)
    assert np.array_equal(studio.render(source, result, strength=0), source.reconstruction)


def test_louder_moves_the_picture_further(tmp_path: Path, coast: str) -> None:
    words = (coast, "--sound", str(sample("rain.ogg")))
    _, quiet = edit(tmp_path, *words, "--gain", "-18", name="quiet.png")
    _, loud = edit(tmp_path, *words, "--gain", "6", name="loud.png")
    assert loud["latent_distance"] > 1.1 * quiet["latent_distance"]  # type: ignore[operator]


def test_the_same_request_gives_the_identical_picture(tmp_path: Path, coast: str) -> None:
    words = (coast, "--sound", str(sample("thunder.ogg")), "--seed", "5")
    first, _ = edit(tmp_path, *words, name="a.png")
    second, _ = edit(tmp_path, *words, name="b.png")
    assert np.array_equal(first, second)


def test_outside_a_region_no_pixel_changes(tmp_path: Path, coast: str) -> None:
    from PIL import Image

    original = load_picture(coast).srgb()
    mask = np.zeros(original.shape[:2], np.uint8)
    mask[: original.shape[0] // 2] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    edited, _ = edit(tmp_path, coast, "--text", "snow", "--region", str(tmp_path / "mask.png"))
    half = original.shape[0] // 2
    assert np.array_equal(edited[half:], original[half:])
    assert np.abs(edited[:half].astype(int) - original[:half]).mean() > 3


def test_a_recipe_in_the_picture_replays_to_the_same_picture(tmp_path: Path, coast: str) -> None:
    out, again, recipe = tmp_path / "out.png", tmp_path / "again.png", tmp_path / "recipe.json"
    sound = str(sample("birds.ogg"))
    assert main(["edit", coast, "--sound", sound, *FAST, "--out", str(out), "--recipe", str(recipe)]) == 0
    assert main(["replay", str(recipe), "--out", str(again)]) == 0
    assert np.array_equal(load_picture(out).srgb(), load_picture(again).srgb())


def test_the_instant_mapper_alone_already_nears_the_guide(tmp_path: Path, coast: str) -> None:
    _, report = edit(tmp_path, coast, "--text", "heavy rain", "--instant")
    similarity = report["similarity"]
    assert isinstance(similarity, dict) and similarity["after"] > similarity["before"] + 0.1


def test_a_random_source_is_a_picture(tmp_path: Path) -> None:
    out = tmp_path / "sample.png"
    assert main(["sample", "--pack", "starter-scenes", "--seed", "3", "--out", str(out)]) == 0
    assert load_picture(out).srgb().std() > 15


def test_a_portrait_smiles_at_laughter_and_keeps_its_background(tmp_path: Path) -> None:
    portrait = str(sample("portrait.jpg"))
    original = load_picture(portrait).srgb()
    edited, report = edit(tmp_path, portrait, "--pack", "starter-portraits", "--sound", str(sample("laughing.ogg")))
    similarity = report["similarity"]
    assert isinstance(similarity, dict) and similarity["after"] > similarity["before"]
    changed = np.abs(edited.astype(int) - original).max(2) > 0
    assert 0 < changed.mean() < 0.5
    assert not changed[:8].any()


def test_a_packs_reach_says_how_far_along_its_edits_go() -> None:
    studio = Studio()
    studio.load_pack("starter-scenes")
    source = source_of(studio, sample("coast.jpg"), "fast")
    request = Request(pack=source.pack, picture_sha256=source.picture.sha256, text=TextGuide("rain"), instant=True)
    plain = run_edit(studio, source, request)
    studio.loaded.extra["reach"] = 1.25
    further = run_edit(studio, source, request)
    assert (plain.amount, further.amount) == (1.0, 1.25)
    assert torch.allclose(further.latent.w - source.latent.w, 1.25 * (plain.latent.w - source.latent.w), atol=1e-4)
