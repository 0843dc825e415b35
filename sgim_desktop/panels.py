"""The dock panels as data: name, title, where it is, which class. Built one by one after the first paint."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt
from PySide6.QtWidgets import QWidget

from sgim_desktop.document.document import Document

Area = Qt.DockWidgetArea


@dataclass(frozen=True)
class Panel:
    """One dock. ``tab_with``: the name of the dock it shares a place with; ``below``: the one it is under."""

    name: str
    title: object
    area: Qt.DockWidgetArea
    module: str
    widget: str
    tab_with: str = ""
    key: str = ""

    def build(self, document: Document, parent: QWidget) -> QWidget:
        """Import the panel's module and make the panel."""
        made: QWidget = getattr(importlib.import_module(self.module), self.widget)(document, parent)
        return made


LATER_PANELS: tuple[Panel, ...] = (
    Panel(
        "waveform",
        QT_TRANSLATE_NOOP("Panels", "Sounds"),
        Area.BottomDockWidgetArea,
        "sgim_desktop.waveform.panel",
        "WaveformPanel",
        key="Alt+1",
    ),
    Panel(
        "gallery",
        QT_TRANSLATE_NOOP("Panels", "Gallery"),
        Area.BottomDockWidgetArea,
        "sgim_desktop.gallery.panel",
        "GalleryPanel",
        key="Alt+2",
    ),
    Panel(
        "guides",
        QT_TRANSLATE_NOOP("Panels", "Guides"),
        Area.LeftDockWidgetArea,
        "sgim_desktop.guides.panel",
        "GuidesPanel",
        key="Alt+3",
    ),
    Panel(
        "microphone",
        QT_TRANSLATE_NOOP("Panels", "Microphone"),
        Area.LeftDockWidgetArea,
        "sgim_desktop.microphone.panel",
        "MicrophonePanel",
        tab_with="guides",
        key="Alt+4",
    ),
    Panel(
        "packs",
        QT_TRANSLATE_NOOP("Panels", "Packs"),
        Area.LeftDockWidgetArea,
        "sgim_desktop.packs.panel",
        "PacksPanel",
        tab_with="guides",
        key="Alt+5",
    ),
    Panel(
        "mix",
        QT_TRANSLATE_NOOP("Panels", "Mix"),
        Area.RightDockWidgetArea,
        "sgim_desktop.mix.panel",
        "MixPanel",
        key="Alt+7",
    ),
    Panel(
        "layer_mask",
        QT_TRANSLATE_NOOP("Panels", "Layer mask"),
        Area.RightDockWidgetArea,
        "sgim_desktop.layer_mask.panel",
        "LayerMaskPanel",
        tab_with="mix",
        key="Alt+8",
    ),
)
