"""Several pictures are embedded with a gradient as cheaply as one by one, with the same numbers."""

from __future__ import annotations

from typing import Any

import open_clip
import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from engine.networks.attention_layout import lay_out_attention
from engine.networks.open_clip_model import build_open_clip

CONFIG = {
    "embed_dim": 32,
    "vision_cfg": {"image_size": 64, "layers": 2, "width": 128, "patch_size": 8, "head_width": 32},
    "text_cfg": {"context_length": 8, "vocab_size": 600, "width": 32, "heads": 1, "layers": 1},
}


class Multiplied(TorchDispatchMode):
    """Numbers of the largest batch of matrices that is multiplied inside: what is not stored so is copied for it."""

    numbers = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is torch.ops.aten.bmm.default:
            self.numbers = max(self.numbers, *(factor.numel() for factor in args))
        return func(*args, **(kwargs or {}))


def embedded(model: Any, pictures: Tensor) -> tuple[Tensor, Tensor, int]:
    """Vectors, the gradient of the pictures, and the largest batch of matrices on the way."""
    pictures = pictures.clone().requires_grad_(True)
    with Multiplied() as multiplied:
        vectors = model.encode_image(pictures)
        vectors.square().sum().backward()
    assert pictures.grad is not None
    return vectors.detach(), pictures.grad, multiplied.numbers


@pytest.fixture
def original() -> Any:
    torch.manual_seed(0)
    return open_clip.CLIP(**CONFIG).eval().requires_grad_(False)


def test_two_pictures_copy_no_weights_and_give_the_same_vectors_and_gradients(original: Any) -> None:
    laid_out = build_open_clip(CONFIG).requires_grad_(False)
    laid_out.load_state_dict(original.state_dict())
    pictures = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    expected, slope, before = embedded(original, pictures)
    vectors, gradient, after = embedded(laid_out, pictures)
    assert torch.allclose(vectors, expected, atol=1e-5) and torch.allclose(gradient, slope, atol=1e-5)
    # 65 tokens: PyTorch by itself multiplies with the projection's 3·128² weights once for each of them.
    assert before == 65 * 3 * 128**2 and after < 3 * 128**2


def test_text_attention_and_other_networks_are_left_as_they_compute(original: Any) -> None:
    tokens = torch.randint(1, 599, (3, 8), generator=torch.Generator().manual_seed(2))
    expected = original.encode_text(tokens)
    assert torch.allclose(lay_out_attention(original).encode_text(tokens), expected, atol=1e-5)
    plain = torch.nn.MultiheadAttention(8, 2)
    assert lay_out_attention(plain) is plain and not plain._forward_pre_hooks
