"""The layer-mask inspector."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from panel_documents import document  # noqa: F401 (a fixture)
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from engine.request import Request
from engine.steps import Step
from sgim_desktop.document.values import ResultItem, RunState
from sgim_desktop.layer_mask.mask_chart import MaskChart
from sgim_desktop.layer_mask.mask_series import MaskSeries, layer_groups, mask_table
from sgim_desktop.layer_mask.panel import LayerMaskPanel

G = np.array([0.4, 0.3, 0.1, 0.05, 0.05, 0.04, 0.03, 0.03])
MOVED = np.arange(8) / 10.0


@pytest.fixture
def panel(document: Any, qtbot: Any) -> Iterator[LayerMaskPanel]:  # noqa: F811
    made = LayerMaskPanel(document)
    qtbot.addWidget(made)
    made.resize(420, 420)
    made.show()
    yield made
    made.shut_down()


def step(guide: str, index: int = 1, weights: np.ndarray = G) -> Step:
    return Step(index, 10, guide, 1.0, 0.2, weights, MOVED, {})


def result(key: str, kind: Any, weights: np.ndarray = G, parts: Any = None) -> ResultItem:
    return ResultItem(
        id=key,
        position=1.0,
        source_id="s",
        inversion_id="i",
        run="r",
        kind=kind,
        request=Request("p", "0"),
        similarity_before=0.1,
        similarity_after=0.2,
        identity=None,
        latent_distance=0.1,
        layer_mask=tuple(weights),
        moved=tuple(MOVED),
        latent="",
        picture="",
        thumbnail="",
        parts=parts,
    )


def bar_pixel(panel: LayerMaskPanel, layer: int, weight: float) -> Any:
    chart = panel.chart
    scene = chart._weights.getViewBox().mapViewToScene(QPointF(layer + 1, weight))
    return chart.mapFromScene(scene)


def test_the_mask_is_shown_while_it_learns_newest_last(panel: LayerMaskPanel, qtbot: Any) -> None:
    panel.document.stepped.emit(step("sound", 0))
    panel.document.stepped.emit(step("sound", 1, np.roll(G, 1)))
    panel.document.stepped.emit(step("text", 0))
    qtbot.waitUntil(lambda: len(panel.series()) == 2 and panel.chart.layers == 8, timeout=30_000)
    assert [one.guide for one in panel.series()] == ["sound", "text"]
    np.testing.assert_array_equal(panel.series()[0].weights, np.roll(G, 1))
    panel.document.run_changed.emit(RunState(running=False))
    assert panel.series() == ()


def test_bars_that_went_and_came_back_have_the_whole_width(qtbot: Any) -> None:
    chart = MaskChart()
    qtbot.addWidget(chart)
    chart.resize(320, 200)
    chart.show()
    bars = (MaskSeries("sound", np.full(7, 1 / 7), np.ones(7)),)
    for series in ((), bars, (), bars):
        chart.show_masks(series, {})
        qtbot.wait(10)
    assert chart.plot_width > 200


def test_a_mixed_results_parts_are_shown_side_by_side(panel: LayerMaskPanel) -> None:
    items = [result("a", "sound"), result("b", "text", np.roll(G, 2)), result("c", "mixed", parts=("a", "b"))]
    panel.document.add_results(items, {}, select="c")
    assert [one.guide for one in panel.series()] == ["sound", "text"]
    assert "sound: g 0.400" in panel.chart.describe(0)
    assert "text: g 0.030" in panel.chart.describe(0)


def test_dragging_a_bar_pins_its_layer_and_a_double_click_lets_go(panel: LayerMaskPanel, qtbot: Any) -> None:
    panel.document.add_results([result("a", "sound")], {}, select="a")
    qtbot.wait(20)
    viewport = panel.chart.viewport()
    start, end = bar_pixel(panel, 2, 0.1), bar_pixel(panel, 2, 0.25)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(viewport, end)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)
    pins = dict(panel.document.settings.pinned_layers)
    assert list(pins) == [2] and pins[2] == pytest.approx(0.25, abs=0.02)
    assert panel.run_again.isEnabled()
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=bar_pixel(panel, 2, 0.2))
    assert panel.document.settings.pinned_layers == ()


@pytest.mark.parametrize("height", [240, 420])
@pytest.mark.parametrize("weight", [0.02, 0.25, 0.6, 1.0])
def test_no_mark_of_a_pin_covers_a_letter_of_the_groups(panel: LayerMaskPanel, weight: float, height: int) -> None:
    panel.resize(420, height)
    panel.document.add_results([result("a", "sound")], {}, select="a")
    panel.document.change_settings(pinned_layers=tuple((layer, weight) for layer in range(8)))
    panel.grab()
    chart = panel.chart
    names = [title.mapRectToScene(title.boundingRect()) for title in chart._titles]
    field = chart._weights.getViewBox().sceneBoundingRect()
    for _, mark in chart._pins.values():
        (spot,) = mark.points()
        at = mark.mapToScene(spot.pos())
        drawn = QRectF(at.x() - 5, at.y() - 5, 10, 10)
        assert not any(name.intersects(drawn) for name in names) and field.contains(at)


def test_a_click_alone_pins_nothing(panel: LayerMaskPanel) -> None:
    panel.document.add_results([result("a", "sound")], {}, select="a")
    QTest.mouseClick(panel.chart.viewport(), Qt.MouseButton.LeftButton, pos=bar_pixel(panel, 3, 0.02))
    assert panel.document.settings.pinned_layers == ()
    assert panel.chart.pointed == 3
    assert panel.readout.text().startswith("Layer 4 (middle)")


def test_keys_choose_a_layer_pin_it_and_let_it_go(panel: LayerMaskPanel) -> None:
    panel.document.add_results([result("a", "sound")], {}, select="a")
    panel.chart.point_at(0)
    QTest.keyClick(panel.chart, Qt.Key.Key_Right)
    QTest.keyClick(panel.chart, Qt.Key.Key_Up)
    assert panel.document.settings.pinned_layers == ((1, 0.31),)
    assert "pinned at 0.310" in panel.chart.describe(1)
    QTest.keyClick(panel.chart, Qt.Key.Key_Delete)
    assert panel.document.settings.pinned_layers == ()


def test_a_typed_pin_is_a_pin_and_an_emptied_one_is_none(panel: LayerMaskPanel) -> None:
    panel.document.add_results([result("a", "sound")], {}, select="a")
    panel.as_numbers.trigger()
    panel.numbers.item(4, 2).setText("0,5")
    assert panel.document.settings.pinned_layers == ((4, 0.5),)
    panel.numbers.item(4, 2).setText("")
    assert panel.document.settings.pinned_layers == ()


def test_edit_again_is_asked_for(panel: LayerMaskPanel, qtbot: Any) -> None:
    panel.pin(0, 0.9)
    with qtbot.waitSignal(panel.edit_requested, timeout=30_000):
        panel.run_again.trigger()


def test_csv_and_png_hold_what_is_shown(panel: LayerMaskPanel, tmp_path: Path) -> None:
    panel.document.add_results([result("a", "sound")], {}, select="a")
    panel.pin(7, 0.2)
    panel.export_csv(tmp_path / "m.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "m.csv").read_text())))
    np.testing.assert_allclose([float(row["g_sound"]) for row in rows], G, rtol=1e-5)
    np.testing.assert_allclose([float(row["moved_sound"]) for row in rows], MOVED, rtol=1e-5)
    assert [row["pinned"] for row in rows] == [""] * 7 + ["0.2"]
    panel.export_png(tmp_path / "m.png")
    assert not QImage(str(tmp_path / "m.png")).isNull()


def test_groups_follow_the_published_convention() -> None:
    assert [layer_groups(18).count(name) for name in ("coarse", "middle", "fine")] == [4, 4, 10]
    assert [layer_groups(14).count(name) for name in ("coarse", "middle", "fine")] == [4, 4, 6]
    assert [layer_groups(8).count(name) for name in ("coarse", "middle", "fine")] == [2, 2, 4]


def test_the_table_counts_layers_from_one_as_the_paper_does() -> None:
    text = mask_table([MaskSeries("text", G, MOVED)])
    assert text.splitlines()[1].startswith("1,coarse,0.4,0,")
