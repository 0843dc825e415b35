"""ArcFace IR-SE50 and the identity loss equal the published code (../shared/parity/README.md, section 5)."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import torch

from engine.guidance.identity_loss import IdentityLoss
from engine.networks.ir_se50 import IRSE50, face_crop, identity_vectors
from tests.parity.weight_rule import fixture, make_weights, read_entries, relative_error


@pytest.fixture(scope="module")
def arrays() -> dict[str, np.ndarray]:
    with np.load(fixture("arcface/ir_se50.npz")) as z:
        return {name: z[name] for name in z.files}


@pytest.fixture(scope="module")
def network() -> IRSE50:
    net = IRSE50().eval()
    net.load_state_dict(make_weights(read_entries(fixture("arcface/ir_se50.keys.json"))))
    return net


def picture(arrays: dict[str, np.ndarray], name: str) -> torch.Tensor:
    return torch.from_numpy(arrays[name].astype(np.float32) / 128)


def test_embeddings_equal_the_published_network(network: IRSE50, arrays: dict[str, np.ndarray]) -> None:
    for letter, image in (("a", "img_a_int8"), ("b", "img_b_int8"), ("c", "img_c64_int8")):
        with torch.no_grad():
            crop = face_crop(picture(arrays, image))
            vector = network(crop)
        if f"crop112_{letter}" in arrays:
            assert relative_error(crop, arrays[f"crop112_{letter}"]) <= 1e-4
        assert relative_error(vector, arrays[f"emb_{letter}"]) <= 1e-4
        if letter == "a":
            with torch.no_grad():
                assert relative_error(network.raw(crop), arrays["raw_a"]) <= 1e-4


def test_identity_loss_and_its_gradient_equal_the_published_loss(
    network: IRSE50, arrays: dict[str, np.ndarray]
) -> None:
    a = picture(arrays, "img_a_int8").requires_grad_(True)
    loss = IdentityLoss(partial(identity_vectors, network.requires_grad_(False)), picture(arrays, "img_b_int8"))(a)
    (gradient,) = torch.autograd.grad(loss, a)
    assert abs(loss.item() - float(arrays["loss_ab"])) <= 1e-5
    blocks = torch.nn.functional.avg_pool2d(gradient, 8) * 64
    assert relative_error(blocks, arrays["grad_loss_ab_wrt_a_blocksum8"]) <= 1e-4
    assert gradient[:, :, :35].abs().max() == 0 and gradient[:, :, :, 220:].abs().max() == 0

    own = IdentityLoss(partial(identity_vectors, network.requires_grad_(False)), picture(arrays, "img_a_int8"))
    with torch.no_grad():
        assert abs(own(picture(arrays, "img_a_int8")).item() - float(arrays["loss_aa"])) <= 1e-5
        assert abs(own(picture(arrays, "img_c64_int8")).item() - float(arrays["loss_ac"])) <= 1e-5
