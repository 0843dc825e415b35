"""Full-precision colour agrees with LittleCMS and gives 16-bit pixels back unharmed."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import ImageCms

from engine.media.colour import profile_to_srgb
from engine.media.float_colour import from_srgb_floats, matrix_profile, to_srgb_floats

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
RNG = np.random.default_rng(0)
DEEP = RNG.integers(0, 65536, (40, 40, 3), dtype=np.uint16)


def profile(columns: list[list[float]], gamma: float | list[float]) -> bytes:
    """A minimal matrix/TRC profile: D50 primaries and one gamma, or one table, for all channels."""

    def xyz(values: list[float]) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(v * 65536) for v in values))

    if isinstance(gamma, float):
        curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    else:
        values = struct.pack(f">{len(gamma)}H", *(round(v * 65535) for v in gamma))
        curve = b"curv\0\0\0\0" + struct.pack(">I", len(gamma)) + values
    description = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + b"\0" * 78 + b"\0"
    tags = [
        (b"desc", description), (b"wtpt", xyz([0.9642, 1.0, 0.8249])), (b"cprt", b"text\0\0\0\0none\0\0\0\0"),
        (b"rXYZ", xyz(columns[0])), (b"gXYZ", xyz(columns[1])), (b"bXYZ", xyz(columns[2])),
        (b"rTRC", curve), (b"gTRC", curve), (b"bTRC", curve),
    ]  # fmt: skip
    table, body, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, data in tags:
        data += b"\0" * (-len(data) % 4)
        table += struct.pack(">4sII", name, at + len(body), len(data))
        body += data
    header = bytearray(128)
    header[0:4] = struct.pack(">I", at + len(body))
    header[8:12] = struct.pack(">I", 0x02400000)
    header[12:24] = b"mntrRGB XYZ "
    header[24:36] = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    header[36:40] = b"acsp"
    header[68:80] = struct.pack(">3i", *(round(v * 65536) for v in (0.9642, 1.0, 0.8249)))
    return bytes(header) + struct.pack(">I", len(tags)) + table + body


# Adobe RGB (1998) and ProPhoto primaries, adapted to D50.
ADOBE = profile([[0.60974, 0.31111, 0.01947], [0.20528, 0.62567, 0.06087], [0.14919, 0.06322, 0.74457]], 2.19921875)
PROPHOTO = profile([[0.79767, 0.28804, 0.0], [0.13519, 0.71188, 0.0], [0.03135, 0.00009, 0.82489]], 1.8)
TABLED = profile(
    [[0.4361, 0.2225, 0.0139], [0.3851, 0.7169, 0.0971], [0.1431, 0.0606, 0.7141]],
    [float(v) for v in np.linspace(0, 1, 300) ** 2.4],
)


@pytest.mark.parametrize("icc", [None, SRGB, ADOBE, TABLED])
def test_sixteen_bits_survive_the_way_there_and_back(icc: bytes | None) -> None:
    # Colours inside sRGB only: what sRGB cannot hold is clipped, on purpose.
    inside = from_srgb_floats(RNG.uniform(0.05, 0.95, (40, 40, 3)), icc, 16)
    back = from_srgb_floats(to_srgb_floats(inside, icc), icc, 16)
    assert np.abs(back.astype(int) - inside.astype(int)).max() <= 4


@pytest.mark.parametrize("icc", [SRGB, ADOBE, PROPHOTO, TABLED])
def test_conversion_agrees_with_littlecms(icc: bytes) -> None:
    assert matrix_profile(icc) is not None
    pixels = RNG.integers(0, 256, (40, 40, 3), dtype=np.uint8)
    theirs = profile_to_srgb(pixels, icc).astype(float)
    ours = to_srgb_floats(pixels, icc) * 255
    assert not np.array_equal(theirs, pixels) or icc == SRGB
    assert np.abs(ours - theirs).max() < 2.0 and np.abs(ours - theirs).mean() < 0.5


def test_without_a_profile_values_are_only_scaled() -> None:
    assert np.array_equal(from_srgb_floats(to_srgb_floats(DEEP, None), None, 16), DEEP)


@pytest.mark.parametrize("cut", [10, 130, 200, 300])
def test_damaged_profiles_are_not_believed(cut: int) -> None:
    assert matrix_profile(SRGB[:cut]) is None
