"""`sgim packs add` and `sgim render` give the picture of the published code, from the published file to numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.cli.main import main
from tests.parity.weight_rule import fixture, present, relative_error

FILES = [
    "stylegan2_ada/sg2ada_16_clamp.pkl",
    "stylegan2_ada/sg2ada_32_cond3.pkl",
    "stylegan3/sg3_t_64.pkl",
    "rosinality/ros_64_small.pt",
]


@pytest.mark.parametrize("file", present(FILES))
def test_a_published_file_added_and_rendered_equals_the_published_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    published = fixture(file)
    monkeypatch.setenv("SGIM_PACKS", str(tmp_path / "packs"))
    with np.load(fixture(f"{file.rpartition('.')[0]}.npz")) as z:
        wplus, expected = z["wplus"][0], z["img_wplus"][0]
    save_file({"latent": torch.from_numpy(wplus)}, tmp_path / "latent.safetensors")
    assert main(["packs", "add", str(published), "--name", "published"]) == 0
    out = tmp_path / "picture.npy"
    assert main(["render", str(tmp_path / "latent.safetensors"), "--pack", "published", "--out", str(out)]) == 0
    assert relative_error(np.load(out), expected) <= 1e-4
