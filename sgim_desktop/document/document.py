"""The document: what panels read, change and listen to. Panels never talk to each other or to the file.

Reading gives frozen values (``sgim_desktop.document.values``); changing goes through a setter that is
undoable, written to the session at once and announced by a signal, also on undo, redo and reopening.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal
from PySide6.QtGui import QUndoStack

from engine.request import Request, SoundGuide, TextGuide
from sgim_desktop.document.originals import OriginalFiles
from sgim_desktop.document.store import TABLES, Blob, SessionStore
from sgim_desktop.document.undo import RecordChange, RecordsCommand
from sgim_desktop.document.values import ClipItem, Inversion, ResultItem, RunState, Settings, SourceItem, new_id
from sgim_desktop.document.writer import Action, SessionWriter

log = logging.getLogger(__name__)
SETTINGS_ID = "settings"


class _Opened(NamedTuple):
    """A session file and what is in it, blobs aside."""

    store: SessionStore
    records: dict[str, dict[str, Any]]
    view: dict[str, Any]


def _opened(path: Path) -> _Opened:
    """Raises ``InputError`` for what is no whole session; then the file is closed again."""
    store = SessionStore(path)
    try:
        return _Opened(store, {table: store.records(table) for table in TABLES}, store.view())
    except BaseException:
        store.close()
        raise


class Document(QObject):
    """One session being worked on. Lives in the window's thread; ``blob`` and ``original_path`` may be
    called from any thread."""

    sources_changed = Signal(object)  # tuple[SourceItem, ...], without deleted ones
    source_changed = Signal(object)  # SourceItem | None: another source selected, or the selected one changed
    clips_changed = Signal(object)  # tuple[ClipItem, ...]
    settings_changed = Signal(object)  # Settings
    results_changed = Signal(object)  # tuple[ResultItem, ...] of all sources, without deleted ones
    selected_result_changed = Signal(object)  # ResultItem | None
    run_changed = Signal(object)  # RunState
    stepped = Signal(object)  # engine.steps.Step, while an edit runs
    reset = Signal()  # another session was opened; all other signals follow
    message = Signal(str, str)  # sentence for the artist, "info" | "warning" | "error"
    saved = Signal(int)  # number of the last action that is safe in the file
    path_changed = Signal(object)  # Path of the session file
    moved = Signal(object, object)  # saved as: Path before, Path now (they may be the same)

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self._action = 0
        self._source_id = ""
        self._result_id = ""
        self._run = RunState()
        self._retired: list[SessionWriter] = []
        self._take(_opened(path))

    # -- reading ------------------------------------------------------------------------------

    @property
    def path(self) -> Path:
        """The session file."""
        return self._writer.store.path

    @property
    def sources(self) -> tuple[SourceItem, ...]:
        """All sources, in their order."""
        return _live(self._records["sources"])

    @property
    def source(self) -> SourceItem | None:
        """The selected source."""
        item = self._records["sources"].get(self._source_id)
        return item if item is not None and not item.deleted else None

    @property
    def clips(self) -> tuple[ClipItem, ...]:
        """All sound clips, in their order."""
        return tuple(sorted(self._records["clips"].values(), key=lambda clip: clip.position))

    @property
    def settings(self) -> Settings:
        """What the next edit will use."""
        settings: Settings = self._records["settings"][SETTINGS_ID]
        return settings

    @property
    def results(self) -> tuple[ResultItem, ...]:
        """All results of all sources, in their order."""
        return _live(self._records["results"])

    @property
    def selected_result(self) -> ResultItem | None:
        """The result being looked at."""
        item = self._records["results"].get(self._result_id)
        return item if item is not None and not item.deleted else None

    @property
    def run(self) -> RunState:
        """What the engine is doing."""
        return self._run

    def source_by_id(self, key: str) -> SourceItem | None:
        """A source, also a deleted one."""
        return self._records["sources"].get(key)

    def result_by_id(self, key: str) -> ResultItem | None:
        """A result, also a deleted one."""
        return self._records["results"].get(key)

    def inversion_by_id(self, key: str) -> Inversion | None:
        """How a source was inverted."""
        return self._records["inversions"].get(key)

    def inversions_of(self, source_id: str) -> tuple[Inversion, ...]:
        """All inversions of a source, newest last."""
        found = [item for item in self._records["inversions"].values() if item.source_id == source_id]
        return tuple(sorted(found, key=lambda item: item.position))

    def next_position(self, table: str = "clips") -> float:
        """A position behind all records of ``sources``, ``clips``, ``results`` or ``inversions``."""
        return max((item.position for item in self._records[table].values()), default=0.0) + 1.0

    def sounding_clips(self) -> tuple[ClipItem, ...]:
        """The clips an edit would hear: the soloed ones, or else all that are not muted."""
        solo = tuple(clip for clip in self.clips if clip.solo)
        return solo or tuple(clip for clip in self.clips if not clip.muted)

    def request(self, source: SourceItem | None = None, variant: int = 0) -> Request | None:
        """The frozen request of the next edit, or ``None`` without a source."""
        source = source or self.source
        if source is None:
            return None
        settings = self.settings
        sounds = tuple(
            SoundGuide(c.sha256, c.name, c.start, c.end, c.gain_db, c.weight)
            for c in self.sounding_clips()
            if c.weight > 0
        )
        text = settings.text.strip()
        return Request(
            pack=settings.pack,
            picture_sha256=source.sha256,
            picture_name=source.name,
            sounds=sounds if settings.use_sound else (),
            text=TextGuide(text) if text and settings.use_text else None,
            steps=settings.steps,
            seed=settings.seed,
            variant=variant,
            strength=settings.strength,
            mix_alpha=settings.mix_alpha if settings.split_layer is None else None,
            split_layer=settings.split_layer,
            objective=settings.objective,
            mask=settings.mask,
            pinned_layers=settings.pinned_layers,
            lambda_reg=settings.lambda_reg,
            lambda_id=settings.lambda_id,
            learning_rate=settings.learning_rate,
            loudness=settings.loudness,
            instant=settings.instant,
            fidelity=settings.fidelity,
            finish=settings.finish,
            region_sha256=source.region_sha256 if settings.use_region else None,
            face=source.face,
            align=source.align,
            device=settings.device,
            threads=settings.threads,
        )

    def blob(self, sha256: str) -> bytes:
        """Bytes of the session by their name; any thread. Raises ``InputError`` when they are not there."""
        pending = self._writer.pending_blob(sha256)
        if isinstance(pending, Path):
            return pending.read_bytes()
        return pending if pending is not None else b"".join(self._stored(sha256))

    def original_path(self, sha256: str, suffix: str = "") -> Path:
        """A file on disk holding an original's bytes (for decoders that want files); any thread.
        May take long for a large sound: call it from a worker. Raises ``InputError``."""
        return self._originals.path(sha256, suffix, self)

    def blob_parts(self, sha256: str) -> Iterable[bytes]:
        """As ``blob``, a part at a time."""
        pending = self._writer.pending_blob(sha256)
        if isinstance(pending, Path):
            return [pending.read_bytes()]
        return [pending] if pending is not None else self._stored(sha256)

    def _stored(self, sha256: str) -> Iterator[bytes]:
        """The parts of a blob in the file. While they are read the session may move to another file."""
        done = 0
        while True:
            store = self._writer.store
            try:
                for part in islice(store.blob_parts(sha256), done, None):
                    yield part
                    done += 1
                return
            except sqlite3.ProgrammingError:  # closed meanwhile
                if store is self._writer.store:
                    raise

    # -- changing: undoable, saved, announced ------------------------------------------------------

    def add_source(self, item: SourceItem, blobs: dict[str, Blob], path: Path | None = None) -> None:
        """Add a picture (``blobs``: original and thumbnail) and select it."""
        self._originals.remember(item.sha256, path)
        self._source_id, self._result_id = item.id, ""
        self._do(self.tr("Add picture"), [("sources", item.id, item)], blobs=blobs)
        self._save_view()

    def change_source(
        self, key: str, text: str = "", merge: str = "", blobs: dict[str, Blob] | None = None, **fields: Any
    ) -> None:
        """Replace fields of a source, e.g. ``face=…``, ``region_sha256=…``, ``deleted=True``."""
        item = replace(self._records["sources"][key], **fields)
        self._do(text or self.tr("Change picture"), [("sources", key, item)], merge=merge, blobs=blobs)

    def add_clip(self, item: ClipItem, blobs: dict[str, Blob] | None = None, path: Path | None = None) -> None:
        """Add a sound clip; ``blobs`` holds its original file unless the session has it already."""
        self._originals.remember(item.sha256, path)
        self._do(self.tr("Add sound"), [("clips", item.id, item)], blobs=blobs)

    def change_clip(self, key: str, text: str = "", merge: str = "", **fields: Any) -> None:
        """Replace fields of a clip: ``start``, ``end``, ``gain_db``, ``weight``, ``muted``, ``solo``, ``name``,
        ``position``. Give a drag's calls one ``merge`` key, and it is one step of undo."""
        item = replace(self._records["clips"][key], **fields)
        self._do(text or self.tr("Change sound"), [("clips", key, item)], merge=merge)

    def remove_clip(self, key: str) -> None:
        """Take a clip out; its file stays in the session for undo."""
        self._do(self.tr("Remove sound"), [("clips", key, None)])

    def change_settings(self, title: str = "", merge: str = "", **fields: Any) -> None:
        """Replace fields of the settings, e.g. ``change_settings(seed=3)``; nothing happens when nothing changes."""
        settings = replace(self.settings, **fields)
        if settings != self.settings:
            self._do(title or self.tr("Change settings"), [("settings", SETTINGS_ID, settings)], merge=merge)

    def use_settings_of(self, result: ResultItem) -> None:
        """Make a result's request the next edit's settings: sounds, text, numbers, all in one step of undo."""
        request = result.request
        names = set(Settings.__dataclass_fields__) & set(Request.__dataclass_fields__) - {"text"}
        fields: dict[str, Any] = {name: getattr(request, name) for name in names}
        text = request.text.text if request.text else ""
        uses: dict[str, Any] = {
            "use_text": bool(text),
            "use_sound": bool(request.sounds),
            "use_region": request.region_sha256 is not None,
        }
        changes: list[tuple[str, str, Any]] = [
            ("settings", SETTINGS_ID, replace(self.settings, **fields, **uses, text=text, seed_locked=True))
        ]
        wanted = {guide.sha256: guide for guide in request.sounds}
        seen: set[str] = set()
        for clip in self.clips:
            guide = None if clip.sha256 in seen else wanted.get(clip.sha256)
            if guide is None:
                changes.append(("clips", clip.id, replace(clip, muted=True, solo=False)))
                continue
            seen.add(clip.sha256)
            trim: dict[str, Any] = {
                "start": guide.start,
                "end": guide.end,
                "gain_db": guide.gain_db,
                "weight": guide.mix_weight,
            }
            changes.append(("clips", clip.id, replace(clip, muted=False, solo=False, **trim)))
        self._do(self.tr("Use these settings"), changes)

    def add_inversion(self, item: Inversion, blobs: dict[str, Blob]) -> None:
        """Keep how a source was inverted. No artist's action: not undoable, but saved."""
        self._records["inversions"][item.id] = item
        self._give((("inversions", item.id, item),), blobs=blobs)

    def add_results(self, items: Iterable[ResultItem], blobs: dict[str, Blob], select: str = "") -> None:
        """Add the results of one edit and select one of them."""
        changes = [("results", item.id, item) for item in items]
        if select:
            self._result_id = select
        self._do(self.tr("Edit picture"), changes, blobs=blobs)
        self._save_view()

    def rate(self, keys: Iterable[str], stars: int) -> None:
        """Give results 0…5 stars."""
        chosen = [self._records["results"][key] for key in keys]
        changes = [("results", item.id, replace(item, rating=max(0, min(5, stars)))) for item in chosen]
        self._do(self.tr("Rate"), changes)

    def set_strength(self, key: str, strength: float) -> None:
        """How far a result goes from the original (0) to the edit (1); kept in its request, and exported so."""
        item = self._records["results"][key]
        changed = replace(item, request=item.request.changed(strength=strength))
        self._do(self.tr("Strength"), [("results", key, changed)], merge=f"strength {key}")

    def delete_results(self, keys: Iterable[str]) -> None:
        """Take results out of the gallery (undo brings them back)."""
        changes = [("results", key, replace(self._records["results"][key], deleted=True)) for key in keys]
        self._do(self.tr("Delete result"), changes)

    def select_source(self, key: str) -> None:
        """Look at another source."""
        if key != self._source_id:
            self._source_id = key
            self._result_id = self._latest_result()
            self._save_view()
            self.source_changed.emit(self.source)
            self.selected_result_changed.emit(self.selected_result)

    def select_result(self, key: str) -> None:
        """Look at another result, and at its source; ``""`` for the source alone."""
        if key == self._result_id:
            return
        self._result_id = key
        result = self.selected_result
        if result is not None and result.source_id != self._source_id:
            self._source_id = result.source_id
            self.source_changed.emit(self.source)
        self._save_view()
        self.selected_result_changed.emit(result)

    def set_run(self, state: RunState) -> None:
        """Announce what the engine is doing (not saved)."""
        self._run = state
        self.run_changed.emit(state)

    def notify(self, sentence: str, level: str = "info") -> None:
        """Show the artist one sentence, the engine's in the window's words."""
        from sgim_desktop.engine_words import in_window

        self.message.emit(in_window(sentence), level)

    # -- the file -----------------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """Leave this session (it is saved) and open another. Raises ``InputError``; then nothing has changed."""
        for writer in self._retired:
            if writer.store.path.resolve() == path.resolve():
                writer.wait()  # it is still being written: what is read must be all of it
        opened = _opened(path)
        self._writer.retire()
        self._retired = [writer for writer in self._retired if writer.alive] + [self._writer]
        self._take(opened)
        self.undo_stack.clear()
        self.path_changed.emit(path)
        self._announce_all()

    def save_as(self, path: Path, forget: Callable[[Path], bool] = lambda before: False) -> None:
        """Put the session at ``path`` and go on there; returns at once. ``path_changed`` when it is there,
        ``message`` when it cannot be. The file it was in is removed where ``forget`` says so of it."""
        self._writer.move(path, forget)

    def _moved(self, writer: SessionWriter, before: Path, path: Path) -> None:
        if writer is self._writer:  # not that of a session that was left meanwhile
            self.moved.emit(before, path)
            if path != before:
                self.path_changed.emit(path)

    def _recovered(self) -> None:
        self.notify(self.tr("Saving works again; everything you did is in the session."))

    def flush(self) -> bool:
        """Wait until every action so far is in the file."""
        return self._writer.flush()

    @property
    def behind(self) -> bool:
        """Whether the disk has refused something that is still not in the file."""
        return self._writer.behind

    def close(self) -> None:
        """Finish writing and fold the session into one file; waits for it."""
        self._writer.stop()
        for writer in self._retired:
            writer.wait()
        QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall.value)  # what the writer said last

    @property
    def last_action(self) -> int:
        """The number ``saved`` will announce for the latest action."""
        return self._action

    def _take(self, opened: _Opened) -> None:
        store = opened.store
        self._writer = SessionWriter(store)
        self._writer.written.connect(self.saved)
        self._writer.moved.connect(self._moved)
        self._writer.failed.connect(lambda sentence: self.notify(sentence, "error"))
        self._writer.recovered.connect(self._recovered)
        self._originals = OriginalFiles()
        self._records = opened.records
        self._records["settings"].setdefault(SETTINGS_ID, Settings())
        self._source_id = opened.view.get("source", "")
        self._result_id = opened.view.get("result", "")
        if self.source is None and self.sources:
            self._source_id = self.sources[-1].id

    def _do(
        self, text: str, items: list[tuple[str, str, Any]], merge: str = "", blobs: dict[str, Blob] | None = None
    ) -> None:
        before = self._records
        changes = tuple((table, key, before[table].get(key), item) for table, key, item in items)
        changes = tuple(change for change in changes if change[2] != change[3])
        if not changes:
            return
        self._new_blobs = blobs or {}
        self.undo_stack.push(RecordsCommand(text, changes, self._apply, merge))

    _new_blobs: dict[str, Blob] = {}

    def _apply(self, changes: tuple[RecordChange, ...]) -> None:
        for table, key, _, after in changes:
            if after is None:
                self._records[table].pop(key, None)
            else:
                self._records[table][key] = after
        self._give(tuple((table, key, after) for table, key, _, after in changes), self._new_blobs)
        self._new_blobs = {}
        self._announce({table for table, *_ in changes})

    def _give(
        self, changes: tuple[Any, ...], blobs: dict[str, Blob] | None = None, view: dict[str, Any] | None = None
    ) -> None:
        self._action += 1
        self._writer.give(Action(self._action, changes, blobs or {}, view or {}))

    def _save_view(self) -> None:
        self._give((), view={"source": self._source_id, "result": self._result_id})

    def _announce(self, tables: set[str]) -> None:
        if "sources" in tables:
            if self.source is None and self.sources:
                self._source_id = self.sources[-1].id
            result = self.selected_result
            if result is not None and (self.source is None or result.source_id != self._source_id):
                self._result_id = self._latest_result()
            self.sources_changed.emit(self.sources)
            self.source_changed.emit(self.source)
        if "clips" in tables:
            self.clips_changed.emit(self.clips)
        if "settings" in tables:
            self.settings_changed.emit(self.settings)
        if "results" in tables:
            self.results_changed.emit(self.results)
        if tables & {"sources", "results"}:
            self.selected_result_changed.emit(self.selected_result)

    def _latest_result(self) -> str:
        """The newest result of the selected source, or nothing."""
        found = [item.id for item in self.results if self.source is not None and item.source_id == self._source_id]
        return found[-1] if found else ""

    def _announce_all(self) -> None:
        self.reset.emit()
        self._announce({"sources", "clips", "settings", "results"})


def sha256_of(data: bytes) -> str:
    """The name of some bytes in a session."""
    import hashlib  # OpenSSL, which the first window does not need

    return hashlib.sha256(data).hexdigest()


def _live(items: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(sorted((item for item in items.values() if not item.deleted), key=lambda item: item.position))


__all__ = ["Document", "new_id", "sha256_of"]
