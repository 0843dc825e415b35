"""The packs panel: which models there are, under which licence, whether they are whole, and how to get more."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from engine.packs.catalogue import CatalogueEntry
from engine.packs.store import PackStore
from sgim_desktop.background import Background
from sgim_desktop.document.document import Document
from sgim_desktop.document.values import Settings
from sgim_desktop.engine_words import in_window
from sgim_desktop.packs.pack_details import PackDetails
from sgim_desktop.packs.pack_questions import PackQuestions
from sgim_desktop.packs.pack_rows import PackRow, pack_rows
from sgim_desktop.packs.pack_table import PackTable
from sgim_desktop.packs.pack_worker import PackWorker
from sgim_desktop.tinted_icon import IconAction, IconButton


class PacksPanel(QWidget):
    """Lists the packs of ``store``; the chosen one becomes the document's on "Use this pack"."""

    def __init__(self, document: Document, parent: QWidget | None = None, store: PackStore | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("packs_panel")
        self.document = document
        self.store = store or PackStore()
        self.rows: list[PackRow] = []
        self.verdicts: dict[str, str] = {}
        self._background = Background(self)
        self._worker: PackWorker | None = None
        self._build()
        self._connect()
        self.reload()

    def _build(self) -> None:
        self.table = PackTable()
        self.details = PackDetails()
        self.use = QPushButton(self.tr("Use this pack"))
        self.use.setToolTip(self.tr("The next edit is made with it."))
        self.verify = IconAction("verify", self.tr("Verify"), self.tr("Check every file and draw a picture."), self)
        self.repair = IconAction("repair", self.tr("Repair"), self.tr("Fetch a damaged pack again."), self)
        self.add_file = IconAction("add-file", self.tr("Add file …"), self.tr("Convert published weights."), self)
        self.add_folder = IconAction(
            "add-folder", self.tr("Add folder …"), self.tr("A folder of weights, or a whole pack."), self
        )
        self.fetch = IconAction(
            "download", self.tr("Fetch …"), self.tr("Published weights from the web; the licence is shown first."), self
        )
        self.combine = IconAction(
            "layers", self.tr("Combine …"), self.tr("Generator of one pack, embedder of another."), self
        )
        self.remove = IconAction("delete", self.tr("Remove"), self.tr("Delete an added pack from the disk."), self)
        self.doing = QLabel(wordWrap=True)
        self.doing.setAccessibleName(self.tr("Work on packs"))
        self.bar = QProgressBar()
        self.bar.setAccessibleName(self.tr("Progress"))
        self.stop = QPushButton(self.tr("Cancel"))
        tools = QHBoxLayout()
        tools.setSpacing(2)
        for action in (self.add_file, self.add_folder, self.fetch, self.combine):
            tools.addWidget(IconButton(action))
        tools.addStretch(1)
        for action in (self.verify, self.repair, self.remove):
            tools.addWidget(IconButton(action))
        work = QHBoxLayout()
        work.addWidget(self.bar, 1)
        work.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addLayout(tools)
        column.addWidget(self.table, 2)
        column.addWidget(self.use)
        column.addWidget(self.details, 3)
        column.addWidget(self.doing)
        column.addLayout(work)

    def _connect(self) -> None:
        self.table.currentCellChanged.connect(lambda *cells: self._show_chosen())
        self.table.cellDoubleClicked.connect(lambda *cell: self.use_chosen())
        self.document.settings_changed.connect(self._show_settings)
        self.use.clicked.connect(self.use_chosen)
        self.verify.triggered.connect(self.verify_chosen)
        ask = PackQuestions(self)
        self.repair.triggered.connect(ask.repair)
        self.add_file.triggered.connect(ask.add_file)
        self.add_folder.triggered.connect(ask.add_folder)
        self.fetch.triggered.connect(ask.fetch)
        self.combine.triggered.connect(ask.combine)
        self.remove.triggered.connect(ask.remove)
        self.stop.clicked.connect(self.cancel)
        self._show_work("", None)

    # -- what the artist can do --------------------------------------------------------------------

    @property
    def row(self) -> PackRow | None:
        """The chosen pack."""
        at = self.table.currentRow()
        return self.rows[at] if 0 <= at < len(self.rows) else None

    @property
    def busy(self) -> bool:
        """Whether work on a pack is under way."""
        return self._worker is not None

    def reload(self) -> None:
        """Look at the disk again."""
        store = self.store
        self._background.ask("packs", lambda: pack_rows(store), self._show_rows, self._explain)

    def choose(self, name: str) -> None:
        """Look at a pack of the list."""
        for at, row in enumerate(self.rows):
            if row.name == name:
                self.table.setCurrentCell(at, 0)

    def use_chosen(self) -> None:
        """Make the chosen pack the next edit's."""
        row = self.row
        if row is not None and row.can_edit:
            self.document.change_settings(self.tr("Choose pack"), pack=row.name)

    def verify_chosen(self) -> None:
        """Check the chosen pack."""
        if self.row is not None:
            self.verify_pack(self.row.name)

    def verify_pack(self, name: str) -> None:
        """Check a pack's files, numbers and networks."""

        def work() -> Generator[Any, None, Any]:
            from engine.packs.verify import verify_pack

            return verify_pack(self.store.open(name))

        def whole(verification: Any) -> None:
            self._judge(name, self.tr("whole"))
            self.doing.setText(self.tr("{0} is whole: {1} files checked.").format(name, len(verification.files)))

        self._start(work, whole, lambda: self._judge(name, self.tr("damaged")))

    def add(self, source: Path, name: str | None = None) -> None:
        """Convert published weights, or copy a pack's folder."""

        def work() -> Generator[Any, None, Any]:
            from engine.packs.add import add_pack

            return add_pack(self.store, source, name=name)

        self._start(work, lambda report: self._added(report.pack.name, report.notes))

    def download(self, entry: CatalogueEntry, accepted: dict[str, str], *, replacing: str = "") -> None:
        """Fetch and convert published weights whose licence was accepted; ``replacing`` a damaged pack."""

        def work() -> Generator[Any, None, Any]:
            from engine.packs.download import download_pack
            from engine.packs.remove import remove_pack

            if replacing:
                remove_pack(self.store, replacing)
            return download_pack(self.store, entry, accepted=accepted, name=replacing or None)

        self._start(work, lambda report: self._added(report.pack.name, report.notes))

    def combine_packs(self, name: str, generator: str, embedder: str, sound: str) -> None:
        """Make a pack of parts of others."""

        def work() -> Generator[Any, None, Any]:
            from engine.packs.combine import combine_packs

            return combine_packs(self.store, name, generator, embedder=embedder or None, sound=sound or None)

        self._start(work, lambda pack: self._added(pack.name, ()))

    def remove_pack(self, name: str) -> None:
        """Delete an added pack."""

        def work() -> Generator[Any, None, Any]:
            from engine.packs.remove import remove_pack

            yield from ()
            return remove_pack(self.store, name)

        self._start(work, lambda freed: self.reload())

    def cancel(self) -> None:
        """Stop the work under way; what it had written is cleaned up."""
        if self._worker is not None:
            self._worker.requestInterruption()
            self.doing.setText(self.tr("Stopping …"))

    def shut_down(self) -> None:
        """Stop working; call before the application ends."""
        worker = self._worker
        if worker is not None:
            worker.requestInterruption()
            worker.wait(10_000)
        self._background.close()

    # -- inside ----------------------------------------------------------------------------------

    def _start(
        self,
        work: Callable[[], Generator[Any, None, Any]],
        done: Callable[[Any], None],
        failed: Callable[[], None] = lambda: None,
    ) -> None:
        if self._worker is not None:
            self.document.notify(self.tr("Another pack is being worked on; wait for it, or cancel it."), "info")
            return
        worker = self._worker = PackWorker(work, self)
        worker.progressed.connect(self._show_work)
        worker.succeeded.connect(done)
        worker.failed.connect(lambda sentence: failed())
        worker.failed.connect(self._explain)
        worker.cancelled.connect(lambda: self.doing.setText(self.tr("Cancelled.")))
        worker.finished.connect(self._end)
        self._show_work(self.tr("Starting …"), -1.0)
        worker.start()

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.deleteLater()
        self._show_work(self.doing.text(), None)
        self._show_chosen()
        self.reload()

    def _show_work(self, text: str, share: float | None) -> None:
        self.doing.setText(text)
        for widget in (self.bar, self.stop):
            widget.setVisible(share is not None)
        if share is not None:
            self.bar.setRange(0, 0 if share < 0 else 1000)
            self.bar.setValue(round(max(share, 0) * 1000))

    def _explain(self, sentence: str) -> None:
        self.doing.setText(in_window(sentence))
        self.document.notify(sentence, "error")

    def _added(self, name: str, notes: tuple[str, ...]) -> None:
        self._wanted = name
        self.doing.setText(" ".join([self.tr("{0} is installed.").format(name), *notes]))

    _wanted = ""
    _shown_for = ("", "")  # pack and fidelity: what else the artist sets changes nothing here

    def _judge(self, name: str, verdict: str) -> None:
        self.verdicts[name] = verdict

    def _show_rows(self, rows: list[PackRow]) -> None:
        wanted = self._wanted or (self.row.name if self.row else self.document.settings.pack)
        self._wanted = ""
        self._shown_for = (self.document.settings.pack, self.document.settings.fidelity)
        self.rows = rows
        self.table.show_rows(rows, self.document.settings.pack, self.verdicts)
        self.choose(wanted)
        if self.row is None and rows:
            self.table.setCurrentCell(0, 0)
        self._show_chosen()

    def _show_settings(self, settings: Settings) -> None:
        if self.rows and self._shown_for != (settings.pack, settings.fidelity):
            self._show_rows(self.rows)

    def _show_chosen(self) -> None:
        row, free = self.row, self._worker is None
        self.details.show_row(row, self.document.settings.fidelity)
        current = row is not None and row.name == self.document.settings.pack
        self.use.setEnabled(row is not None and row.can_edit and not current)
        self.verify.setEnabled(free and row is not None)
        self.repair.setEnabled(free and row is not None and row.entry is not None and not row.bundled)
        self.remove.setEnabled(free and row is not None and not row.bundled)
        for action in (self.add_file, self.add_folder, self.fetch, self.combine):
            action.setEnabled(free)
