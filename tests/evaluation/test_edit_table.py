"""What is printed of judged edits follows from how many followed, to the last edit."""

from __future__ import annotations

import io

import pytest

from engine.evaluation.starter import Table, edit_table
from engine.evaluation.starter_edits import TARGETS, EditScore


def scores(followed: dict[str, int], each: int = 30) -> list[EditScore]:
    """``each`` pictures per target and guide, of which the first so many are judged to show the target."""
    found = []
    for number in range(each * len(TARGETS)):
        target = TARGETS[number % len(TARGETS)]
        for guide, right in followed.items():
            said = target if number < right else "cloudy"
            score = EditScore("p.jpg", target, guide, {"model": said, "detail": said})
            score.kept, score.clipped = {"model": 0.9, "detail": 0.9}, {"model": 0.0, "detail": 0.0}
            found.append(score)
    return found


CASES = [(160, -5.0, True), (159, -5.556, False), (173, 2.222, True)]


@pytest.mark.parametrize(("by_sound", "points", "reached"), CASES)
def test_sound_minus_text_counts_whole_edits(by_sound: int, points: float, reached: bool) -> None:
    table = Table(io.StringIO())
    edit_table(scores({"sound": by_sound, "text": 169, "mixed": 165}), table)
    rows = [row for row in table.rows if "sound minus text" in row["measure"]]
    assert [row["ok"] for row in rows] == [reached, reached]
    assert all(row["value"] == pytest.approx(points, abs=1e-3) for row in rows)
