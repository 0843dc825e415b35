"""What panels know of a pack before torch is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from panel_documents import document  # noqa: F401 (a fixture)
from tiny_pack import write_tiny_pack

from engine.packs.fitting import latent_shape
from engine.packs.store import PackStore
from sgim_desktop.mix.panel import MixPanel
from sgim_desktop.pack_facts import facts_of
from sgim_desktop.waveform.panel import WaveformPanel


def test_the_manifest_tells_layers_and_window_as_the_networks_do(tmp_path: Path) -> None:
    from engine.embedding.mel import MelConfig

    write_tiny_pack(tmp_path / "tiny")
    manifest = PackStore([tmp_path]).open("tiny").manifest
    facts = facts_of(manifest)
    assert facts.layers == latent_shape(manifest.parts["generator"])["rows"]
    assert facts.window_seconds == MelConfig.from_dict(dict(manifest.preprocessing["mel"])).window_seconds


def test_choosing_a_pack_changes_the_strip_and_the_windows(
    document: Any, qtbot: Any, tmp_path: Path, monkeypatch: Any  # noqa: F811
) -> None:
    write_tiny_pack(tmp_path / "packs" / "tiny")
    monkeypatch.setenv("SGIM_PACKS", str(tmp_path / "packs"))
    document.change_settings(pack="nothing")
    mix, waveform = MixPanel(document), WaveformPanel(document)
    qtbot.addWidget(mix)
    qtbot.addWidget(waveform)
    document.change_settings(pack="tiny")
    facts = facts_of(PackStore().open("tiny").manifest)
    qtbot.waitUntil(lambda: mix.strip.layers == facts.layers, timeout=30_000)
    qtbot.waitUntil(lambda: waveform._window_seconds == facts.window_seconds, timeout=30_000)
    assert mix.split.suffix() == f" of {facts.layers}"
    mix.shut_down()
    waveform.shut_down()
