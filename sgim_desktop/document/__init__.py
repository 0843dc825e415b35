"""The document model: the only thing panels talk to, and the session file behind it.

Every panel is a QWidget made as ``Panel(document, parent)`` and lives in its own folder; the window looks for

``waveform.panel.WaveformPanel``, ``microphone.panel.MicrophonePanel``, ``guides.panel.GuidesPanel``,
``mix.panel.MixPanel``, ``layer_mask.panel.LayerMaskPanel``, ``packs.panel.PacksPanel``,
``run.panel.RunPanel``, ``gallery.panel.GalleryPanel``.

Signals the window wires when a panel has them: ``edit_requested()`` (start an edit with the document's
settings), ``files_dropped(list[Path])`` (add them), ``message(str)``.
"""
