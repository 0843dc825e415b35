"""Networks built without values are the same networks once their weights are loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from engine.networks.registry import build
from engine.networks.unfilled import unfilled

CONFIG = {"resolution": 16, "z_dim": 16, "w_dim": 16, "channels": {"4": 8, "8": 8, "16": 8}}


def test_loaded_weights_make_the_same_network() -> None:
    torch.manual_seed(0)
    usual = build("stylegan2", CONFIG)
    with unfilled():
        bare = build("stylegan2", CONFIG)
    bare.load_state_dict(usual.state_dict(), assign=True)
    z = torch.randn(2, 16)
    assert torch.equal(usual(z), bare(z))


def test_constants_a_network_computes_for_itself_are_kept() -> None:
    usual = build("wav2clip", {}).state_dict()
    with unfilled():
        bare = build("wav2clip", {}).state_dict()
    name = "audio_encoder.spectrogram.window"
    assert torch.equal(usual[name], bare[name])


def test_shapes_alone_are_made_without_importing_symbolic_mathematics() -> None:
    code = (
        "import sys, torch\nfrom engine.networks.registry import build\nfrom engine.networks.unfilled import unfilled\n"
        "with torch.device('meta'), unfilled():\n"
        f"    build('stylegan2', {CONFIG})\n    build('stylegan3', dict(resolution=16, layers=4, channels=[8] * 4))\n"
        "    build('e4e', dict(rows=6))\n    build('ir_se50', {})\n"
        "    for name in ('lee2022_sound', 'wav2clip', 'audioclip_sound', 'imagebind_sound'):\n"
        "        build(name, {})\n"
        "assert 'sympy' not in sys.modules\n"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_configuration_that_builds_for_ever_is_stopped() -> None:
    with pytest.raises(ValueError, match="far more tensors"), unfilled(at_most=100):
        build("stylegan2", {"resolution": 8, "channels": {4: 2, 8: 2}, "mapping_layers": 10_000_000})
    with unfilled(at_most=100):
        build("stylegan2", {"resolution": 8, "channels": {4: 2, 8: 2}})
