"""The StyleGAN2-ADA recipe on pictures small enough to learn in seconds."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.errors import DataError
from engine.networks.discriminator import Discriminator, minibatch_deviation
from engine.networks.registry import build
from engine.packs.store import PackStore
from engine.training import verb_generator
from engine.training.adaptive_augmentation import AugmentationStrength, augment, colours, geometry
from engine.training.curve import read_curve
from engine.training.generator_task import GeneratorRecipe, GeneratorTask
from engine.training.loop import LoopPlan, train
from engine.training.picture_folder import PictureFolder
from engine.training.ranks import Ranks

RECIPE = GeneratorRecipe(resolution=8, kimg=0.64, batch=8, latent=8, base=128, most=16, gamma=0.02, lazy_r1=8,
                         learning_rate=0.01)


def write_pictures(folder: Path, count: int = 24) -> Path:
    """Orange skies over dark ground, a few shades of each."""
    folder.mkdir(parents=True)
    for number in range(count):
        source = np.random.default_rng(number)
        pixels = np.zeros((24, 32, 3), np.uint8)
        pixels[:12] = np.array([220, 120, 40]) + source.integers(-20, 20, 3)
        pixels[12:] = np.array([30, 40, 30]) + source.integers(-15, 15, 3)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    return folder


def make_task(tmp_path: Path, recipe: GeneratorRecipe = RECIPE) -> GeneratorTask:
    folder = tmp_path / "pictures"
    if not folder.exists():
        write_pictures(folder)
    torch.manual_seed(0)
    return GeneratorTask(PictureFolder(folder, tmp_path, recipe.resolution), recipe, Ranks())


def test_pictures_become_squares_and_broken_ones_are_listed(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "pictures", 5)
    (folder / "deep").mkdir()
    (folder / "deep" / "broken.jpg").write_bytes(b"\xff\xd8 no more")
    pictures = PictureFolder(folder, tmp_path, 16)
    assert pictures.count == 5 and pictures.broken == ["deep/broken.jpg"]
    batch = pictures.batch(np.array([0, 0]), np.array([False, True]))
    assert batch.shape == (2, 3, 16, 16) and batch.abs().max() <= 1
    assert torch.equal(batch[0].flip(2), batch[1])
    assert batch[0, 0, 0].mean() > 0.4 > -0.4 > batch[0, 0, -1].mean()
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="holds no readable picture"):
        PictureFolder(tmp_path / "empty", tmp_path / "empty", 16)


def test_the_discriminator_scores_each_picture_and_sees_lack_of_variety() -> None:
    torch.manual_seed(0)
    network = Discriminator(32, {4: 16, 8: 16, 16: 8, 32: 8})
    assert network(torch.randn(6, 3, 32, 32)).shape == (6,)
    same, different = torch.ones(4, 2, 4, 4), torch.randn(4, 2, 4, 4)
    assert minibatch_deviation(same)[:, 2].max() < 1e-3 < 0.3 < minibatch_deviation(different)[:, 2].min()
    assert minibatch_deviation(torch.randn(6, 2, 4, 4)).shape == (6, 3, 4, 4)


def test_r1_reaches_the_weights_through_the_slope_at_real_pictures() -> None:
    torch.manual_seed(0)
    network = Discriminator(16, {4: 8, 8: 8, 16: 8})
    real = torch.randn(4, 3, 16, 16, requires_grad=True)
    (slope,) = torch.autograd.grad(network(real).sum(), real, create_graph=True)
    slope.square().sum().backward()
    assert all(p.grad is not None and torch.isfinite(p.grad).all()
               for name, p in network.named_parameters() if "weight" in name)


def test_augmentation_at_zero_is_nothing_and_its_maps_are_invertible() -> None:
    torch.manual_seed(0)
    pictures = torch.rand(64, 3, 16, 16) * 2 - 1
    assert augment(pictures, 0.0) is pictures
    changed = augment(pictures, 1.0)
    assert changed.shape == pictures.shape and torch.isfinite(changed).all()
    assert (changed - pictures).flatten(1).abs().amax(dim=1).min() > 0.05
    assert torch.linalg.det(geometry(64, 1.0, pictures)).abs().min() > 0.05
    assert torch.linalg.det(colours(64, 1.0, pictures)[:, :, :3]).abs().min() > 1e-3
    weak = (augment(pictures, 0.03) - pictures).flatten(1).abs().amax(dim=1)
    assert 32 < (weak < 1e-5).sum() < 64  # at low strength most pictures are left as they are, to the last digit


def test_gradient_reaches_the_generator_through_the_augmentation() -> None:
    torch.manual_seed(0)
    pictures = torch.rand(4, 3, 16, 16, requires_grad=True)
    augment(pictures, 0.8).square().sum().backward()
    assert pictures.grad is not None and (pictures.grad.flatten(1).abs().sum(dim=1) > 0).all()


def test_strength_rises_while_the_discriminator_is_sure_and_falls_when_it_is_not() -> None:
    strength = AugmentationStrength(target=0.6, kimg=1.0, every=4)
    for _ in range(40):
        strength.see(torch.ones(8), 8)
    assert strength.p == pytest.approx(40 * 8 / 1000)
    for _ in range(100):
        strength.see(torch.tensor([1.0, -1.0] * 4), 8)
    assert strength.p == 0.0


def test_generated_pictures_take_on_the_colours_and_layout_of_the_folder(tmp_path: Path) -> None:
    task = make_task(tmp_path)
    before = _top_and_bottom(task)
    result = train(task, LoopPlan(tmp_path / "out", quiet=True, events=False))
    assert result.finished and result.steps == 80
    after = _top_and_bottom(task)
    real = task.pictures.batch(np.arange(24), np.zeros(24, bool))
    wanted = torch.stack([real[:, :, :3].mean(dim=(0, 2, 3)), real[:, :, 5:].mean(dim=(0, 2, 3))])
    assert (after - wanted).abs().mean() < 0.5 * (before - wanted).abs().mean()
    assert after[0, 0] - after[1, 0] > 0.5  # the sky is brighter in red than the ground


def _top_and_bottom(task: GeneratorTask) -> torch.Tensor:
    torch.manual_seed(1)
    with torch.no_grad():
        drawn = task.average(torch.randn(16, RECIPE.latent))
    return torch.stack([drawn[:, :, :3].mean(dim=(0, 2, 3)), drawn[:, :, 5:].mean(dim=(0, 2, 3))])


def test_stopped_and_resumed_it_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    for out, parts in (("whole", (6,)), ("parts", (3, 3))):
        for steps in parts:
            train(make_task(tmp_path), LoopPlan(tmp_path / out, stop_after=steps, quiet=True, events=False))
    whole, parts_curve = (read_curve(tmp_path / name / "curve.csv") for name in ("whole", "parts"))
    assert len(whole) == 6 and whole == parts_curve


def test_the_verb_leaves_a_pack_that_opens_and_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_pictures(tmp_path / "pictures", 6)
    monkeypatch.setenv("SGIM_PACKS", str(tmp_path / "packs"))
    parser = argparse.ArgumentParser()
    verb_generator.add_arguments(parser)
    done = verb_generator.run(parser.parse_args([
        str(tmp_path / "pictures"), "--out", str(tmp_path / "out"), "--resolution", "32", "--kimg", "0.016",
        "--batch", "4", "--channels", "8", "--latent", "8", "--device", "cpu", "--licence", "CC0"]))
    assert done["finished"] and done["steps"] == 4
    pack = PackStore().open(done["pack"])
    part = pack.part("generator")
    generator = build(part.architecture, part.config)
    generator.load_state_dict(pack.tensors("generator"))
    assert generator(torch.randn(2, 8)).shape == (2, 3, 32, 32)
    statistics = pack.latent_statistics()
    assert statistics is not None and statistics["mean"].shape == (generator.num_ws, 8)
    assert pack.manifest.licence == "CC0" and (tmp_path / "out" / "samples.png").stat().st_size > 500
