"""The run panel: Edit and Cancel, how it goes, the queue, the strength and the steps of a result."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from engine.steps import Step
from sgim_desktop.background import Background
from sgim_desktop.document.document import Document
from sgim_desktop.document.values import ResultItem, RunState
from sgim_desktop.elided_label import ElidedLabel
from sgim_desktop.local_numbers import filled
from sgim_desktop.run.curve import Curve
from sgim_desktop.run.waiting_edits import WaitingEdits
from sgim_desktop.tinted_icon import IconAction, IconButton

STRENGTH_MOST = 2.0
STEPS_KEPT = 64
REST_MS = 250  # a slider that rests this long is meant


class RunPanel(QWidget):
    """``strength_wanted(result id, strength)`` and ``step_wanted(result id, step)``: show the selected result so."""

    strength_wanted = Signal(str, float)
    step_wanted = Signal(str, int)
    move_wanted = Signal(str, int)
    remove_wanted = Signal(str)

    def __init__(self, document: Document, run: QAction, cancel: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.setAccessibleName(self.tr("Run"))
        self.edit_button = _action_button(run, self.tr("Edit"), self)
        self.edit_button.setDefault(True)
        font = self.edit_button.font()
        font.setBold(True)
        self.edit_button.setFont(font)
        self.cancel_button = _action_button(cancel, self.tr("Cancel"), self)
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.bar.setTextVisible(True)
        self.title = ElidedLabel(self)  # one line each: words that wrap would push the sliders about at every edit
        self.title.setAccessibleName(self.tr("Running edit"))
        self.phase = QLabel(self)
        self.phase.setAccessibleName(self.tr("What is being done"))
        self.similarity, self.loss = QLabel("–", self), QLabel("–", self)
        self.curve = Curve(self)
        buttons = QHBoxLayout()
        buttons.addWidget(self.edit_button, 2)
        buttons.addWidget(self.cancel_button, 1)
        numbers = QGridLayout()
        for column, (name, value) in enumerate(
            ((self.tr("Similarity"), self.similarity), (self.tr("Loss"), self.loss))
        ):
            value.setAccessibleName(name)
            numbers.addWidget(QLabel(name, self), 0, 2 * column)
            numbers.addWidget(value, 0, 2 * column + 1)
        numbers.setColumnStretch(1, 1)
        numbers.setColumnStretch(3, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(buttons)
        layout.addWidget(self.bar)
        doing = QVBoxLayout()
        doing.setSpacing(2)
        doing.addWidget(self.title)
        doing.addWidget(self.phase)
        layout.addLayout(doing)
        layout.addLayout(numbers)
        layout.addWidget(self.curve)
        layout.addWidget(self._result_box())
        layout.addWidget(self._queue_box())
        layout.addStretch()
        self._background = Background(self)
        self._steps: dict[str, list[dict[str, float]]] = {}  # of the results looked at last, by their blob
        self._kept_strength = ("", 1.0)
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._keep_strength)
        document.run_changed.connect(self._show_run)
        document.stepped.connect(self._show_step)
        document.selected_result_changed.connect(self._show_result)
        self._show_run(document.run)
        self._show_result(document.selected_result)

    def _result_box(self) -> QWidget:
        box = QGroupBox(self.tr("Result"), self)
        self.strength = QSlider(Qt.Orientation.Horizontal, box)
        self.strength.setRange(0, round(STRENGTH_MOST * 100))
        self.strength.setTickInterval(100)
        self.strength.setTickPosition(QSlider.TickPosition.TicksBelow)
        self.strength.setToolTip(self.tr("How far to go from the original (0) to the edit (1), and beyond it."))
        self.strength_box = QDoubleSpinBox(box)
        self.strength_box.setRange(0.0, STRENGTH_MOST)
        self.strength_box.setSingleStep(0.05)
        self.steps = QSlider(Qt.Orientation.Horizontal, box)
        self.steps.setToolTip(self.tr("Look at the picture as it was at an earlier step of the edit."))
        self.step_label = QLabel("–", box)
        for widget, name in (
            (self.strength, self.tr("Strength")),
            (self.strength_box, self.tr("Strength as a number")),
        ):
            widget.setAccessibleName(name)
        self.steps.setAccessibleName(self.tr("Step"))
        layout = QGridLayout(box)
        layout.addWidget(QLabel(self.tr("Strength"), box), 0, 0)
        layout.addWidget(self.strength, 0, 1)
        layout.addWidget(self.strength_box, 0, 2)
        layout.addWidget(QLabel(self.tr("Step"), box), 1, 0)
        layout.addWidget(self.steps, 1, 1)
        layout.addWidget(self.step_label, 1, 2)
        layout.setColumnStretch(1, 1)
        self.strength.valueChanged.connect(lambda value: self._set_strength(value / 100))
        self.strength_box.valueChanged.connect(self._set_strength)
        self.steps.valueChanged.connect(self._set_step)
        self.result_box = box
        self._put_strength(1.0)
        return box

    def _queue_box(self) -> QWidget:
        box = QGroupBox(self.tr("Queue"), self)
        self.queue = WaitingEdits(box)
        self.queue.setAccessibleName(self.tr("Waiting edits"))
        self.queue.setMaximumHeight(110)
        up = IconAction("up", self.tr("Earlier"), self.tr("Let the marked edit run earlier."), box)
        down = IconAction("down", self.tr("Later"), self.tr("Let the marked edit run later."), box)
        remove = IconAction("remove", self.tr("Remove"), self.tr("Take the marked edit out of the queue."), box)
        up.triggered.connect(lambda: self._with_marked(lambda key: self.move_wanted.emit(key, -1)))
        down.triggered.connect(lambda: self._with_marked(lambda key: self.move_wanted.emit(key, 1)))
        remove.triggered.connect(lambda: self._with_marked(self.remove_wanted.emit))
        self.queue.removal_wanted.connect(remove.trigger)
        column = QVBoxLayout()
        for action in (up, down, remove):
            column.addWidget(IconButton(action))
        column.addStretch()
        layout = QHBoxLayout(box)
        layout.addWidget(self.queue)
        layout.addLayout(column)
        self.queue_box = box
        return box

    # -- showing ---------------------------------------------------------------------------------------------

    def _show_run(self, state: RunState) -> None:
        phases = {
            "waiting": self.tr("Waiting for the engine"),
            "sound": self.tr("Following the sound"),
            "text": self.tr("Following the text"),
            "cancelling": self.tr("Cancelling"),
            "encode": self.tr("Looking at the picture"),
            "project": self.tr("Rebuilding the picture"),
            "tune": self.tr("Rebuilding the picture closely"),
            "listen": self.tr("Listening"),
        }
        counted = state.total > 1  # a phase of one piece has no share that could be shown: the bar only moves
        self.bar.setRange(0, state.total if state.running and counted else (0 if state.running else 1))
        self.bar.setValue(state.done if state.running else 0)
        self.bar.setFormat(self._left(state) if state.running else "")
        self.title.setText(state.title if state.running else "")
        self.phase.setText(phases.get(state.phase, state.phase) if state.running else "")
        for label in (self.title, self.phase):
            label.setVisible(state.running)
        if state.running and state.similarity is not None:
            self.similarity.setText(filled("{0:.3f}", state.similarity))
            self.loss.setText("–" if state.loss is None else filled("{0:.4f}", state.loss))
        marked = self._marked()
        if [run.id for run in state.queue] != [self._key(row) for row in range(self.queue.count())]:
            self.queue.clear()
            for run in state.queue:
                item = QListWidgetItem(run.title)
                item.setData(Qt.ItemDataRole.UserRole, run.id)
                self.queue.addItem(item)
                if run.id == marked:
                    self.queue.setCurrentItem(item)
        self.queue_box.setVisible(bool(state.queue))
        if self._was_running and not state.running:
            self._show_numbers(self._document.selected_result)
        self._was_running = state.running

    _was_running = False

    def _left(self, state: RunState) -> str:
        if state.total <= 1:
            return ""
        text = filled(self.tr("step {0} of {1}"), state.done, state.total)
        if state.seconds_left is not None:
            text += " · " + filled(self.tr("{0} s left"), round(state.seconds_left))
        return text

    def _show_step(self, step: Step) -> None:
        if step.index == 0:
            self.curve.show_values([])
        self.curve.add(step.similarity)

    def _show_result(self, result: ResultItem | None) -> None:
        self.result_box.setEnabled(result is not None)
        self._put_strength(1.0 if result is None else result.request.strength)
        self._background.forget("steps")
        if result is None or not result.steps:
            self._show_steps(result, [])
        elif result.steps in self._steps:
            self._show_steps(result, self._steps[result.steps])
        else:
            self._show_steps(result, [])  # until they are read
            document = self._document
            self._background.ask(
                "steps", lambda: _read_steps(document.blob(result.steps)), lambda steps: self._take_steps(result, steps)
            )

    def _take_steps(self, result: ResultItem, steps: list[dict[str, float]]) -> None:
        while len(self._steps) >= STEPS_KEPT:
            self._steps.pop(next(iter(self._steps)))
        self._steps[result.steps] = steps
        self._show_steps(result, steps)

    def _show_steps(self, result: ResultItem | None, steps: list[dict[str, float]]) -> None:
        with QSignalBlocker(self.steps):
            self.steps.setRange(0, max(0, len(steps) - 1))
            self.steps.setValue(self.steps.maximum())
        self.steps.setEnabled(len(steps) > 1 and result is not None and bool(result.path))
        self.step_label.setText(filled("{0}", len(steps)) if steps else "–")
        self._similarities = [step["similarity"] for step in steps]
        self._last_loss = filled("{0:.4f}", steps[-1]["loss"]) if steps else "–"
        if not self._document.run.running:
            self._show_numbers(result)

    _similarities: list[float] = []
    _last_loss = "–"

    def _show_numbers(self, result: ResultItem | None) -> None:
        """The read-outs of a finished result: what its edit began and ended with."""
        self.curve.show_values(self._similarities, len(self._similarities) - 1)
        ends = () if result is None else (result.similarity_before, result.similarity_after)
        self.similarity.setText(filled("{0:.3f} → {1:.3f}", *ends) if ends else "–")
        self.loss.setText(self._last_loss)

    def _put_strength(self, value: float) -> None:
        with QSignalBlocker(self.strength), QSignalBlocker(self.strength_box):
            self.strength.setValue(round(value * 100))
            self.strength_box.setValue(value)

    def _set_strength(self, value: float) -> None:
        self._put_strength(value)
        result = self._document.selected_result
        if result is not None:
            self.strength_wanted.emit(result.id, value)
            self._kept_strength = (result.id, value)
            self._rest.start()

    def _keep_strength(self) -> None:
        key, value = self._kept_strength
        if self._document.result_by_id(key) is not None:
            self._document.set_strength(key, value)

    def shut_down(self) -> None:
        """Keep a strength that was set a moment ago; call before the session is left."""
        if self._rest.isActive():
            self._rest.stop()
            self._keep_strength()
        self._background.close()

    def _set_step(self, step: int) -> None:
        result = self._document.selected_result
        self.step_label.setText(filled("{0}", step + 1))
        if result is not None:
            self.curve.show_values(self._similarities, step)
            self.step_wanted.emit(result.id, step)

    # -- the queue ---------------------------------------------------------------------------------------------

    def _key(self, row: int) -> str:
        return str(self.queue.item(row).data(Qt.ItemDataRole.UserRole))

    def _marked(self) -> str:
        row = self.queue.currentRow()
        return self._key(row) if row >= 0 else ""

    def _with_marked(self, act: Callable[[str], None]) -> None:
        key = self._marked()
        if key:
            act(key)


def _read_steps(data: bytes) -> list[dict[str, float]]:
    import gzip
    import json

    steps: list[dict[str, float]] = json.loads(gzip.decompress(data))
    return steps


def _action_button(action: QAction, text: str, parent: QWidget) -> QPushButton:
    """A push button for a command: same tip, same state, same effect."""
    button = QPushButton(text, parent)
    button.setMinimumHeight(34)
    button.setToolTip(action.toolTip())
    button.setAccessibleName(text)
    button.setAccessibleDescription(action.statusTip())
    button.setEnabled(action.isEnabled())
    button.clicked.connect(action.trigger)
    action.changed.connect(lambda: button.setEnabled(action.isEnabled()))
    return button
