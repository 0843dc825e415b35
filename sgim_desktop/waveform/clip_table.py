"""The list of clips: name, solo, mute, weight. Works by keyboard alone."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDoubleSpinBox,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from sgim_desktop.document.values import ClipItem
from sgim_desktop.local_numbers import filled
from sgim_desktop.own_keys import takes_key
from sgim_desktop.series_colours import series_colours
from sgim_desktop.waveform.time_ruler import clock

NAME, SOLO, MUTE, WEIGHT = range(4)
_KEY = Qt.ItemDataRole.UserRole


class ClipTable(QTableWidget):
    """Shows the document's clips; says what the artist wants changed, changes nothing itself."""

    chosen = Signal(str)  # clip id
    solo_wanted = Signal(str, bool)
    mute_wanted = Signal(str, bool)
    weight_wanted = Signal(str, float)  # 0…1
    removal_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 4, parent)
        self.setAccessibleName(self.tr("Sound clips"))
        for column, (title, tip) in enumerate(
            (
                (self.tr("Sound"), self.tr("Click to look at a sound; Delete removes it.")),
                (self.tr("Solo"), self.tr("Only soloed sounds are heard and guide the edit.")),
                (self.tr("Mute"), self.tr("Muted sounds neither are heard nor guide the edit.")),
                (self.tr("Weight"), self.tr("How much of this sound goes into the mix.")),
            )
        ):
            item = QTableWidgetItem(title)
            item.setToolTip(tip)
            self.setHorizontalHeaderItem(column, item)
        header = self.horizontalHeader()
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column in (SOLO, MUTE, WEIGHT):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setMinimumSectionSize(24)
        header.setHighlightSections(False)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setItemDelegateForColumn(WEIGHT, _WeightDelegate(self))
        self.setItemDelegateForColumn(SOLO, _SwitchDelegate(self.tr("S"), self))
        self.setItemDelegateForColumn(MUTE, _SwitchDelegate(self.tr("M"), self))
        self.itemChanged.connect(self._on_item)
        self.currentCellChanged.connect(self._on_current)

    def show_clips(self, clips: tuple[ClipItem, ...], chosen: str) -> None:
        """Show these clips with one chosen."""
        blocked = self.blockSignals(True)
        self.setRowCount(len(clips))
        for row, clip in enumerate(clips):
            self._fill(row, clip)
            if clip.id == chosen:
                column = max(0, self.currentColumn())
                flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
                self.setCurrentCell(row, column, flags)
        self.blockSignals(blocked)

    def _fill(self, row: int, clip: ClipItem) -> None:
        name = QTableWidgetItem(clip.name)
        name.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled)
        name.setToolTip(f"{clip.name}\n{clock(clip.seconds, 1)}  {clip.rate} Hz")
        solo, mute = _check(clip.solo), _check(clip.muted)
        solo.setData(Qt.ItemDataRole.AccessibleTextRole, self.tr("Solo {0}").format(clip.name))
        mute.setData(Qt.ItemDataRole.AccessibleTextRole, self.tr("Mute {0}").format(clip.name))
        weight = QTableWidgetItem()
        weight.setData(Qt.ItemDataRole.EditRole, clip.weight)
        weight.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for column, item in enumerate((name, solo, mute, weight)):
            item.setData(_KEY, clip.id)
            self.setItem(row, column, item)

    def event(self, event: QEvent) -> bool:
        """Delete is for the sound, not for the result; on a switch, space switches; anywhere else it plays."""
        switches = self.currentColumn() in (SOLO, MUTE)
        own = (Qt.Key.Key_Delete, Qt.Key.Key_Space) if switches else (Qt.Key.Key_Delete,)
        return takes_key(event, *own) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes the clip; space stays with the player unless on a check box."""
        item = self.currentItem()
        if item is not None and event.key() == Qt.Key.Key_Delete:
            self.removal_wanted.emit(item.data(_KEY))
        elif event.key() == Qt.Key.Key_Space and self.currentColumn() in (NAME, WEIGHT):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _on_item(self, item: QTableWidgetItem) -> None:
        key = item.data(_KEY)
        if item.column() == SOLO:
            self.solo_wanted.emit(key, item.checkState() == Qt.CheckState.Checked)
        elif item.column() == MUTE:
            self.mute_wanted.emit(key, item.checkState() == Qt.CheckState.Checked)
        elif item.column() == WEIGHT:
            self.weight_wanted.emit(key, float(item.data(Qt.ItemDataRole.EditRole)))

    def _on_current(self, row: int, _column: int, before: int, _before_column: int) -> None:
        item = self.item(row, NAME)
        if item is not None and row != before:
            self.chosen.emit(item.data(_KEY))


class _SwitchDelegate(QStyledItemDelegate):
    """A check mark drawn as the lettered switch of a mixing desk: a check box vanishes in dark tables."""

    def __init__(self, letter: str, table: QTableWidget) -> None:
        super().__init__(table)
        self._letter = letter
        self._table = table

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The letter in a frame, filled when on."""
        self.initStyleOption(option, index)
        option.features &= ~QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator  # type: ignore[attr-defined]
        option.text = ""  # type: ignore[attr-defined]
        style = self._table.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, self._table)
        on = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked.value
        colours = series_colours(self._table)
        side = min(option.rect.height() - 6, 22)  # type: ignore[attr-defined]
        box = QRectF(0, 0, side, side)
        box.moveCenter(option.rect.toRectF().center())  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colours.quiet_ink)
        painter.setBrush(colours.caution if on else colours.base)
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(colours.base if on else colours.ink)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._letter)
        painter.restore()

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """A click anywhere in the cell, or space, switches."""
        pressed = isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select)
        if event.type() not in (QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick) and not pressed:
            return False
        on = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked.value
        state = Qt.CheckState.Unchecked if on else Qt.CheckState.Checked
        return model.setData(index, state.value, Qt.ItemDataRole.CheckStateRole)


class _WeightDelegate(QStyledItemDelegate):
    """Weights in per cent."""

    def displayText(self, value: object, locale: object) -> str:
        """``0.5`` as ``50 %``."""
        return filled("{0:.0f} %", float(value) * 100)  # type: ignore[arg-type]

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """A spin box from 0 to 100 %."""
        box = QDoubleSpinBox(parent)
        box.setRange(0, 100)
        box.setDecimals(0)
        box.setSingleStep(5)
        box.setSuffix(" %")
        box.setFrame(False)
        return box

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        """Per cent into the spin box."""
        editor.setValue(float(index.data(Qt.ItemDataRole.EditRole)) * 100)  # type: ignore[attr-defined]

    def setModelData(self, editor: QWidget, model: object, index: QModelIndex | QPersistentModelIndex) -> None:
        """Back to a share."""
        model.setData(index, editor.value() / 100)  # type: ignore[attr-defined]


def _check(on: bool) -> QTableWidgetItem:
    item = QTableWidgetItem()
    item.setFlags(
        Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable
    )
    item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
    return item
