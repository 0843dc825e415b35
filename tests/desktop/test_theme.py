"""Both colour schemes can be read: text reaches WCAG AA."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from sgim_desktop.theme import DARK, LIGHT, Colours


def luminance(name: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    parts = QColor(name).getRgbF()[:3]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    """1…21."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_on_every_ground_reaches_aa(colours: Colours) -> None:
    for ground in (colours.window, colours.base, colours.alternate, colours.button):
        assert contrast(colours.text, ground) >= 7
        assert contrast(colours.quiet, ground) >= 4.5, ground
    assert contrast(colours.highlighted, colours.highlight) >= 4.5
    assert contrast(colours.tip_text, colours.tip) >= 4.5
    assert contrast(colours.link, colours.window) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_boxes_and_dots_are_seen_on_their_ground(colours: Colours) -> None:
    assert contrast(colours.quiet, colours.window) >= 3
    assert contrast(colours.highlight, colours.window) >= 2.5
