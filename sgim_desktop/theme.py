"""Colours of the whole window, light and dark, as data. Fusion draws with them; nothing is styled by hand."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from sgim_desktop.tinted_icon import ICON_FOLDER

Role = QPalette.ColorRole


@dataclass(frozen=True)
class Colours:
    """One scheme. Text on its ground reaches 4.5:1 (WCAG AA); a test measures it."""

    window: str
    base: str
    alternate: str
    button: str
    text: str
    quiet: str
    disabled: str
    highlight: str
    highlighted: str
    link: str
    canvas: str
    line: str
    light: str
    tip: str
    tip_text: str


LIGHT = Colours(
    window="#f2f2f4",
    base="#ffffff",
    alternate="#f7f7f9",
    button="#e9e9ec",
    text="#1b1b1f",
    quiet="#5f5f68",
    disabled="#9a9aa2",
    highlight="#1f5fd0",
    highlighted="#ffffff",
    link="#1a56c0",
    canvas="#c9c9ce",
    line="#b9b9c0",
    light="#ffffff",
    tip="#26262a",
    tip_text="#f2f2f4",
)
DARK = Colours(
    window="#29292c",
    base="#1f1f22",
    alternate="#252528",
    button="#37373b",
    text="#e9e9ec",
    quiet="#a3a3ad",
    disabled="#707078",
    highlight="#2c66d8",
    highlighted="#ffffff",
    link="#82b1ff",
    canvas="#161618",
    line="#45454b",
    light="#4a4a50",
    tip="#3a3a3f",
    tip_text="#f2f2f4",
)


PLAIN_BUTTONS = "QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }"
"""Fusion has an icon for Cancel and none for Export beside it."""


def palette_of(colours: Colours) -> QPalette:
    """A scheme as Qt wants it."""
    palette = QPalette()
    roles = {
        Role.Window: colours.window,
        Role.WindowText: colours.text,
        Role.Base: colours.base,
        Role.AlternateBase: colours.alternate,
        Role.Text: colours.text,
        Role.Button: colours.button,
        Role.ButtonText: colours.text,
        Role.BrightText: colours.highlighted,
        Role.Highlight: colours.highlight,
        Role.HighlightedText: colours.highlighted,
        Role.Accent: colours.highlight,
        Role.Link: colours.link,
        Role.LinkVisited: colours.link,
        Role.ToolTipBase: colours.tip,
        Role.ToolTipText: colours.tip_text,
        Role.PlaceholderText: colours.quiet,
        Role.Light: colours.light,
        Role.Midlight: colours.button,
        Role.Mid: colours.line,
        Role.Dark: colours.canvas,
        Role.Shadow: "#000000",
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (Role.WindowText, Role.Text, Role.ButtonText, Role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.disabled))
    palette.setColor(QPalette.ColorGroup.Disabled, Role.Highlight, QColor(colours.line))
    return palette


def indicator_rules(colours: Colours) -> str:
    """Boxes and dots that are seen in both schemes: Fusion outlines them darker than the window, which a dark
    window hides (WCAG 2.1, 1.4.11 asks for 3:1)."""
    icons = ICON_FOLDER.as_posix()
    shape = "width: 13px; height: 13px; border: 1px solid"
    kinds = (("QCheckBox", "3px"), ("QRadioButton", "7px"))
    rules = []
    for kind, radius in kinds:
        mark = "check-mark" if kind == "QCheckBox" else "dot-mark"
        rules.append(
            f"{kind}::indicator {{ {shape} {colours.quiet}; border-radius: {radius}; background: {colours.base}; }}"
        )
        rules.append(f"{kind}::indicator:disabled {{ border-color: {colours.line}; }}")
        rules.append(
            f"{kind}::indicator:checked {{ background: {colours.highlight}; border-color: {colours.highlight};"
        )
        rules.append(f" image: url({icons}/{mark}.svg); }}")
        rules.append(
            f"{kind}::indicator:checked:disabled {{ background: {colours.line}; border-color: {colours.line}; }}"
        )
        rules.append(f"{kind}::indicator:focus {{ border: 2px solid {colours.link}; }}")
    return "\n".join(rules)


def apply_scheme(app: QApplication, choice: str = "system") -> None:
    """``choice``: "system" (and follow it when it changes), "light" or "dark"."""
    dark = choice == "dark"
    if choice == "system":
        dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark
    colours = DARK if dark else LIGHT
    rules = f"{PLAIN_BUTTONS}\n{indicator_rules(colours)}"
    if app.styleSheet() != rules:  # setting it again would make every widget anew
        app.setPalette(palette_of(colours))
        app.setStyleSheet(rules)
