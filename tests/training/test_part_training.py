"""`sgim train joint-embedding`, `inversion-encoder` and `mapper`: one loop, one checkpoint format, parts that fit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from small_scenes import write_scenes
from tiny_pack import RESOLUTION, write_tiny_pack

from engine.cli.main import main
from engine.embedding.clip_text import build_tokenizer
from engine.embedding.joint import build_clip
from engine.networks.registry import build
from engine.packs.open_network import open_network
from engine.packs.store import Pack, PackStore
from engine.studio import Studio
from engine.training.curve import read_curve
from engine.training.instant_mapping import MapperRecipe
from engine.training.inversion_task import InversionTask
from engine.training.joint_embedding import caption_contrast
from engine.training.joint_task import CaptionedPictures, JointTask
from engine.training.loop import LoopPlan, Task, train
from engine.training.mapper_task import MapperTask, finished_edits
from engine.training.picture_folder import PictureFolder

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A pack folder and a data folder."""
    folder = tmp_path_factory.mktemp("parts")
    write_tiny_pack(folder / "packs" / "tiny")
    return folder / "packs" / "tiny", write_scenes(folder / "data")


def opened(pack: Path) -> Pack:
    return PackStore([pack.parent]).open(pack.name)


def inversion_task(ground: tuple[Path, Path], cache: Path) -> InversionTask:
    pack = opened(ground[0])
    torch.manual_seed(0)
    part = pack.part("inversion_encoder")
    return InversionTask(build(part.architecture, part.config), open_network(pack, "generator"),
                         PictureFolder(ground[1] / "images", cache, RESOLUTION), steps=6, batch=4, rate=2e-3, seed=0,
                         device=CPU)


def joint_task(ground: tuple[Path, Path], cache: Path) -> JointTask:
    part = opened(ground[0]).part("joint_embedder")
    torch.manual_seed(0)
    tokenize = build_tokenizer(int(part.config["text_cfg"]["context_length"]), part.config["merges"])
    return JointTask(build_clip(part.config), tokenize, CaptionedPictures(ground[1], cache, RESOLUTION),
                     size=RESOLUTION, mean=[0.5] * 3, std=[0.5] * 3, steps=6, batch=4, rate=1e-3, freeze_text=False,
                     seed=0, device=CPU)


def mapper_task(ground: tuple[Path, Path], cache: Path) -> MapperTask:
    from engine.networks.instant_mapper import InstantMapper, MapperConfig

    studio = Studio("cpu", 1)
    loaded = studio.load_pack(str(ground[0]))
    pictures = sorted((ground[1] / "images").glob("*.png"))[:3]
    edits, _ = finished_edits(studio, pictures, sorted((ground[1] / "audio").glob("rain*.wav")), ["snow"], 3, cache,
                              steps=1, seed=0)
    torch.manual_seed(0)
    config = loaded.generator.config
    mapper = InstantMapper(MapperConfig(num_ws=loaded.num_ws, w_dim=config.w_dim, hidden=16, width=8,
                                        structure_channels=config.structure_channels, embed_dim=len(edits[0].guide)))
    recipe = MapperRecipe(6, 1e-3, 0, RESOLUTION, 0.5, 0.5, row_weight=0.05, follow_rows=True)
    return MapperTask(mapper, loaded.generator, loaded.encoder, loaded.embedder.clip, edits, recipe, 2)


@pytest.mark.parametrize("make", [inversion_task, joint_task, mapper_task])
def test_a_stopped_training_goes_on_as_if_it_had_not_been(make: Callable[..., Task[Any]], ground: tuple[Path, Path],
                                                         tmp_path: Path) -> None:
    for out, parts in (("whole", (6,)), ("parts", (2, 4))):
        for steps in parts:
            done = train(make(ground, tmp_path), LoopPlan(tmp_path / out, stop_after=steps, quiet=True, events=False))
    assert done.finished and done.steps == 6
    whole, resumed = (read_curve(tmp_path / name / "curve.csv") for name in ("whole", "parts"))
    assert len(whole) == 6 and whole == resumed


def told(capsys: pytest.CaptureFixture[str], *command: str) -> dict[str, Any]:
    assert main(["train", *command, "--device", "cpu", "--json"]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_an_inversion_encoder_draws_pictures_better_than_before(ground: tuple[Path, Path], tmp_path: Path,
                                                               capsys: pytest.CaptureFixture[str]) -> None:
    pack, data = ground
    answer = told(capsys, "inversion-encoder", str(data / "images"), "--pack", str(pack), "--out", str(tmp_path),
                  "--steps", "40", "--batch", "8", "--learning-rate", "0.004")
    assert answer["finished"] and answer["pictures"] == 30 and answer["broken"] == 0
    curve = read_curve(tmp_path / "curve.csv")
    assert curve[-1]["psnr"] > curve[0]["psnr"] + 0.5
    described = json.loads((tmp_path / "inversion_encoder.json").read_text())
    encoder = build(described["architecture"], described["config"])
    encoder.load_state_dict(load_file(tmp_path / "inversion_encoder.safetensors"))
    w, structure = encoder(torch.zeros(1, 3, RESOLUTION, RESOLUTION))
    assert w.shape[1] == opened(pack).part("inversion_encoder").config["num_ws"] and structure.shape[2] == 8
    assert (tmp_path / "curve.png").is_file() and (tmp_path / "checkpoint.json").is_file()


def test_towers_bring_pictures_and_their_captions_together(ground: tuple[Path, Path], tmp_path: Path,
                                                      capsys: pytest.CaptureFixture[str]) -> None:
    pack, data = ground
    answer = told(capsys, "joint-embedding", "--data", str(data), "--pack", str(pack), "--out", str(tmp_path),
                  "--steps", "60", "--batch", "8", "--learning-rate", "0.003", "--scratch")
    assert answer["pictures"] == 20  # fold 4 is left out
    losses = [row["loss"] for row in read_curve(tmp_path / "curve.csv")]
    assert np.mean(losses[-10:]) < 0.75 * np.mean(losses[:5])
    described = json.loads((tmp_path / "joint_embedder.json").read_text())
    build_clip(described["config"]).load_state_dict(load_file(tmp_path / "joint_embedder.safetensors"))


def test_a_frozen_text_tower_keeps_its_places(ground: tuple[Path, Path], tmp_path: Path,
                                             capsys: pytest.CaptureFixture[str]) -> None:
    pack, data = ground
    told(capsys, "joint-embedding", "--data", str(data), "--pack", str(pack), "--out", str(tmp_path), "--steps", "2",
         "--batch", "4", "--freeze-text")
    before, after = opened(pack).tensors("joint_embedder"), load_file(tmp_path / "joint_embedder.safetensors")
    changed = {name for name, value in before.items() if not torch.equal(value.float(), after[name].float())}
    assert changed and all(name.startswith("visual.") for name in changed)


def test_a_mapper_is_distilled_from_edits_that_are_made_once(ground: tuple[Path, Path], tmp_path: Path,
                                                            capsys: pytest.CaptureFixture[str]) -> None:
    pack, data = ground
    command = ["mapper", "--data", str(data), "--pack", str(pack), "--out", str(tmp_path), "--edits", "3",
               "--edit-steps", "1", "--steps", "2", "--batch", "2", "--text", "a storm"]
    answer = told(capsys, *command)
    assert answer["finished"] and answer["finished_edits"] == 3
    made = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "edits").iterdir()}
    assert told(capsys, *command)["steps"] == 2  # done already: nothing is trained or edited again
    assert {p.name: p.stat().st_mtime_ns for p in (tmp_path / "edits").iterdir()} == made
    described = json.loads((tmp_path / "mapper.json").read_text())
    mapper = build(described["architecture"], described["config"])
    mapper.load_state_dict(load_file(tmp_path / "mapper.safetensors"))


def test_a_device_the_mapper_cannot_be_taught_on_is_refused(ground: tuple[Path, Path], tmp_path: Path,
                                                           capsys: pytest.CaptureFixture[str]) -> None:
    pack, data = ground
    command = ["mapper", "--data", str(data), "--pack", str(pack), "--out", str(tmp_path), "--device", "cuda"]
    assert main(["train", *command]) == 2
    assert "computes on the processor" in capsys.readouterr().err


def test_a_picture_that_cannot_be_read_is_counted_and_training_goes_on(tmp_path: Path,
                                                                      capsys: pytest.CaptureFixture[str]) -> None:
    pack, data = write_tiny_pack(tmp_path / "packs" / "tiny"), write_scenes(tmp_path / "data")
    next((data / "images").glob("rain*.png")).write_bytes(b"no picture")
    answer = told(capsys, "joint-embedding", "--data", str(data), "--pack", str(pack.path), "--out",
                  str(tmp_path / "out"), "--steps", "1", "--batch", "2")
    assert (answer["pictures"], answer["broken"]) == (19, 1)


def test_equal_captions_are_positives_of_each_other() -> None:
    rows = torch.eye(3)[[0, 0, 1]]
    same = torch.tensor([[1, 1, 0], [1, 1, 0], [0, 0, 1]]).bool()
    # by hand: rows 0 and 1 see two matches at 1/τ and one miss at 0; row 2 one match and two misses
    e = np.exp(1 / 0.5)
    wanted = (2 * -np.log(e / (2 * e + 1)) - np.log(e / (e + 2))) / 3
    assert caption_contrast(rows, rows, same, 0.5).item() == pytest.approx(wanted, rel=1e-5)
