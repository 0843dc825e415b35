"""Numbers in labels are written as in the fields: with a comma where the system writes one. Files keep the point."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from panel_documents import add_clip, document, tone  # noqa: F401 (a fixture)
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDoubleSpinBox, QLabel, QWidget
from session_records import add_result, add_source

import sgim_desktop
from engine.steps import Step
from sgim_desktop.document.values import RunState
from sgim_desktop.engine_words import in_window
from sgim_desktop.gallery.panel import GalleryPanel
from sgim_desktop.layer_mask.mask_series import MaskSeries, mask_table
from sgim_desktop.layer_mask.panel import LayerMaskPanel
from sgim_desktop.local_numbers import filled
from sgim_desktop.mix.panel import MixPanel
from sgim_desktop.run.panel import RunPanel
from sgim_desktop.waveform.panel import WaveformPanel
from sgim_desktop.waveform.time_ruler import clock

MARKS = {"de_DE": ",", "en_US": "."}
FOLDER = Path(sgim_desktop.__file__).parent
WRITE_FILES = {"export/job.py", "export/formats.py", "layer_mask/mask_series.py"}


@pytest.fixture(params=MARKS)
def mark(request: pytest.FixtureRequest) -> Iterator[str]:
    """The system's decimal mark."""
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield MARKS[request.param]
    QLocale.setDefault(before)


def seen(root: QWidget) -> str:
    """Every text of a panel that is seen or read aloud."""
    texts = [label.text() for label in root.findChildren(QLabel)]
    for widget in root.findChildren(QWidget):
        texts += [widget.toolTip(), widget.accessibleDescription()]
    return "\n".join(texts)


def wrong(mark: str, text: str) -> list[str]:
    """Numbers with the other mark."""
    other = "." if mark == "," else ","
    return re.findall(rf"\d\{other}\d", text)


def test_a_template_is_filled_as_a_field_shows_it(mark: str, qtbot: Any) -> None:
    field = QDoubleSpinBox(minimum=-10)
    qtbot.addWidget(field)
    field.setValue(-1.5)
    assert filled("{0:.2f}", -1.5) == field.text()
    assert filled("{0:+.1f} dB", 0) == f"+0{mark}0 dB"
    assert filled("{0}: {1:.3f} s, {2}", "a 0.5.png", np.float32(0.25), 7) == f"a 0.5.png: 0{mark}250 s, 7"
    assert filled("{0}", Decimal("0.20")) == f"0{mark}20"


def test_clocks_and_what_the_engine_says(mark: str) -> None:
    assert [clock(0.5, 1), clock(75), clock(3725.25, 2)] == [f"0:00{mark}5", "1:15", f"1:02:05{mark}25"]
    said = in_window("a.1.wav is only 0.10 s long; choose at least 0.2 s of sound.")
    assert said == f"a.1.wav is only 0{mark}10 s long; choose at least 0{mark}2 s of sound."


def test_the_panels_read_outs(mark: str, document: Any, qtbot: Any) -> None:  # noqa: F811
    mask, waveform, mix = LayerMaskPanel(document), WaveformPanel(document), MixPanel(document)
    run = RunPanel(document, QAction("Edit"), QAction("Cancel"))
    for panel in (mask, run, waveform, mix):
        qtbot.addWidget(panel)
        panel.show()
    add_clip(document, tone(level=0.9), gain_db=6.5)
    source = add_source(document)
    add_result(document, source)
    document.change_settings(pinned_layers=((1, 0.45),))
    qtbot.waitUntil(lambda: waveform.track is not None and "LUFS" in waveform.fields.loudness.text(), timeout=30_000)
    assert run.similarity.text() == f"0{mark}100 → 0{mark}300"
    assert waveform.view.gain_line.label.toPlainText() == f"+6{mark}5 dB"
    assert waveform.fields.light.text() == f"● Clips by 5{mark}6 dB"
    assert f"2: 0{mark}45" in mask.readout.text()
    mask.chart.point_at(1)
    assert f"g 0{mark}250, moved 0{mark}2; pinned at 0{mark}450" in mask.chart.accessibleDescription()
    mask.as_numbers.trigger()
    assert mask.numbers.item(1, 2).text() == f"0{mark}450"
    mask.numbers.item(1, 2).setText(f"0{mark}35")
    assert document.settings.pinned_layers == ((1, 0.35),)
    assert mask.chart._weights.getAxis("left").tickStrings([0.0, 0.3], 1.0, 0.1) == [f"0{mark}0", f"0{mark}3"]
    document.run_changed.emit(RunState(running=True, done=3, total=9, phase="sound", similarity=0.45, loss=0.123456))
    document.stepped.emit(Step(0, 9, "sound", 1.0, 0.25, np.full(4, 0.25), np.zeros(4), {}))
    assert (run.similarity.text(), run.loss.text()) == (f"0{mark}450", f"0{mark}1235")
    assert f"0{mark}250" in run.curve.toolTip()
    for panel in (mask, run, waveform, mix):
        assert wrong(mark, seen(panel)) == []
        panel.shut_down()


def test_the_gallery_says_similarity(mark: str, document: Any, qtbot: Any) -> None:  # noqa: F811
    gallery = GalleryPanel(document)
    qtbot.addWidget(gallery)
    add_result(document, add_source(document))
    index = gallery.models["sound"].index(0)
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    tip = index.data(Qt.ItemDataRole.ToolTipRole)
    assert f"0{mark}30" in spoken and f"0{mark}100 → 0{mark}300" in tip
    assert wrong(mark, spoken + tip) == []
    gallery.shut_down()


def test_the_table_for_other_programs_keeps_the_point(mark: str) -> None:
    table = mask_table((MaskSeries("sound", np.array([0.25]), np.array([0.5])),), {0: 0.45})
    assert "0.25" in table and "0.45" in table and "0,45" not in table


def test_no_panel_formats_a_fraction_past_the_locale() -> None:
    """An f-string or ``str.format`` with decimals would show a point everywhere; only what goes into files does."""
    found = []
    for path in sorted(FOLDER.rglob("*.py")):
        name = path.relative_to(FOLDER).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if name not in WRITE_FILES else ():
            if isinstance(node, ast.FormattedValue) and node.format_spec and re.search(r"\.\d", ast.unparse(node)):
                found.append(f"{name}:{node.lineno}")
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
                if re.search(r":[^{}]*\.\d", ast.unparse(node.func.value)):
                    found.append(f"{name}:{node.lineno}")
    assert found == []
