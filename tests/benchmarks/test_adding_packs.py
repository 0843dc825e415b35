"""Adding and opening a full-size checkpoint: time and memory (issue 4, "must show")."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.networks.stylegan3 import Generator, StyleGAN3Config, published_channels
from tests.checkpoints.nvidia_files import nvidia_bytes
from tests.packs.published_files import config_f, write_nvidia

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def measured(script: str, *arguments: Path | str) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, str(HERE / script), *map(str, arguments)], capture_output=True, text=True, env=environment
    )
    assert run.returncode == 0, run.stderr
    result = json.loads(run.stdout.strip().splitlines()[-1])
    assert isinstance(result, dict)
    return result


@pytest.mark.long
def test_a_stylegan3_is_added_within_one_and_a_half_times_its_size(tmp_path: Path) -> None:
    config = StyleGAN3Config(resolution=256)
    config = replace(config, channels=published_channels(config))
    path = tmp_path / "afhq-like.pkl"
    path.write_bytes(nvidia_bytes(Generator(config), raw=Generator(config)))
    added = measured("adding.py", path, tmp_path / "packs")
    print(json.dumps(added, indent=1))
    assert added["file_mb"] > 200 and added["peak_mb_above_baseline"] <= 1.5 * added["file_mb"]


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
