"""The panels' keys: a panel behind another is brought to the front, one in front is put away."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLabel, QMainWindow

from sgim_desktop.window_layout import WindowLayout


def test_the_key_of_a_panel_behind_another_brings_it_to_the_front(qtbot: Any) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    layout = WindowLayout(window)
    for name in layout.docks:
        layout.put(name, QLabel(name))
    window.show()
    qtbot.waitExposed(window)

    def seen() -> set[str]:
        return {name for name in ("mix", "layer_mask") if not layout.docks[name].visibleRegion().isEmpty()}

    key = layout.docks["layer_mask"].toggleViewAction()
    qtbot.waitUntil(lambda: seen() == {"mix"})
    key.trigger()
    qtbot.waitUntil(lambda: seen() == {"layer_mask"})
    key.trigger()
    qtbot.waitUntil(lambda: seen() == {"mix"})
    assert layout.docks["layer_mask"].isHidden()
    key.trigger()
    qtbot.waitUntil(lambda: seen() == {"layer_mask"})
