"""e4e and pSp encoders equal the published code (../shared/parity/README.md, section 4)."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.checkpoints import formats_rosinality
from engine.networks.e4e import E4EEncoder
from engine.networks.psp import PSPEncoder
from engine.networks.pyramid_encoder import PyramidEncoder
from engine.networks.registry import build
from tests.parity.weight_rule import fixture, make_weights, read_entries, relative_error, shared_only


def encoder_weights(keys: str) -> dict[str, torch.Tensor]:
    weights = make_weights(read_entries(fixture(keys)), "encoder.")
    return {name.removeprefix("encoder."): tensor for name, tensor in weights.items()}


def check(name: str) -> None:
    with np.load(fixture(f"e4e/{name}.npz")) as z:
        arrays = {key: z[key] for key in z.files}
    pictures = torch.from_numpy(arrays["x_int8"].astype(np.float32) / 128)
    average = torch.from_numpy(arrays["latent_avg"])
    weights = encoder_weights(f"e4e/{name}.keys.json") | {"latent_avg": average}
    encoders: dict[str, PyramidEncoder] = {"e4e": E4EEncoder(len(average)), "psp": PSPEncoder(len(average))}
    for encoder in encoders.values():
        encoder.eval().load_state_dict(weights, assign=True)
    with torch.no_grad():
        # The levels are the costly part and the same in both: computed once, combined twice.
        rows = encoders["psp"].row_codes(pictures)
        for kind, encoder in encoders.items():
            encoder.row_codes = lambda _: rows  # type: ignore[method-assign]
            assert relative_error(encoder.codes(pictures), arrays[f"codes_{kind}"]) <= 1e-4
        assert relative_error(encoders["e4e"](pictures), arrays["w_e4e"]) <= 1e-4


def test_encoders_of_a_64_generator_equal_the_published_code() -> None:
    check("e4e_64")


def test_encoders_of_a_1024_generator_equal_the_published_code() -> None:
    if shared_only("e4e/e4e_1024.npz") is None:
        pytest.skip("../shared/parity is not here")
    check("e4e_1024")


def test_the_decoder_of_an_e4e_file_draws_as_published() -> None:
    path = shared_only("e4e/e4e_64.keys.json")
    if path is None:
        pytest.skip("../shared/parity is not here")
    with np.load(fixture("e4e/e4e_64.npz")) as z:
        rows, picture, face = (z[name] for name in ("w_e4e", "img_e4e", "img_e4e_face_pool256_crop32"))
        average = torch.from_numpy(z["latent_avg"])
    weights = make_weights(read_entries(path), "decoder.")
    decoder = {name.removeprefix("decoder."): tensor for name, tensor in weights.items()}
    part = formats_rosinality.convert(decoder, {"latent_avg": average})
    generator = build(part.architecture, part.config)
    generator.load_state_dict(part.tensors, assign=True)
    with torch.no_grad():
        drawn = generator.synthesis(torch.from_numpy(rows), noise_mode="const")
    assert relative_error(drawn, picture) <= 1e-4
    pooled = torch.nn.functional.adaptive_avg_pool2d(drawn, 256)[:, :, 112:144, 112:144]
    assert relative_error(pooled, face) <= 1e-4
