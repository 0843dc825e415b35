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
from tests.parity.weight_rule import SHARED, fixture, make_weights, present, read_entries, relative_error


def encoder_weights(keys: str) -> dict[str, torch.Tensor]:
    weights = make_weights(read_entries(fixture(keys)), "encoder.")
    return {name.removeprefix("encoder."): tensor for name, tensor in weights.items()}


def check(name: str) -> None:
    with np.load(fixture(f"{name}.npz")) as z:
        arrays = {key: z[key] for key in z.files}
    pictures = torch.from_numpy(arrays["x_int8"].astype(np.float32) / 128)
    average = torch.from_numpy(arrays["latent_avg"])
    weights = encoder_weights(f"{name}.keys.json") | {"latent_avg": average}
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


@pytest.mark.parametrize("name", present(["e4e/e4e_64", "e4e/e4e_1024"], ".npz"))
def test_encoders_equal_the_published_code(name: str) -> None:
    check(name)


# The small copy has no entries of the decoder.
@pytest.mark.parametrize("name", ["e4e/e4e_64"] if (SHARED / "e4e/e4e_64.keys.json").exists() else [])
def test_the_decoder_of_an_e4e_file_draws_as_published(name: str) -> None:
    path = SHARED / f"{name}.keys.json"
    with np.load(fixture(f"{name}.npz")) as z:
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
