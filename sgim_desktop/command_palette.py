"""Ctrl+K: find a command by typing; F1: all commands and their keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPalette, QPixmap, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sgim_desktop.commands import plain

ACTION_ROLE = Qt.ItemDataRole.UserRole
KEYS_ROLE = Qt.ItemDataRole.UserRole + 1


class _WithKeys(QStyledItemDelegate):
    """A command on the left, its keys on the right."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """As the style does; then the keys."""
        super().paint(painter, option, index)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.PlaceholderText
        painter.save()
        painter.setPen(option.palette.color(role))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(option.rect.adjusted(0, 0, -8, 0), flags, index.data(KEYS_ROLE) or "")
        painter.restore()


class CommandPalette(QDialog):
    """A line to type in and the commands that match; Return runs the chosen one."""

    def __init__(self, actions: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAccessibleName(self.tr("Command palette"))
        self.resize(520, 380)
        self._actions = actions
        self.line = QLineEdit(self)
        self.line.setPlaceholderText(self.tr("Type what you want to do"))
        self.line.setAccessibleName(self.tr("Search commands"))
        self.line.setClearButtonEnabled(True)
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Matching commands"))
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(_WithKeys(self.list))
        blank = QPixmap(self.list.iconSize().expandedTo(QSize(20, 20)))
        blank.fill(Qt.GlobalColor.transparent)
        self._blank = QIcon(blank)
        layout = QVBoxLayout(self)
        layout.addWidget(self.line)
        layout.addWidget(self.list)
        self.line.textChanged.connect(self._filter)
        self.line.returnPressed.connect(self.run_chosen)
        self.line.installEventFilter(self)
        self.list.itemActivated.connect(lambda _: self.run_chosen())
        self._filter("")

    def _filter(self, text: str) -> None:
        self.list.clear()
        letters = text.lower().split()
        found = [action for action in self._actions if action.isEnabled() and _rank(action, letters) is not None]
        for action in sorted(found, key=lambda action: _rank(action, letters) or 0):
            name = plain(action.text())
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            item = QListWidgetItem(name)
            item.setIcon(self._blank if action.icon().isNull() else action.icon())  # the names stay in line
            item.setData(KEYS_ROLE, keys)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name} {keys}".strip())
            item.setToolTip(action.statusTip())
            item.setData(ACTION_ROLE, action)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """A line around it: it has no window frame."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def run_chosen(self) -> None:
        """Run the marked command."""
        item = self.list.currentItem()
        self.accept()
        if item is not None:
            item.data(ACTION_ROLE).trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Up and down move in the list while typing goes on."""
        if watched is self.line and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if steps and self.list.count():
                self.list.setCurrentRow((self.list.currentRow() + steps) % self.list.count())
                return True
        return super().eventFilter(watched, event)


def _rank(action: QAction, letters: list[str]) -> int | None:
    """0 when every word begins a word of the command's name, 1 when it is in the name, 2 in what the command does."""
    name, tip = plain(action.text()).lower(), action.statusTip().lower()
    if all(any(part.startswith(word) for part in name.split()) for word in letters):
        return 0
    if all(word in name for word in letters):
        return 1
    return 2 if all(word in f"{name} {tip}" for word in letters) else None


class ShortcutList(QDialog):
    """A table of all commands: name, keys, what it is good for."""

    def __init__(self, actions: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.resize(760, 560)
        extra = (
            (self.tr("Original while held"), "O"),
            (self.tr("Move the picture"), self.tr("Space and drag, arrow keys")),
            (self.tr("Zoom about the pointer"), self.tr("Wheel")),
        )
        table = self._table = QTableWidget(len(actions) + len(extra), 3, self)
        table.setAccessibleName(self.tr("Keyboard shortcuts"))
        table.setHorizontalHeaderLabels([self.tr("Command"), self.tr("Keys"), self.tr("What it does")])
        table.verticalHeader().hide()
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setAlternatingRowColors(True)
        table.setWordWrap(True)
        for row, action in enumerate(actions):
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            for column, text in enumerate((plain(action.text()), keys, action.statusTip())):
                table.setItem(row, column, QTableWidgetItem(text))
        for offset, (text, keys) in enumerate(extra):
            table.setItem(len(actions) + offset, 0, QTableWidgetItem(text))
            table.setItem(len(actions) + offset, 1, QTableWidgetItem(keys))
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setStretchLastSection(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(table)
        layout.addWidget(buttons)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Only now the columns have their widths, and with them the rows their heights."""
        super().showEvent(event)
        self._table.resizeRowsToContents()
