"""The frame: the turned rectangle of the original picture that the networks see as their crop."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from engine.errors import RequestError

_LARGEST_FRAME = 8.0  # times the longer side: beyond it the face would be a dot, and the crop needs endless mirroring
_FORM = "--face takes five numbers X,Y,W,H,ANGLE (pixels and degrees), for example --face 120,80,400,400,0"


@dataclass(frozen=True)
class Alignment:
    """A rectangle turned about its own centre, in pixels of the original picture.

    ``x, y`` top-left corner *before* turning, ``w, h`` size (> 0), ``angle`` in degrees, clockwise as
    seen (y points down). Coordinates are continuous: pixel (i, j) covers [j, j+1) × [i, i+1).
    The frame may reach over the picture's border; what is missing there is mirrored.
    """

    x: float
    y: float
    w: float
    h: float
    angle: float = 0.0

    def __post_init__(self) -> None:
        values = (self.x, self.y, self.w, self.h, self.angle)
        if not all(math.isfinite(v) for v in values):
            raise RequestError(f"The face frame has a value that is not a number; {_FORM}.")
        if self.w < 2 or self.h < 2:
            raise RequestError("The face frame must be at least 2 pixels wide and high; draw it larger.")

    @classmethod
    def parse(cls, text: str) -> Alignment:
        """Read ``X,Y,W,H,ANGLE`` as given to ``--face``; raise ``RequestError`` when it is something else."""
        try:
            x, y, w, h, angle = (float(part) for part in text.split(","))
        except ValueError as error:
            raise RequestError(f"The face frame '{text}' cannot be read: {_FORM}.", error) from error
        return cls(x, y, w, h, angle)

    def __str__(self) -> str:
        """The form ``parse`` reads, to a hundredth of a pixel."""
        return ",".join(f"{v:.2f}".rstrip("0").rstrip(".") for v in self.values)

    @property
    def values(self) -> tuple[float, float, float, float, float]:
        """(x, y, w, h, angle): what ``Request.face`` holds."""
        return (self.x, self.y, self.w, self.h, self.angle)

    @property
    def centre(self) -> np.ndarray:
        """(2,) float64, pixels."""
        return np.array([self.x + self.w / 2, self.y + self.h / 2])

    def unit_to_picture(self) -> np.ndarray:
        """(2, 3) affine from frame coordinates ([0, 1]², y down) to continuous picture coordinates."""
        a = math.radians(self.angle)
        turn = np.array([[math.cos(a), -math.sin(a)], [math.sin(a), math.cos(a)]])
        linear = turn @ np.diag([self.w, self.h])
        return np.column_stack([linear, self.centre - linear @ [0.5, 0.5]])

    def corners(self) -> np.ndarray:
        """(4, 2) picture coordinates: top-left, top-right, bottom-right, bottom-left of the turned frame."""
        matrix = self.unit_to_picture()
        unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], float)
        return unit @ matrix[:, :2].T + matrix[:, 2]

    def scaled(self, factor: float) -> Alignment:
        """The same frame in a copy of the picture enlarged ``factor`` times."""
        x, y, w, h, angle = self.values
        return Alignment(x * factor, y * factor, w * factor, h * factor, angle)

    def turned(self, degrees: float) -> Alignment:
        """The frame turned further about its centre, angle kept in (-180, 180]."""
        angle = -((-(self.angle + degrees) + 180.0) % 360.0 - 180.0)
        return replace(self, angle=angle)

    def bounds(self, width: int, height: int) -> tuple[int, int, int, int]:
        """(left, top, right, bottom) whole pixels of the picture touched by the frame; may be empty."""
        corners = self.corners()
        left, top = np.floor(corners.min(0)).astype(int)
        right, bottom = np.ceil(corners.max(0)).astype(int)
        return (
            min(max(int(left), 0), width),
            min(max(int(top), 0), height),
            max(min(int(right), width), 0),
            max(min(int(bottom), height), 0),
        )


def frame_from_points(left_eye: np.ndarray, right_eye: np.ndarray, mouth: np.ndarray) -> Alignment:
    """The frame FFHQ cuts around a face (Karras et al. 2019, appendix A), as a similarity transform.

    Points are (2,) continuous picture coordinates; *left* and *right* as seen in the picture.
    The frame is square: its half side is the larger of 2.0 eye distances and 1.8 eye–mouth distances.
    """
    eyes = (left_eye + right_eye) / 2
    across = right_eye - left_eye
    down = mouth - eyes
    axis = across - np.array([-down[1], down[0]])
    length = float(np.hypot(*axis))
    if length < 1e-6:
        raise RequestError("The eyes and the mouth of this face coincide; draw its frame yourself with --face.")
    axis /= length
    half = max(float(np.hypot(*across)) * 2.0, float(np.hypot(*down)) * 1.8)
    centre = eyes + 0.1 * down
    angle = math.degrees(math.atan2(axis[1], axis[0]))
    return Alignment(float(centre[0] - half), float(centre[1] - half), 2 * half, 2 * half, angle)


def whole_picture(width: int, height: int) -> Alignment:
    """The largest centred square: the frame of ``--no-align`` and of scenes."""
    side = float(min(width, height))
    return Alignment((width - side) / 2, (height - side) / 2, side, side, 0.0)


def check_frame(alignment: Alignment, width: int, height: int, name: str) -> None:
    """Raise ``RequestError`` when the frame misses a picture of this size, or is far larger than it."""
    left, top = alignment.corners().min(0)
    right, bottom = alignment.corners().max(0)
    if max(alignment.w, alignment.h) > _LARGEST_FRAME * max(width, height):
        raise RequestError(f"The face frame is far larger than {name} ({width}×{height}); draw it around the face.")
    if left >= width or top >= height or right <= 0 or bottom <= 0:
        raise RequestError(f"The face frame lies outside {name} ({width}×{height}); draw it around the face.")
