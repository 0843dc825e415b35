"""A region painted on the whole picture means the same place in the crop the networks see."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from tiny_pack import GENERATOR, RESOLUTION, write_tiny_pack

from engine.cli.progress import follow
from engine.media.picture import Picture
from engine.media.pictures import load_picture, picture_from_pixels
from engine.media.samples import sample
from engine.networks.registry import build
from engine.packs.manifest import Part
from engine.packs.store import PackStore
from engine.packs.writer import write_pack
from engine.request import Request, TextGuide
from engine.results import Source
from engine.steps import Step
from engine.studio import EditRun, Studio

SIDE = 64
MOUTH = (slice(36, 56), slice(16, 48))


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny pack, and one like it whose generator starts from a constant."""
    folder = tmp_path_factory.mktemp("packs")
    tiny = write_tiny_pack(folder / "tiny")
    channels = {"4": 16, **GENERATOR["channels"]}
    config = {**GENERATOR, "start_resolution": 4, "structure_channels": 0, "channels": channels}
    torch.manual_seed(0)
    parts = {kind: tiny.part(kind) for kind in ("joint_embedder", "sound_encoder")}
    parts["generator"] = Part("generator", "stylegan2", config, "generator.safetensors")
    manifest = tiny.manifest.changed(name="square", parts=parts, latent_statistics=None)
    tensors = {kind: tiny.tensors(kind) for kind in ("joint_embedder", "sound_encoder")}
    tensors["generator"] = build("stylegan2", config).state_dict()
    write_pack(folder / "square", manifest, tensors, fp16=False)
    return folder


def opened(packs: Path, name: str) -> Studio:
    studio = Studio("cpu", torch.get_num_threads(), store=PackStore([packs]))
    studio.load_pack(name)
    return studio


def portrait() -> np.ndarray:
    return cv2.resize(load_picture(sample("portrait.jpg")).srgb(), (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def at(left: int, top: int) -> tuple[Picture, np.ndarray]:
    """The portrait somewhere in a grey picture, and its mouth as a region there."""
    pixels = np.full((3 * SIDE, 3 * SIDE, 3), 128, np.uint8)
    pixels[top : top + SIDE, left : left + SIDE] = portrait()
    region = np.zeros(pixels.shape[:2], np.float32)
    region[top : top + SIDE, left : left + SIDE][MOUTH] = 1
    return picture_from_pixels(pixels, f"{left}.png"), region


def edited(studio: Studio, source: Source, region: np.ndarray | None) -> tuple[EditRun, list[float]]:
    request = Request(pack=source.pack, picture_sha256=source.picture.sha256, text=TextGuide("laughing"), steps=3)
    run = studio.edit(source, request, {}, region)
    return run, [event.similarity for event in run if isinstance(event, Step)]


def face_source(studio: Studio, picture: Picture, left: int, top: int) -> Source:
    return follow(studio.invert(picture, fidelity="fast", face=(left, top, SIDE, SIDE, 0.0)))


def test_guidance_looks_at_the_same_part_of_a_face_wherever_the_face_is(packs: Path) -> None:
    studio, seen = opened(packs, "tiny"), []
    for left, top in ((0, 0), (2 * SIDE, 2 * SIDE)):
        picture, region = at(left, top)
        seen.append(edited(studio, face_source(studio, picture, left, top), region)[1])
    assert seen[0] == seen[1]
    source = face_source(studio, picture, left, top)
    assert edited(studio, source, None)[1] != seen[0]
    assert edited(studio, source, np.ones_like(region))[1] == edited(studio, source, None)[1]


def test_a_model_picture_of_a_face_changes_in_the_region_alone(packs: Path) -> None:
    studio = opened(packs, "tiny")
    picture, region = at(SIDE, 2 * SIDE)
    source = face_source(studio, picture, SIDE, 2 * SIDE)
    run, _ = edited(studio, source, region)
    assert run.result is not None
    whole = studio.finish(source, run.result, finish="model", strength=5).srgb()
    inside = studio.finish(source, run.result, finish="model", strength=5, region=region).srgb()
    scale = RESOLUTION / SIDE
    mouth = tuple(slice(round(part.start * scale), round(part.stop * scale)) for part in MOUTH)
    assert np.array_equal(inside[mouth], whole[mouth])
    inside[mouth] = source.reconstruction[mouth]
    assert np.array_equal(inside, source.reconstruction)
    assert not np.array_equal(whole, source.reconstruction)


def test_a_constant_generator_looks_and_draws_inside_the_region_of_its_central_square(packs: Path) -> None:
    studio = opened(packs, "square")
    sampled = studio.sample(seed=2)
    wide = np.full((RESOLUTION, 2 * RESOLUTION, 3), 128, np.uint8)
    quarter = RESOLUTION // 2
    wide[:, quarter : quarter + RESOLUTION] = sampled.crop
    source = replace(sampled, picture=picture_from_pixels(wide, "wide.png"))
    alone = np.zeros((RESOLUTION, RESOLUTION), np.float32)
    alone[:, :quarter] = 1
    region = np.zeros(wide.shape[:2], np.float32)
    region[:, quarter : quarter + RESOLUTION] = alone
    run, seen = edited(studio, source, region)
    assert seen == edited(studio, sampled, alone)[1]
    assert run.result is not None
    whole = studio.finish(source, run.result, finish="model", strength=5).srgb()
    inside = studio.finish(source, run.result, finish="model", strength=5, region=region).srgb()
    assert np.array_equal(inside[:, :quarter], whole[:, :quarter])
    unchanged = studio.finish(source, run.result, finish="model", strength=0).srgb()
    assert np.array_equal(inside[:, quarter:], unchanged[:, quarter:]) and not np.array_equal(inside, unchanged)
