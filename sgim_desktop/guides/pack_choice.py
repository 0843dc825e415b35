"""Which pack edits the picture: the ones that can, one click away from the button."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker
from PySide6.QtGui import QEnterEvent, QFocusEvent
from PySide6.QtWidgets import QComboBox, QWidget

from engine.packs.store import PackStore
from sgim_desktop.background import Background
from sgim_desktop.document.document import Document
from sgim_desktop.document.values import Settings
from sgim_desktop.pack_facts import usable_packs


class PackChoice(QComboBox):
    """Shows and changes the document's pack. What was installed meanwhile is there when the pointer comes."""

    def __init__(self, document: Document, store: PackStore | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._store = store or PackStore()
        self._background = Background(self)
        self.setAccessibleName(self.tr("Pack"))
        self.setToolTip(self.tr("The models that edit the picture; the Packs panel tells more about them."))
        self.setMinimumWidth(80)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        document.settings_changed.connect(self._show_settings)
        self.activated.connect(lambda row: document.change_settings(self.tr("Choose pack"), pack=self.itemText(row)))
        self._fill([])
        self.reload()

    def reload(self) -> None:
        """Look at the disk again."""
        store = self._store
        self._background.ask("packs", lambda: list(usable_packs(store)), self._fill)

    def close_down(self) -> None:
        """Stop looking; call before the application ends."""
        self._background.close()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 (Qt's name)
        """The pointer comes: a pack may have been added."""
        super().enterEvent(event)
        self.reload()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        """So may it be when the keyboard comes."""
        super().focusInEvent(event)
        if event.type() == QEvent.Type.FocusIn:
            self.reload()

    def _fill(self, names: list[str]) -> None:
        if names and names == [self.itemText(row) for row in range(self.count())]:
            return
        blocker = QSignalBlocker(self)
        self.clear()
        self.addItems(names)
        blocker.unblock()
        self._show_settings(self._document.settings)

    def _show_settings(self, settings: Settings) -> None:
        if self.findText(settings.pack) < 0:
            self.addItem(settings.pack)  # not read yet, or gone: the edit will say so
        self.setCurrentIndex(self.findText(settings.pack))
