"""``sgim edit`` works unchanged for each published generator × embedder, from files in the real formats."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from engine.cli.main import main
from engine.media.samples import sample
from engine.networks.stylegan3 import Generator, StyleGAN3Config, published_channels
from engine.packs.memory import estimate_edit
from engine.packs.store import PackStore
from tests.checkpoints.nvidia_files import nvidia_bytes
from tests.end_to_end.published_weights import write_clip, write_e4e, write_sound_encoder
from tests.packs.published_files import config_f, write_nvidia, write_rosinality
from tests.parity.weight_rule import fixture

SMALL = config_f(64, largest=64, base=4096, w_dim=64)


def write_stylegan3(path: Path) -> None:
    """NVIDIA's ``.pkl`` of a thin StyleGAN3-T."""
    config = StyleGAN3Config(resolution=64, z_dim=64, w_dim=64)
    path.write_bytes(nvidia_bytes(Generator(replace(config, channels=published_channels(config, 2048, 32)))))


# What the published code itself wrote, where ../shared is; the same format written here, where it is not.
GENERATORS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "ada": ("stylegan2_ada/sg2ada_64.pkl", lambda path: write_nvidia(path, SMALL)),
    "sg3": ("stylegan3/sg3_t_64.pkl", write_stylegan3),
    "ros": ("rosinality/ros_64_small.pt", lambda path: write_rosinality(path, SMALL)),
}
# embedder pack → (open_clip model, weights) or None where the sound file brings its tower
TOWERS = {
    "wav2clip": ("ViT-B-32", "openai"),
    "lee2022_sound": ("ViT-B-32", "openai"),
    "audioclip_sound": None,
    "imagebind_sound": ("ViT-H-14", "laion2b_s32b_b79k"),
}
QUICK = ["--device", "cpu", "--threads", "1", "--fidelity", "fast", "--steps", "2", "--no-align"]


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store in its own folder, and a small picture."""
    folder = tmp_path_factory.mktemp("published")
    (folder / "packs").mkdir()
    Image.open(sample("coast.jpg")).resize((96, 96)).save(folder / "picture.png")
    return folder


@pytest.fixture(autouse=True)
def store(packs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SGIM_PACKS", str(packs / "packs"))


def add(packs: Path, name: str, file: Path) -> None:
    if not (packs / "packs" / name).exists():
        assert main(["packs", "add", str(file), "--name", name, "--bare"]) == 0


def edit(packs: Path, pack: str) -> dict:
    report, out = packs / f"{pack}.json", packs / f"{pack}.png"
    command = ["edit", str(packs / "picture.png"), "--sound", str(sample("rain.ogg")), "--pack", pack, *QUICK]
    assert main([*command, "--out", str(out), "--report", str(report)]) == 0
    with Image.open(out) as picture:
        assert min(picture.size) > 0
    found: dict = json.loads(report.read_text())
    return found


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", sorted(GENERATORS))
@pytest.mark.parametrize("architecture", sorted(TOWERS))
def test_every_generator_is_edited_with_every_embedder(
    architecture: str, name: str, packs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    published, write = GENERATORS[name]
    file = fixture(published)
    if not file.exists():
        file = packs / Path(published).name
        write(file)
    sound, embedder = architecture.replace("_", "-"), architecture.replace("_", "-")
    tower = TOWERS[architecture]
    add(packs, sound, write_sound_encoder(packs, architecture))
    if tower:
        embedder = tower[0].lower()
        if not (packs / "packs" / embedder).exists():
            add(packs, embedder, write_clip(packs, *tower))
    add(packs, name, file)
    pack = f"{name}-{sound}"
    parts = ["--generator", name, "--embedder", embedder, "--sound", sound]
    assert main(["packs", "combine", "--name", pack, *parts]) == 0
    report = edit(packs, pack)
    assert len(report["steps"]) == 2 and all(math.isfinite(step["loss"]) for step in report["steps"])
    assert -1 <= report["similarity"]["after"] <= 1 and abs(sum(report["layer_mask"]) - 1) < 1e-4
    capsys.readouterr()
    if architecture != "audioclip_sound" and (packs / "packs" / "audioclip-sound").exists():
        refused = ["--generator", name, "--embedder", embedder, "--sound", "audioclip-sound"]
        assert main(["packs", "combine", "--name", "wrong", *refused]) == 2
        assert "AudioCLIP works only with" in capsys.readouterr().err


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_full_size_stylegan2_with_e4e_and_vit_b_32_is_edited_within_six_gigabytes(packs: Path) -> None:
    write_rosinality(packs / "ffhq-1024.pt", config_f(1024))
    add(packs, "ffhq-1024", packs / "ffhq-1024.pt")
    add(packs, "e4e-1024", write_e4e(packs, 18))
    add(packs, "wav2clip", write_sound_encoder(packs, "wav2clip"))
    if not (packs / "packs" / "vit-b-32").exists():
        add(packs, "vit-b-32", write_clip(packs, "ViT-B-32", "openai"))
    parts = ["--generator", "ffhq-1024", "--encoder", "e4e-1024", "--embedder", "vit-b-32", "--sound", "wav2clip"]
    assert main(["packs", "combine", "--name", "whole", *parts]) == 0
    out, report = packs / "whole.png", packs / "whole.json"
    command = ["edit", str(packs / "picture.png"), "--sound", str(sample("rain.ogg")), "--pack", "whole", *QUICK]
    code = "import sys; from engine.cli.main import main; sys.exit(main(sys.argv[1:]))"
    subprocess.run([sys.executable, "-c", code, *command, "--out", out, "--report", report], check=True)
    found = json.loads(report.read_text())
    assert found["pack"]["name"] == "whole" and len(found["steps"]) == 2
    assert 500 < found["peak_memory_mb"] < 6000
    estimates = [estimate_edit(PackStore().open("whole"), half=half).total / 1e6 for half in (False, True)]
    print(json.dumps({key: found[key] for key in ("seconds", "peak_memory_mb")}), "estimated", estimates)
    nearest = min(estimates, key=lambda estimate: abs(estimate - found["peak_memory_mb"]))
    assert 0.7 < nearest / found["peak_memory_mb"] < 1.3  # the window says how much it will be, before it begins
