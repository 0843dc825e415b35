"""Single-colour SVG icons, tinted with the palette's text colour whenever that changes."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QFocusEvent, QIcon, QKeySequence, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QToolButton, QWidget

from sgim_desktop.own_keys import takes_key
from sgim_desktop.resource_folder import resource_folder

_RETURNS = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)  # the focus was here before
ICON_FOLDER = resource_folder() / "icons"
_PIXELS = 64  # drawn once at this size: Qt scales down for any display scale up to 300 %


@lru_cache(maxsize=256)
def _drawing(name: str) -> bytes:
    return (ICON_FOLDER / f"{name}.svg").read_bytes()


def _drawn(name: str) -> QPixmap:
    pixmap = QPixmap(_PIXELS, _PIXELS)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(_drawing(name))).render(painter, QRectF(0, 0, _PIXELS, _PIXELS))
    painter.end()
    return pixmap


def _tinted(drawn: QPixmap, colour: QColor) -> QPixmap:
    pixmap = QPixmap(drawn)
    painter = QPainter(pixmap)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(pixmap.rect(), colour)
    painter.end()
    return pixmap


def tinted_icon(name: str, palette: QPalette) -> QIcon:
    """The icon ``name`` in the palette's button text colour, fainter when disabled."""
    icon = QIcon()
    normal = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.ButtonText)
    faint = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
    drawn = _drawn(name)
    icon.addPixmap(_tinted(drawn, normal), QIcon.Mode.Normal)
    icon.addPixmap(_tinted(drawn, faint), QIcon.Mode.Disabled)
    return icon


class IconAction(QAction):
    """A command with an icon, a teaching tip and perhaps a shortcut; buttons and menus share it."""

    def __init__(
        self,
        icon: str,
        name: str,
        tip: str,
        parent: QWidget,
        *,
        shortcut: str = "",
        checkable: bool = False,
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setCheckable(checkable)
        if shortcut:
            self.setShortcut(QKeySequence(shortcut))
            self.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.describe(name, tip)
        self.tint(parent.palette())
        parent.addAction(self)

    def describe(self, name: str, tip: str) -> None:
        """Change what the command says it does."""
        self.setText(name)
        keys = self.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        title = f"{name} ({keys})" if keys else name
        self.setToolTip(f"<p><b>{title}</b></p><p>{tip}</p>")
        self.setStatusTip(tip)

    def show_icon(self, icon: str, palette: QPalette) -> None:
        """Show another icon, for instance stop instead of play."""
        self._icon = icon
        self.tint(palette)

    def tint(self, palette: QPalette) -> None:
        """Draw the icon in the palette's colours."""
        self.setIcon(tinted_icon(self._icon, palette))


class IconButton(QToolButton):
    """Shows an ``IconAction`` and keeps its icon in the palette's colours."""

    def __init__(self, action: IconAction, *, text: bool = False) -> None:
        super().__init__()
        self.setDefaultAction(action)
        self.setAutoRaise(True)
        self.setIconSize(QSize(20, 20))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if text:
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._name_it()
        action.changed.connect(self._name_it)

    _clicked = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Note whether the artist came by mouse or by keyboard."""
        if event.reason() not in _RETURNS:
            self._clicked = event.reason() == Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def event(self, event: QEvent) -> bool:
        """Space presses the button that was reached by keyboard; after a click it stays with the player."""
        return (not self._clicked and takes_key(event, Qt.Key.Key_Space)) or super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        """Tint again when the colour scheme changes."""
        super().changeEvent(event)
        action = self.defaultAction()
        if event.type() == QEvent.Type.PaletteChange and isinstance(action, IconAction):
            action.tint(self.palette())

    def _name_it(self) -> None:
        self.setAccessibleName(self.defaultAction().text())
        self.setAccessibleDescription(self.defaultAction().statusTip())
