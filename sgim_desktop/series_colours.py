"""Colours that mean something in several panels: sound, text, mixed, clipping. For light and for dark.

Everything else (windows, buttons, text) is left to the palette. All of these reach a contrast of at
least 3:1 (WCAG 2.1, 1.4.11 "non-text contrast") against the base colour of Fusion in either scheme;
the ones used for text reach 4.5:1.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class SeriesColours:
    """One colour per meaning."""

    sound: QColor
    text: QColor
    mixed: QColor
    clipping: QColor
    good: QColor
    caution: QColor
    heard: QColor
    grid: QColor
    base: QColor
    ink: QColor
    quiet_ink: QColor


def is_dark(palette: QPalette) -> bool:
    """Whether text is lighter than what it stands on."""
    ink, paper = palette.color(QPalette.ColorRole.WindowText), palette.color(QPalette.ColorRole.Window)
    return ink.lightness() > paper.lightness()


def series_colours(widget: QWidget) -> SeriesColours:
    """The colours that suit the widget's palette now; ask again after a palette change."""
    palette = widget.palette()
    base = palette.color(QPalette.ColorRole.Base)
    ink = palette.color(QPalette.ColorRole.Text)
    quiet, grid = mixed_colour(ink, base, 0.7), mixed_colour(ink, base, 0.2)
    if is_dark(palette):
        named = ("#5ab4ff", "#ffb454", "#7fd47f", "#ff6b6b", "#6ecf6e", "#ffcc4d", "#b9a3ff")
    else:
        named = ("#1467b8", "#a85500", "#2c7a2c", "#c62828", "#2a7d2a", "#8f6400", "#6a45c9")
    sound, text, mixed, clipping, good, caution, heard = (QColor(name) for name in named)
    return SeriesColours(sound, text, mixed, clipping, good, caution, heard, grid, base, ink, quiet)


def mixed_colour(one: QColor, other: QColor, share: float) -> QColor:
    """``share`` of ``one`` and the rest of ``other``."""
    rest = 1 - share
    return QColor(
        round(one.red() * share + other.red() * rest),
        round(one.green() * share + other.green() * rest),
        round(one.blue() * share + other.blue() * rest),
    )
