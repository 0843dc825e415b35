"""`sgim packs add` and `sgim render` give the picture of the published code, from the published file to numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.cli.main import main
from tests.parity.weight_rule import fixture, relative_error


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("stylegan2_ada/sg2ada_16_clamp", "pkl"),
        ("stylegan2_ada/sg2ada_32_cond3", "pkl"),
        ("stylegan3/sg3_t_64", "pkl"),
        ("rosinality/ros_64_small", "pt"),
    ],
)
def test_a_published_file_added_and_rendered_equals_the_published_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, ending: str
) -> None:
    published = fixture(f"{name}.{ending}")
    if not published.exists():
        pytest.skip("../shared/parity is not here, and this one has no small copy")
    monkeypatch.setenv("SGIM_PACKS", str(tmp_path / "packs"))
    with np.load(fixture(f"{name}.npz")) as z:
        wplus, expected = z["wplus"][0], z["img_wplus"][0]
    save_file({"latent": torch.from_numpy(wplus)}, tmp_path / "latent.safetensors")
    assert main(["packs", "add", str(published), "--name", "published"]) == 0
    out = tmp_path / "picture.npy"
    assert main(["render", str(tmp_path / "latent.safetensors"), "--pack", "published", "--out", str(out)]) == 0
    assert relative_error(np.load(out), expected) <= 1e-4
