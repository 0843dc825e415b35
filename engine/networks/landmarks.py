"""A small network that finds the eyes and the mouth in a rough face box, and says whether it is a face at all."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

INPUT_SIZE = 96
POINTS = ("left_eye", "right_eye", "mouth")


class _Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        self.norm = nn.GroupNorm(4, channels)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, h, w) → (N, C, h, w)."""
        return F.relu(x + self.norm(self.second(F.relu(self.first(x)))))


class LandmarkNetwork(nn.Module):
    """Heatmaps read by a soft arg-max, so that positions are sub-pixel and differentiable.

    ``forward(x)``: x (N, 1, 96, 96) grey, any range (normalised per crop here) →
    ``points`` (N, 3, 2) as x, y in [0, 1] of the crop, ``spread`` (N, 3) standard deviation of each
    heatmap in the same unit, ``face`` (N,) logit of "this is a human face".
    """

    def __init__(self, channels: int = 32) -> None:
        super().__init__()
        c = channels
        self.stem = nn.Conv2d(1, c // 2, 5, stride=2, padding=2)
        self.fine = nn.Sequential(nn.Conv2d(c // 2, c, 3, stride=2, padding=1), nn.ReLU(), _Residual(c))
        self.middle = nn.Sequential(nn.Conv2d(c, 2 * c, 3, stride=2, padding=1), nn.ReLU(), _Residual(2 * c))
        self.coarse = nn.Sequential(nn.Conv2d(2 * c, 3 * c, 3, stride=2, padding=1), nn.ReLU(), _Residual(3 * c))
        self.lift_coarse = nn.Conv2d(3 * c, 2 * c, 1)
        self.lift_middle = nn.Conv2d(2 * c, c, 1)
        self.merge = _Residual(c)
        self.heat = nn.Conv2d(c, len(POINTS), 1)
        self.face = nn.Linear(3 * c, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """See the class."""
        x = x - x.mean((2, 3), keepdim=True)
        x = x / (x.std((2, 3), keepdim=True) + 1e-3)
        fine = self.fine(F.relu(self.stem(x)))
        middle = self.middle(fine)
        coarse = self.coarse(middle)
        middle = middle + F.interpolate(self.lift_coarse(coarse), scale_factor=2.0, mode="bilinear")
        fine = fine + F.interpolate(self.lift_middle(middle), scale_factor=2.0, mode="bilinear")
        heat = self.heat(self.merge(fine))
        points, spread = read_heatmaps(heat)
        return points, spread, self.face(coarse.mean((2, 3)))[:, 0]


def read_heatmaps(heat: Tensor) -> tuple[Tensor, Tensor]:
    """Soft arg-max: heat (N, P, h, w) logits → mean (N, P, 2) in [0, 1] and standard deviation (N, P)."""
    n, p, h, w = heat.shape
    weight = torch.softmax(heat.flatten(2), -1).view(n, p, h, w)
    ys = (torch.arange(h, device=heat.device, dtype=heat.dtype) + 0.5) / h
    xs = (torch.arange(w, device=heat.device, dtype=heat.dtype) + 0.5) / w
    across, down = weight.sum(2), weight.sum(3)
    x, y = (across * xs).sum(-1), (down * ys).sum(-1)
    variance = (across * (xs - x[..., None]) ** 2).sum(-1) + (down * (ys - y[..., None]) ** 2).sum(-1)
    return torch.stack([x, y], -1), (variance + 1e-8).sqrt()
