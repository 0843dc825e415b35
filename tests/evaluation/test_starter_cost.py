"""What a whole ``sgim edit`` costs is measured in a process of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import SgimError
from engine.evaluation.starter_cost import edit_cost
from engine.media.samples import sample


@pytest.mark.long
def test_an_edit_costs_seconds_and_its_own_memory_only() -> None:
    held = np.ones(350_000_000)  # 2.8 GB of this process are none of the edit's
    seconds, megabytes = edit_cost("starter-scenes", sample("painting.jpg"), sample("rain.ogg"))
    assert held[-1] == 1 and 1 < seconds < 120 and 300 < megabytes < 2000


def test_an_edit_that_fails_says_so_instead_of_a_time(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    with pytest.raises(SgimError, match="failed with status 2"):
        edit_cost("starter-scenes", tmp_path / "empty.png", sample("rain.ogg"))
