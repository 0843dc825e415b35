"""The window looks for faces in one thread while an edit looks for one in another."""

from __future__ import annotations

import threading
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from engine.alignment.cascades import rough_boxes

SAMPLES = Path(__file__).parents[2] / "resources" / "samples"


def grey(name: str, side: int) -> np.ndarray:
    with Image.open(SAMPLES / name) as picture:
        return cv2.resize(np.asarray(picture.convert("L")), (side, side), interpolation=cv2.INTER_AREA)


def test_two_threads_find_what_each_would_find_alone() -> None:
    pictures = [grey("portrait.jpg", 320), grey("painting.jpg", 200), grey("lakeside.jpg", 150)]

    def look(picture: np.ndarray) -> list[tuple[float, float, float, int]]:
        boxes = rough_boxes(picture, (0.0, 15.0), 24)
        return [(float(box.centre[0]), float(box.centre[1]), box.side, box.votes) for box in boxes]

    alone = [look(picture) for picture in pictures]
    assert alone[0]
    together: list[object] = []

    def work(at: int) -> None:
        for _ in range(6):
            try:
                together.append(look(pictures[at]) == alone[at])
            except cv2.error as error:
                together.append(error)

    threads = [threading.Thread(target=work, args=(at,)) for at in range(len(pictures))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == [True] * 18
