"""Adding and opening a full-size checkpoint: time and memory (issue 4, "must show")."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.networks.stylegan3 import Generator, StyleGAN3Config, published_channels
from tests.checkpoints.nvidia_files import nvidia_bytes
from tests.end_to_end.published_weights import write_clip, write_e4e, write_sound_encoder
from tests.packs.published_files import config_f, write_nvidia, write_rosinality

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
_SMALL_FILES = 20
"""MB that adding takes where one and a half times the file are less: buffers, PIL, a trial picture's code."""


def measured(script: str, *arguments: Path | str) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, str(HERE / script), *map(str, arguments)], capture_output=True, text=True, env=environment
    )
    assert run.returncode == 0, run.stderr
    result = json.loads(run.stdout.strip().splitlines()[-1])
    assert isinstance(result, dict)
    return result


def stylegan3(path: Path, resolution: int, *, raw: bool = False, radial: bool = False) -> None:
    """An NVIDIA ``.pkl`` with G_ema, and G beside it where ``raw``; configuration R where ``radial``."""
    config = StyleGAN3Config(resolution=resolution, conv_kernel=1 if radial else 3, radial=radial)
    base = (65536, 1024) if radial else (32768, 512)
    config = replace(config, channels=published_channels(config, *base))
    path.write_bytes(nvidia_bytes(Generator(config), raw=Generator(config) if raw else None))


def stylegan2(path: Path, resolution: int, widest: int = 512) -> None:
    """An NVIDIA ``.pkl`` that has only G_ema."""
    write_nvidia(path, config_f(resolution, largest=widest, base=64 * widest, w_dim=widest), others=False)


FILES: dict[str, Callable[[Path], object]] = {
    "clip-vit-b-32-half": lambda path: write_clip(path.parent, "ViT-B-32", "openai").replace(path),
    "clip-rn50-half": lambda path: write_clip(path.parent, "RN50", "openai").replace(path),
    "audioclip": lambda path: write_sound_encoder(path.parent, "audioclip_sound").replace(path),
    "lee2022": lambda path: write_sound_encoder(path.parent, "lee2022_sound").replace(path),
    "wav2clip": lambda path: write_sound_encoder(path.parent, "wav2clip").replace(path),
    "e4e": lambda path: write_e4e(path.parent, 18).replace(path),
    "stylegan3-t-256": lambda path: stylegan3(path, 256, raw=True),
    "stylegan3-t-512-only-g-ema": lambda path: stylegan3(path, 512),
    "stylegan3-r-512-only-g-ema": lambda path: stylegan3(path, 512, radial=True),
    "ada-1024-only-g-ema": lambda path: stylegan2(path, 1024),
    "ada-256-only-g-ema": lambda path: stylegan2(path, 256),
    "ada-256-thin": lambda path: stylegan2(path, 256, 256),
    "ada-256-thinner": lambda path: stylegan2(path, 256, 128),
    "rosinality-256-only-g-ema": lambda path: write_rosinality(path, config_f(256)),
    "rosinality-64-tiny": lambda path: write_rosinality(path, config_f(64, largest=64, base=4096, w_dim=64)),
}


@pytest.mark.long
@pytest.mark.parametrize("name", FILES)
def test_no_file_takes_more_than_one_and_a_half_times_its_size(name: str, tmp_path: Path) -> None:
    FILES[name](tmp_path / name)
    added = measured("adding.py", tmp_path / name, tmp_path / "packs")
    size, peak = added["file_mb"], added["peak_mb_above_baseline"]
    seconds = added["add_seconds"]
    print(f"\n{name}: {size:.0f} MB, peak {peak:.0f} MB above the baseline, {peak / size:.2f} times, {seconds:.1f} s")
    assert size > 1 and peak <= max(1.5 * size, _SMALL_FILES)


@pytest.mark.long
def test_a_380_mb_pickle_is_added_in_20_s_within_one_and_a_half_times_its_size(tmp_path: Path) -> None:
    path = tmp_path / "ffhq-like.pkl"
    write_nvidia(path, config_f(1024))
    size = path.stat().st_size
    assert size > 350e6
    added = measured("adding.py", path, tmp_path / "packs")
    opened = measured("opening.py", tmp_path / "packs", "big")
    print(json.dumps({**added, **opened}, indent=1))
    assert added["add_seconds"] <= 20
    assert added["peak_mb_above_baseline"] * 1e6 <= 1.5 * size
    assert opened["open_seconds"] <= 2
