"""The waveform panel: binds clips of the document to what is seen, heard and dragged."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from engine.media.sounds import level_lufs
from sgim_desktop.background import Background
from sgim_desktop.document.document import Document
from sgim_desktop.document.values import ClipItem
from sgim_desktop.engine_words import in_window
from sgim_desktop.local_numbers import filled
from sgim_desktop.pack_facts import PackWatch
from sgim_desktop.settings.preferences import preferences
from sgim_desktop.tinted_icon import IconButton
from sgim_desktop.waveform.clip import length, linear_gain, trimmed, with_gain
from sgim_desktop.waveform.clip_fields import ClipFields
from sgim_desktop.waveform.clip_table import ClipTable
from sgim_desktop.waveform.heard import DEFAULT_WINDOW_SECONDS, heard_windows
from sgim_desktop.waveform.level_meter import LevelMeter
from sgim_desktop.waveform.player import Player
from sgim_desktop.waveform.programme import Programme
from sgim_desktop.waveform.spectrogram import spectrogram
from sgim_desktop.waveform.track import Track
from sgim_desktop.waveform.tracks import Tracks
from sgim_desktop.waveform.transport import Transport
from sgim_desktop.waveform.waveform_view import WaveformView
from sgim_desktop.waveform.zero_crossing import nearest_zero_crossing

_SNAP_SECONDS = 0.01  # how far a cut may move to find a zero crossing
_LONGEST_MEASURED = 120.0  # seconds of a trim whose loudness is measured: more takes too long to be of use
_QUIET = 120  # milliseconds without a change before something slow is computed


class WaveformPanel(QWidget):
    """Shows the clips of ``document``; every change is one undoable step of it."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("waveform_panel")
        self.document = document
        self.player = Player(self)
        self.tracks = Tracks(document, self)
        self._background = Background(self)
        self._pack = PackWatch(document, self)
        self._chosen = ""
        self._known: set[str] = set()
        self._window_seconds = DEFAULT_WINDOW_SECONDS
        self._build()
        self._slow = QTimer(self, singleShot=True, interval=_QUIET)
        self._slow.timeout.connect(self._compute_slow_things)
        self._connect()
        self._pack.known.connect(lambda facts: self.set_encoder_window(facts.window_seconds or DEFAULT_WINDOW_SECONDS))
        preferences().listen(self._on_preference)
        for name in ("snap", "loop"):
            self._on_preference(name, preferences().get(name))
        self._on_clips(document.clips)

    def _build(self) -> None:
        self.transport = Transport(self)
        self.table = ClipTable()
        self.view = WaveformView()
        self.fields = ClipFields()
        self.meter = LevelMeter(self.tr("Playback level"))
        self.meter.setFixedWidth(48)
        self._note = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._note)
        self._stack.addWidget(self.view)
        stage = QWidget()
        stage.setLayout(self._stack)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.table)
        split.addWidget(stage)
        split.setSizes([240, 760])
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        for action in self.transport.commands:
            buttons.addWidget(IconButton(action))
        buttons.addStretch(1)
        self._tools = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._tools.addLayout(buttons)
        self._tools.addWidget(self.fields, 1)
        middle = QHBoxLayout()
        middle.addWidget(split, 1)
        middle.addWidget(self.meter)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(6)
        column.addLayout(self._tools)
        column.addLayout(middle, 1)

    def _connect(self) -> None:
        document, view, fields, table, transport = self.document, self.view, self.fields, self.table, self.transport
        document.clips_changed.connect(self._on_clips)
        document.reset.connect(self.stop)
        self.tracks.loaded.connect(self._on_track)
        self.tracks.progressed.connect(self._on_progress)
        self.tracks.failed.connect(self._on_failed)
        view.trim_moving.connect(lambda a, b: fields.show_trim(a, b, view.seconds))
        view.trim_moved.connect(self.trim)
        view.gain_moving.connect(self._preview_gain)
        view.gain_moved.connect(self.set_gain)
        view.clicked.connect(self.play_from)
        view.range_changed.connect(lambda: self._slow.start())
        fields.start_typed.connect(lambda start: self._type_trim(start, None))
        fields.end_typed.connect(lambda end: self._type_trim(None, end))
        fields.gain_typed.connect(self.set_gain)
        table.chosen.connect(self.choose)
        table.solo_wanted.connect(lambda key, on: document.change_clip(key, self.tr("Solo sound"), solo=on))
        table.mute_wanted.connect(lambda key, on: document.change_clip(key, self.tr("Mute sound"), muted=on))
        table.weight_wanted.connect(lambda key, to: document.change_clip(key, self.tr("Weigh sound"), weight=to))
        table.removal_wanted.connect(document.remove_clip)
        transport.play.triggered.connect(self.toggle_play)
        transport.loop.toggled.connect(self.player.set_loop)
        transport.loop.toggled.connect(lambda on: preferences().set("loop", on))
        transport.snap.toggled.connect(lambda on: preferences().set("snap", on))
        transport.zoom_selection.triggered.connect(self.zoom_to_selection)
        transport.zoom_all.triggered.connect(self.zoom_to_all)
        transport.spectrogram.toggled.connect(lambda: self._compute_slow_things())
        transport.remove.triggered.connect(self.remove)
        self.player.position.connect(self._on_position)
        self.player.level.connect(self.meter.show_level)
        self.player.started.connect(lambda: transport.show_playing(True))
        self.player.stopped.connect(self._on_stopped)
        self.player.failed.connect(lambda sentence: document.notify(sentence, "error"))

    # -- what the artist can do ----------------------------------------------------------------

    @property
    def clip(self) -> ClipItem | None:
        """The chosen clip."""
        return next((clip for clip in self.document.clips if clip.id == self._chosen), None)

    @property
    def track(self) -> Track | None:
        """The chosen clip's loaded sound."""
        return self.tracks.get(self.clip.sha256) if self.clip else None

    def choose(self, key: str) -> None:
        """Look at another clip."""
        if key != self._chosen:
            self._chosen = key
            self.player.stop()
            self._on_clips(self.document.clips)

    def remove(self) -> None:
        """Take the chosen clip out of the document."""
        if self.clip is not None:
            self.document.remove_clip(self.clip.id)

    def trim(self, start: float, end: float) -> None:
        """Keep [start, end] seconds of the chosen clip; cuts move to zero crossings while snapping."""
        clip = self.clip
        if clip is None:
            return
        if self.transport.snap.isChecked():
            start = self._snapped(start) if abs(start - clip.start) > 1e-6 else start
            end = self._snapped(end) if abs(end - clip.end_seconds) > 1e-6 else end
        changed = trimmed(clip, start, end)
        self.document.change_clip(clip.id, self.tr("Trim sound"), start=changed.start, end=changed.end)
        self._show_chosen()

    def set_gain(self, gain_db: float) -> None:
        """Change the chosen clip's gain."""
        clip = self.clip
        if clip is not None:
            gain_db = round(with_gain(clip, gain_db).gain_db, 1)
            self.document.change_clip(clip.id, self.tr("Change gain"), merge=f"gain {clip.id}", gain_db=gain_db)
            self._show_chosen()

    def toggle_play(self) -> None:
        """Play what an edit would hear, from the start of the trims; or stop."""
        if self.player.playing:
            self.stop()
        else:
            self.play_from(self.clip.start if self.clip else 0.0)

    def play_from(self, seconds: float) -> None:
        """Play from ``seconds`` of the chosen clip's file; outside its trim: from the trim's start."""
        clip = self.clip
        if clip is None:
            return
        within = clip.start <= seconds < clip.end_seconds
        programme = Programme(self.document.sounding_clips(), self.tracks.loaded_tracks())
        if programme.frames == 0:
            self.document.notify(self.tr("No sound is heard: all are muted. Unmute one to play it."), "info")
            return
        self.meter.reset()
        start = seconds - clip.start if within else 0.0
        self.player.play(programme, start=start, loop=self.transport.loop.isChecked())

    def stop(self) -> None:
        """Silence."""
        self.player.stop()

    def zoom_to_selection(self) -> None:
        """Bring the trimmed part into view."""
        clip = self.clip
        if clip is not None:
            margin = 0.02 * length(clip)
            self.view.zoom(max(0.0, clip.start - margin), min(clip.seconds, clip.end_seconds + margin))

    def zoom_to_all(self) -> None:
        """Bring the whole sound into view."""
        if self.view.seconds:
            self.view.zoom(0.0, self.view.seconds)

    def set_encoder_window(self, seconds: float) -> None:
        """How long a window of the pack's sound encoder is (its manifest's mel parameters)."""
        self._window_seconds = seconds
        self._show_chosen()

    def shut_down(self) -> None:
        """Stop playing and computing; call before the application ends."""
        preferences().unlisten(self._on_preference)
        self._slow.stop()
        self.player.close()
        self.tracks.close()
        self._pack.close()
        self._background.close()

    # -- inside ----------------------------------------------------------------------------------

    def _on_preference(self, name: str, value: object) -> None:
        action = {"snap": self.transport.snap, "loop": self.transport.loop}.get(name)
        if action is not None:
            action.setChecked(bool(value))

    def _on_clips(self, clips: tuple[ClipItem, ...]) -> None:
        known, self._known = self._known, {clip.id for clip in clips}
        fresh = [clip.id for clip in clips if clip.id not in known and not clip.muted]
        if fresh and not self.player.playing:
            self._chosen = fresh[-1]  # what was just added is what the artist wants to see
        elif self._chosen not in self._known:
            self._chosen = clips[-1].id if clips else ""
        self.table.show_clips(clips, self._chosen)
        self.tracks.want({clip.sha256: clip.name for clip in clips})
        if self.player.playing:
            self._play_on()
        self._show_chosen()

    def _play_on(self) -> None:
        programme = Programme(self.document.sounding_clips(), self.tracks.loaded_tracks())
        if programme.frames == self.player.frames and programme.rate == self.player.rate:
            self.player.change(programme)
        else:
            self.player.stop()

    def _show_chosen(self) -> None:
        clip, track = self.clip, self.track
        self.transport.enable(clip is not None and track is not None)
        self.fields.show_clip(clip)
        if clip is None or track is None:
            if clip is None:
                self._note.setText(self.tr("Drop a sound here, or record one."))
                self.view.show_track(None)
            self._stack.setCurrentWidget(self._note)
            return
        if self.view.track is not track:
            self.view.show_track(track)
        self._stack.setCurrentWidget(self.view)
        self.view.show_trim(clip.start, clip.end_seconds)
        self.view.show_gain(clip.gain_db)
        self.view.show_heard(heard_windows(clip.start, clip.end_seconds, self._window_seconds))
        self.fields.show_peak(track.peak(clip.start, clip.end_seconds) * linear_gain(clip))
        self._slow.start()

    def _preview_gain(self, gain_db: float) -> None:
        clip, track = self.clip, self.track
        self.fields.show_gain(gain_db)
        if clip is not None and track is not None:
            self.fields.show_peak(track.peak(clip.start, clip.end_seconds) * 10 ** (gain_db / 20))

    def _type_trim(self, start: float | None, end: float | None) -> None:
        clip = self.clip
        if clip is not None:
            changed = trimmed(clip, clip.start if start is None else start, clip.end_seconds if end is None else end)
            merge = f"{'start' if end is None else 'end'} {clip.id}"
            text = self.tr("Trim sound")
            self.document.change_clip(clip.id, text, merge=merge, start=changed.start, end=changed.end)
            self._show_chosen()

    def _snapped(self, seconds: float) -> float:
        track = self.track
        if track is None:
            return seconds
        first = max(0, round((seconds - _SNAP_SECONDS) * track.rate))
        samples = track.read(first, round(2 * _SNAP_SECONDS * track.rate))
        return (first + nearest_zero_crossing(samples, round(seconds * track.rate) - first)) / track.rate

    def _on_track(self, _sha256: str) -> None:
        self._show_chosen()

    def _on_progress(self, sha256: str, share: float) -> None:
        if self.clip is not None and self.clip.sha256 == sha256:
            self._note.setText(filled(self.tr("Reading {0} … {1:.0f} %"), self.clip.name, share * 100))

    def _on_failed(self, sha256: str, sentence: str) -> None:
        if self.clip is not None and self.clip.sha256 == sha256:
            self._note.setText(in_window(sentence))
        self.document.notify(sentence, "error")

    def _compute_slow_things(self) -> None:
        clip, track, view = self.clip, self.track, self.view
        if clip is None or track is None:
            return
        start, end, gain, columns = *view.visible_seconds(), linear_gain(clip), min(view.columns(), 800)
        if self.transport.spectrogram.isChecked():
            work = _Spectrogram(track, start, end, columns, gain)
            self._background.ask("spectrogram", work, view.show_spectrogram)
        else:
            self._background.forget("spectrogram")
            view.show_spectrogram(None)
        if length(clip) <= _LONGEST_MEASURED:
            self._background.ask("loudness", _Loudness(track, clip), self.fields.show_loudness)
        else:
            self.fields.show_loudness(None)

    def _on_position(self, seconds: float) -> None:
        if self.clip is not None:
            self.view.show_playhead(min(self.clip.start + seconds, self.clip.end_seconds))

    def _on_stopped(self) -> None:
        self.transport.show_playing(False)
        self.view.show_playhead(None)

    def minimumSizeHint(self) -> QSize:
        """What the narrow arrangement needs; the wide one must not keep the panel from becoming narrow."""
        return QSize(self.fields.minimumSizeHint().width() + 12, 200)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Numbers beside the buttons where there is room, below them where there is not."""
        super().resizeEvent(event)
        wanted = self.fields.sizeHint().width() + 10 * self.fields.start.height()
        wide = event.size().width() > wanted
        self._tools.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)

    def changeEvent(self, event: QEvent) -> None:
        """Colours that were computed follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_slow"):
            self._show_chosen()


class _Spectrogram:
    """A spectrogram to be computed elsewhere."""

    def __init__(self, track: Track, start: float, end: float, columns: int, gain: float) -> None:
        self._arguments = (track, start, end, columns, gain)

    def __call__(self) -> object:
        return spectrogram(*self._arguments)


class _Loudness:
    """A loudness to be measured elsewhere."""

    def __init__(self, track: Track, clip: ClipItem) -> None:
        self._track, self._clip = track, replace(clip)

    def __call__(self) -> float:
        rate = self._track.rate
        samples = self._track.read(round(self._clip.start * rate), round(length(self._clip) * rate))
        return level_lufs(samples * linear_gain(self._clip), rate)
