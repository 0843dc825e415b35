"""A repainted mouth keeps the original's skin and stubble, and none of its old lines."""

from __future__ import annotations

import numpy as np

from engine.finishing.face_colour import lower_face_weights, repaint_lower_face, skin_texture

SIZE, SMALL = 256, 128


def grainy(line: bool) -> np.ndarray:
    """A grey face of fine grain, with or without a dark line where its lips would be."""
    picture = 128 + np.random.default_rng(0).normal(0, 4, (SIZE, SIZE, 1)).repeat(3, 2)
    if line:
        picture[190:194] = 20
    return np.clip(picture, 0, 255).astype(np.uint8)


def test_grain_is_kept_and_a_line_is_not() -> None:
    plain, lined = skin_texture(grainy(False), 2.4), skin_texture(grainy(True), 2.4)
    assert 0.008 < float(plain.std()) < 0.02
    assert float(np.abs(lined[188:196]).mean()) < 0.3 * float(np.abs(plain).mean())
    assert np.allclose(plain[:150], lined[:150], atol=1e-6)


def test_a_repainted_mouth_has_the_grain_of_its_face() -> None:
    fine, before = grainy(True), np.full((SMALL, SMALL, 3), 0.5, np.float32)
    after = np.clip(before + 0.2 * lower_face_weights(SMALL)[..., None], 0, 1)
    painted = repaint_lower_face(fine, fine, before, after)

    def grain(rows: slice, picture: np.ndarray) -> float:
        return float(np.diff(picture[rows, 110:146, 0].astype(float), axis=1).std())

    assert 0.5 * grain(slice(60, 80), fine) < grain(slice(206, 226), painted) < 1.2 * grain(slice(60, 80), fine)
    assert np.array_equal(repaint_lower_face(fine, fine, before, before), fine)
