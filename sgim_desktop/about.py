"""Version and licences."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from sgim_desktop.opened_dialog import opened

VERSION = "0.1.0"


def show_about(parent: QWidget) -> None:
    """A small box; it does not stop the work."""
    text = QCoreApplication.translate(
        "About",
        "<h3>SGIM Studio {0}</h3><p>Edit pictures by what a sound means and how loud it is; by text; or by both.</p>"
        "<p>Everything is computed on this machine; nothing is sent anywhere.</p>"
        "<p>Apache License 2.0. Built with PySide6 (LGPL), PyTorch (BSD), PyAV with FFmpeg (GPL), OpenCLIP (MIT) "
        "and others. Every pack has a licence of its own: see the Packs panel.</p>",
    )
    box = QMessageBox(QMessageBox.Icon.NoIcon, "SGIM Studio", text.format(VERSION), parent=parent)
    opened(box)
