"""ADA (Karras et al. 2020a): augmentation of what the discriminator sees, as strong as it takes to stop it from
learning the pictures by heart. Every step is invertible in distribution, so the generator does not learn it."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def _coins(count: int, p: float, like: Tensor) -> Tensor:
    return (torch.rand(count, device=like.device) < p).float()


def _turn(angle: Tensor) -> Tensor:
    """(N, 3, 3) rotations."""
    cos, sin, zero, one = angle.cos(), angle.sin(), torch.zeros_like(angle), torch.ones_like(angle)
    return torch.stack([cos, -sin, zero, sin, cos, zero, zero, zero, one], dim=1).view(-1, 3, 3)


def _stretch(x: Tensor, y: Tensor) -> Tensor:
    zero, one = torch.zeros_like(x), torch.ones_like(x)
    return torch.stack([x, zero, zero, zero, y, zero, zero, zero, one], dim=1).view(-1, 3, 3)


def _shift(x: Tensor, y: Tensor) -> Tensor:
    zero, one = torch.zeros_like(x), torch.ones_like(x)
    return torch.stack([one, zero, x, zero, one, y, zero, zero, one], dim=1).view(-1, 3, 3)


def geometry(count: int, p: float, like: Tensor) -> Tensor:
    """Random maps from augmented to original coordinates in [-1, 1]: (N, 3, 3). Flip, quarter turns, whole and
    fractional shifts, scale, turn, stretch: the ranges of the published pipeline."""

    def normal(scale: float) -> Tensor:
        return torch.randn(count, device=like.device) * scale

    total = torch.eye(3, device=like.device).expand(count, 3, 3)
    flip = 1.0 - 2.0 * _coins(count, 0.5 * p, like)
    total = total @ _stretch(flip, torch.ones_like(flip))
    quarters = torch.randint(0, 4, (count,), device=like.device) * _coins(count, p, like)
    total = total @ _turn(quarters * (math.pi / 2))
    total = total @ _shift(*((torch.rand(count, device=like.device) * 2 - 1) * 0.25 * _coins(count, p, like)
                             for _ in range(2)))
    scale = torch.exp2(normal(0.2) * _coins(count, p, like))
    total = total @ _stretch(scale, scale)
    # two turns around the stretch, each with the probability that makes p of the pictures turned at all
    partial = 1.0 - math.sqrt(max(0.0, 1.0 - p))
    total = total @ _turn((torch.rand(count, device=like.device) * 2 - 1) * math.pi * _coins(count, partial, like))
    stretch = torch.exp2(normal(0.2) * _coins(count, p, like))
    total = total @ _stretch(stretch, 1.0 / stretch)
    total = total @ _turn((torch.rand(count, device=like.device) * 2 - 1) * math.pi * _coins(count, partial, like))
    return total @ _shift(normal(0.25) * _coins(count, p, like), normal(0.25) * _coins(count, p, like))


def colours(count: int, p: float, like: Tensor) -> Tensor:
    """Random colour maps (N, 3, 4): brightness, contrast, luma flip, hue, saturation."""
    device = like.device
    axis = torch.full((3,), 1 / math.sqrt(3), device=device)
    luma = axis[:, None] * axis
    eye = torch.eye(3, device=device).expand(count, 3, 3)

    def normal(scale: float) -> Tensor:
        return torch.randn(count, device=device) * scale

    linear = eye * torch.exp2(normal(0.5) * _coins(count, p, like)).view(-1, 1, 1)
    offset = (normal(0.2) * _coins(count, p, like)).view(-1, 1).expand(-1, 3)
    flip = _coins(count, 0.5 * p, like).view(-1, 1, 1)
    hue = (torch.rand(count, device=device) * 2 - 1) * math.pi * _coins(count, p, like)
    cross = torch.tensor([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]], device=device) / math.sqrt(3)
    turn = eye * hue.cos().view(-1, 1, 1) + cross * hue.sin().view(-1, 1, 1) + luma * (1 - hue.cos()).view(-1, 1, 1)
    saturation = torch.exp2(normal(1.0) * _coins(count, p, like)).view(-1, 1, 1)
    for step in (eye - 2 * luma * flip, turn, luma + (eye - luma) * saturation):
        linear, offset = step @ linear, (step @ offset[:, :, None])[:, :, 0]
    return torch.cat([linear, offset[:, :, None]], dim=2)


def augment(pictures: Tensor, p: float) -> Tensor:
    """Pictures (N, 3, H, W) in [-1, 1], each transform applied with probability ``p``; differentiable."""
    if p <= 0:
        return pictures
    count, _, height, width = pictures.shape
    maps = geometry(count, p, pictures)
    # drawn at twice the size and averaged down, against aliasing
    large = F.interpolate(pictures, scale_factor=2, mode="bilinear", align_corners=False)
    grid = F.affine_grid(maps[:, :2], [count, 3, 2 * height, 2 * width], align_corners=False)
    moved = F.grid_sample(large, grid.to(large.dtype), padding_mode="reflection", align_corners=False)
    # a picture that was not moved must not be blurred by the resampling either, or fine detail would go unjudged
    still = (maps == torch.eye(3, device=maps.device)).flatten(1).all(dim=1)
    moved = torch.where(still[:, None, None, None], pictures, F.avg_pool2d(moved, 2))
    colour = colours(count, p, pictures)
    changed = torch.einsum("nij,njhw->nihw", colour[:, :, :3], moved) + colour[:, :, 3, None, None]
    return changed


class AugmentationStrength:
    """The heuristic: r_t = E[sign D(real)] above ``target`` means overfitting, so p rises; below, it falls.
    p goes from 0 to 1 in at least ``kimg`` thousand pictures."""

    def __init__(self, target: float = 0.6, kimg: float = 500.0, every: int = 4, p: float = 0.0) -> None:
        self.target, self.kimg, self.every, self.p = target, kimg, every, p
        self.signs, self.seen, self.steps = 0.0, 0, 0

    def see(self, realness: Tensor, batch: int) -> None:
        """Take in the discriminator's output on real pictures."""
        self.signs += float(realness.detach().sign().sum())
        self.seen += len(realness)
        self.steps += 1
        if self.steps % self.every == 0:
            change = batch * self.every / (self.kimg * 1000)
            self.p = min(1.0, max(0.0, self.p + (change if self.signs / self.seen > self.target else -change)))
            self.signs, self.seen = 0.0, 0
