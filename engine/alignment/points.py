"""Read eyes and mouth from rough face boxes with the landmark network, and tell faces from what is none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from engine.alignment.crop import align
from engine.alignment.frame import Alignment
from engine.errors import PackError

WEIGHTS = Path(__file__).resolve().parents[2] / "resources" / "alignment" / "landmarks.safetensors"

SIDE_IN_SPANS = 3.4
"""Side of the network's crop in *spans*: the larger of eye distance and 0.9 eye–mouth distance."""

_BOX_TO_SQUARE = 1.3
_BOX_DROP = 0.06
_LAST_LOOKS = tuple((turn, scale, mirror) for turn, scale in ((-9, 1.0), (9, 1.0), (0, 0.9), (0, 1.1), (0, 1.0))
                    for mirror in (False, True))


@dataclass(frozen=True)
class Points:
    """``xy`` (3, 2): left eye, right eye (as seen), mouth, continuous picture coordinates.

    ``chance`` 0…1 that this is a human face; ``scatter`` how far single looks disagree, in eye distances.
    """

    xy: np.ndarray
    chance: float
    scatter: float

    @property
    def span(self) -> float:
        """The larger of eye distance and 0.9 eye–mouth distance, pixels."""
        return span_of(self.xy)


def span_of(xy: np.ndarray) -> float:
    """See ``Points.span``; ``xy`` (3, 2)."""
    down = xy[2] - xy[:2].mean(0)
    return max(float(np.hypot(*(xy[1] - xy[0]))), 0.9 * float(np.hypot(*down)), 1e-3)


def square_around(xy: np.ndarray, scale: float = 1.0, turn: float = 0.0) -> Alignment:
    """The upright square the network likes to see around the points (3, 2)."""
    eyes = xy[:2].mean(0)
    down = xy[2] - eyes
    across = xy[1] - xy[0] - np.array([-down[1], down[0]])
    angle = float(np.degrees(np.arctan2(across[1], across[0])))
    side = SIDE_IN_SPANS * span_of(xy) * scale
    centre = eyes + 0.4 * down
    return Alignment(float(centre[0] - side / 2), float(centre[1] - side / 2), side, side, angle + turn)


def square_of_box(centre: np.ndarray, side: float, angle: float) -> Alignment:
    """The square for a cascade's box, which sits a little higher and tighter."""
    turn = np.radians(angle)
    middle = centre + _BOX_DROP * side * np.array([-np.sin(turn), np.cos(turn)])
    wide = side * _BOX_TO_SQUARE
    return Alignment(float(middle[0] - wide / 2), float(middle[1] - wide / 2), wide, wide, angle)


class PointReader:
    """The landmark network behind numpy. Weights are loaded once per process (``PointReader.shared()``)."""

    def __init__(self, network: Any) -> None:
        self._network = network.eval()

    @classmethod
    def shared(cls) -> PointReader:
        """The reader with the weights that ship with the program; ``PackError`` when they are missing."""
        return _shared(WEIGHTS)

    def look(self, grey: np.ndarray, squares: list[Alignment]) -> tuple[np.ndarray, np.ndarray]:
        """One look at each square of ``grey`` (H, W) uint8: points (N, 3, 2) in the picture, chances (N,)."""
        import torch

        from engine.networks.landmarks import INPUT_SIZE

        if not squares:
            return np.zeros((0, 3, 2)), np.zeros(0)
        crops = np.stack([align(grey, square, INPUT_SIZE) for square in squares])
        with torch.inference_mode():
            found, _, logit = self._network(torch.from_numpy(crops).float()[:, None] / 255)
            chances = torch.sigmoid(logit).double().numpy()
        maps = np.stack([square.unit_to_picture() for square in squares])
        points = np.einsum("nij,npj->npi", maps[:, :, :2], found.double().numpy()) + maps[:, None, :, 2]
        return points, chances

    def settle(self, grey: np.ndarray, xy: np.ndarray) -> Points:
        """Look again, upright and centred, then from ten slightly different squares (five mirrored); average."""
        for _ in range(2):
            xy = self.look(grey, [square_around(xy)])[0][0]
        plain = [square_around(xy, scale, turn) for turn, scale, mirror in _LAST_LOOKS if not mirror]
        width = grey.shape[1]
        seen, chances = self.look(grey, plain)
        flipped = grey[:, ::-1]
        xy_flipped = np.column_stack([width - xy[:, 0], xy[:, 1]])[[1, 0, 2]]
        other = [square_around(xy_flipped, scale, turn) for turn, scale, mirror in _LAST_LOOKS if mirror]
        seen_flipped, chances_flipped = self.look(np.ascontiguousarray(flipped), other)
        seen_flipped[:, :, 0] = width - seen_flipped[:, :, 0]
        looks = np.concatenate([seen, seen_flipped[:, [1, 0, 2]]])
        mean = looks.mean(0)
        distance = max(float(np.hypot(*(mean[1] - mean[0]))), 1e-3)
        scatter = float(np.sqrt(((looks - mean) ** 2).sum(-1).mean())) / distance
        return Points(mean, float(np.concatenate([chances, chances_flipped]).mean()), scatter)


@lru_cache(maxsize=2)
def _shared(path: Path) -> PointReader:
    from safetensors.torch import load_file

    from engine.networks.landmarks import LandmarkNetwork

    if not path.is_file():
        raise PackError(f"The face finder's weights are missing ({path}); reinstall the program or use --no-align.")
    network = LandmarkNetwork()
    network.load_state_dict({name: tensor.float() for name, tensor in load_file(path).items()})
    return PointReader(network)
