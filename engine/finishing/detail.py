"""The ``detail`` finish: the change carried to the full-size original.

At working size the generator draws the source (a) and the edit (b). The difference d = b − a is split,
in luminance and two colour differences (so that greying is what it is, a smaller colour difference):

* what follows the source's own edges is explained locally, d ≈ k·a + m (the guided filter, He et al.
  2010, with its coefficients upsampled as in the fast guided filter). Applied to the *original's*
  pixels it keeps every edge and brushstroke: darkening multiplies, haze lowers contrast;
* what remains, n = d − (k·a + m), is new (streaks, flakes, a bolt, flames) and is added; what of it is
  faint is the generator's own grain, which would blur the drawing, and is left out (n³/(n² + t²)).

So out = o + k↑·o + m↑ + n↑, and an edit that changes nothing returns the original exactly.

The drawn source differs from the original in broad colours, too (r, blurred). Where the edit repaints
a place, r would shine through it, a blue sky through rain: there m loses what is left of r.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

STRIP_ROWS = 512
SOFT_KNEE = 0.06
LUMA_EPSILON, COLOUR_EPSILON = 2e-3, 3e-4
FAINT, FAINT_ON_FACES = 0.035, 0.015
"""New detail of this amplitude is halved: grain of a small generator below, weather above. A face's lines are finer."""
REPAINTED = 0.16
"""A mean change of this size counts as a place painted anew."""
TO_OPPONENT = np.array(
    [[0.299, 0.587, 0.114], [-0.1686, -0.3311, 0.4997], [0.4998, -0.4185, -0.0813]], np.float32
)
"""Rows: luminance, blue and red difference (ITU-R BT.601)."""
TO_RGB = np.linalg.inv(TO_OPPONENT.astype(np.float64)).astype(np.float32)


@dataclass(frozen=True)
class CarriedChange:
    """Coefficients at working size, each float32 (h, w, 3) in opponent colour: out = o·(1 + gain) + offset + new."""

    gain: np.ndarray
    offset: np.ndarray
    new: np.ndarray


def split_change(
    before: np.ndarray,
    after: np.ndarray,
    *,
    radius: int | None = None,
    original: np.ndarray | None = None,
    faint: float | np.ndarray = FAINT,
) -> CarriedChange:
    """Explain ``after`` − ``before`` (float32 (h, w, 3) in [0, 1], drawn by the generator) locally by ``before``.

    ``original``: the picture itself at this size; places painted anew then take the drawn colours. ``faint``: t above,
    more than 0; one for all of opponent colour or one for each of its three.
    """
    height, width = before.shape[:2]
    r = radius or max(3, round(min(height, width) / 24))
    size = (2 * r + 1, 2 * r + 1)

    def mean(x: np.ndarray) -> np.ndarray:
        return cv2.blur(x, size, borderType=cv2.BORDER_REFLECT)

    source, delta = cv2.transform(before, TO_OPPONENT), cv2.transform(after - before, TO_OPPONENT)
    mean_a, mean_d = mean(source), mean(delta)
    covariance = mean(source * delta) - mean_a * mean_d
    variance = mean(source * source) - mean_a * mean_a
    epsilon = np.array([LUMA_EPSILON, COLOUR_EPSILON, COLOUR_EPSILON], np.float32)
    gain = np.clip(covariance / (variance + epsilon), (-0.8, -1.0, -1.0), (0.6, 1.0, 1.0)).astype(np.float32)
    offset = mean_d - gain * mean_a
    gain, offset = mean(gain), mean(offset)
    new = delta - (gain * source + offset)
    new = new**3 / (new**2 + faint**2)
    if original is not None:
        left = mean(cv2.transform(original - before, TO_OPPONENT))
        painted = np.clip(np.linalg.norm(mean(mean_d), axis=2, keepdims=True) / REPAINTED, 0, 1)
        offset = offset - painted * (1 + gain) * left
    return CarriedChange(gain, offset.astype(np.float32), new.astype(np.float32))


def soft_limit(value: np.ndarray, original: np.ndarray) -> np.ndarray:
    """Bend what leaves [0, 1] back over a soft knee, so that an edit clips no pixel the original had not."""
    low, high = np.minimum(original, SOFT_KNEE), np.maximum(original, 1 - SOFT_KNEE)
    over = np.maximum(value - high, 0)
    under = np.maximum(low - value, 0)
    room_high, room_low = np.maximum(1 - high, 1e-4), np.maximum(low, 1e-4)
    value = np.minimum(value, high) + room_high * (1 - np.exp(-over / np.maximum(room_high, 0.02))) * 0.96
    return np.maximum(value, low) - room_low * (1 - np.exp(-under / np.maximum(room_low, 0.02))) * 0.96


def rows_upsampled(small: np.ndarray, height: int, width: int, top: int, bottom: int, *, cubic: bool) -> np.ndarray:
    """Rows ``top``…``bottom`` of ``small`` resized to (height, width), without making the whole."""
    scale_y, scale_x = small.shape[0] / height, small.shape[1] / width
    matrix = np.array([[scale_x, 0, 0.5 * scale_x - 0.5], [0, scale_y, (top + 0.5) * scale_y - 0.5]], np.float64)
    method = cv2.INTER_CUBIC if cubic else cv2.INTER_LINEAR
    return cv2.warpAffine(
        small, matrix, (width, bottom - top), flags=method | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )


def carried_rows(
    pixels: np.ndarray, change: CarriedChange, mask: np.ndarray | None, shape: tuple[int, int], top: int
) -> np.ndarray:
    """Rows from ``top`` of an original of ``shape`` (H, W), float32 (rows, W, 3) sRGB in [0, 1], changed."""
    (height, width), bottom = shape, top + len(pixels)
    moved = cv2.transform(pixels, TO_OPPONENT)
    moved *= rows_upsampled(change.gain, height, width, top, bottom, cubic=False)
    moved += rows_upsampled(change.offset, height, width, top, bottom, cubic=False)
    moved += rows_upsampled(change.new, height, width, top, bottom, cubic=True)
    edited = soft_limit(pixels + cv2.transform(moved, TO_RGB), pixels)
    if mask is None:
        return edited
    return pixels + (edited - pixels) * rows_upsampled(mask, height, width, top, bottom, cubic=False)[..., None]


def carry(original: np.ndarray, change: CarriedChange, mask: np.ndarray | None = None) -> np.ndarray:
    """Apply a change to ``original`` uint8 (H, W, 3) sRGB, in strips: uint8 (H, W, 3).

    ``mask`` float32 in [0, 1], any size: 0 keeps the original's pixel exactly.
    """
    out = np.empty_like(original)
    for top in range(0, len(original), STRIP_ROWS):
        pixels = original[top : top + STRIP_ROWS].astype(np.float32) / 255.0
        edited = carried_rows(pixels, change, mask, original.shape[:2], top)
        out[top : top + STRIP_ROWS] = np.clip(np.round(edited * 255.0), 0, 255).astype(np.uint8)
    return out
