"""The instant mapper: (source latent, guide embedding, seeded fields) → a whole edit in one pass.

It proposes Δ of every W+ row with its layer mask, and the spatial delta of the structure, for any
size of structure. Trained on exact before/after renders and on the joint-space loss; optimisation
refines from its proposal, or ``--instant`` shows the proposal itself.

The fields (``media/weather_fields.py``) bring chance: where a drop falls. Which of them shows is
gated by the guide. Without them a network trained on L1 would draw the mean of all rain: haze.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

STRUCTURE_STRIDE = 4


@dataclass(frozen=True)
class MapperConfig:
    """Sizes; ``fields`` channels of the seeded fields at picture size (0: none); ``bound`` of the spatial delta."""

    num_ws: int = 7
    w_dim: int = 128
    structure_channels: int = 16
    embed_dim: int = 128
    fields: int = 7
    width: int = 64
    hidden: int = 256
    bound: float = 1.5

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> MapperConfig:
        """Read a manifest's configuration."""
        return cls(**dict(data))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


class ModulatedBlock(nn.Module):
    """Residual block whose channels are scaled and shifted by the guide (FiLM)."""

    def __init__(self, width: int, code: int, dilation: int = 1) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=dilation, dilation=dilation)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        self.film = nn.Linear(code, width * 2)

    def forward(self, x: Tensor, code: Tensor) -> Tensor:
        scale, shift = self.film(code)[:, :, None, None].chunk(2, dim=1)
        y = self.first(F.leaky_relu(x, 0.2)) * (1 + scale) + shift
        return x + self.second(F.leaky_relu(y, 0.2))


class InstantMapper(nn.Module):
    """See the module text. All inputs batched; structure (N, C, h, w), fields (N, F, 4h, 4w)."""

    def __init__(self, config: MapperConfig) -> None:
        super().__init__()
        self.config = config
        c, hidden, width = config, config.hidden, config.width
        self.code = nn.Sequential(
            nn.Linear(c.embed_dim, hidden), nn.LeakyReLU(0.2), nn.Linear(hidden, hidden), nn.LeakyReLU(0.2)
        )
        rows = c.num_ws * c.w_dim
        self.read_rows = nn.Linear(rows, hidden)
        self.rows = nn.Sequential(
            nn.Linear(hidden * 2 + c.structure_channels * 4, hidden * 2),
            nn.LeakyReLU(0.2),
            nn.Linear(hidden * 2, hidden),
            nn.LeakyReLU(0.2),
        )
        self.row_delta = nn.Linear(hidden, rows)
        self.row_mask = nn.Linear(hidden, c.num_ws)
        self.gates = nn.Linear(hidden, c.fields) if c.fields else None
        self.stem = nn.Conv2d(c.structure_channels + 2 + c.fields * STRUCTURE_STRIDE**2, width, 3, padding=1)
        self.fine = nn.ModuleList([ModulatedBlock(width, hidden * 2, d) for d in (1, 2)])
        self.down1 = nn.Conv2d(width, width, 4, stride=2, padding=1)
        self.down2 = nn.Conv2d(width, width, 4, stride=2, padding=1)
        self.context = nn.ModuleList([ModulatedBlock(width, hidden * 2, d) for d in (1, 2)])
        self.last = ModulatedBlock(width, hidden * 2)
        self.out = nn.Conv2d(width, c.structure_channels, 3, padding=1)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.row_delta.weight)

    def forward(
        self, w: Tensor, structure: Tensor, guide: Tensor, fields: Tensor | None, anchor: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """→ (Δw (N, num_ws, w_dim), layer mask g (N, num_ws), spatial delta like ``structure``).

        ``anchor`` is the structure at training size, read for the rows when ``structure`` is larger.
        """
        c = self.config
        code = self.code(guide)
        base = structure if anchor is None else anchor
        half = base.shape[2] // 2
        pooled = torch.cat(
            [
                base[:, :, :half].mean((2, 3)),
                base[:, :, half:].mean((2, 3)),
                base[:, :, :half].std((2, 3)),
                base[:, :, half:].std((2, 3)),
            ],
            1,
        )
        code_rows = torch.cat([code, F.leaky_relu(self.read_rows(w.flatten(1)), 0.2)], 1)
        rows = self.rows(torch.cat([code_rows, pooled], 1))
        delta_w = self.row_delta(rows).view(-1, c.num_ws, c.w_dim)
        mask = torch.softmax(self.row_mask(rows), dim=1)
        spread: list[Tensor] = []
        if self.gates is not None and fields is not None:
            gates = torch.sigmoid(self.gates(code) * 2.0)
            spread = [F.pixel_unshuffle(fields * gates[:, :, None, None], STRUCTURE_STRIDE)]
        n, _, height, width = structure.shape
        y = torch.linspace(-1, 1, height, device=structure.device).view(1, 1, height, 1).expand(n, 1, height, width)
        x = self.stem(torch.cat([structure, y, y.square(), *spread], 1))
        for block in self.fine:
            x = block(x, code_rows)
        deep = self.down2(F.leaky_relu(self.down1(F.leaky_relu(x, 0.2)), 0.2))
        for block in self.context:
            deep = block(deep, code_rows)
        x = x + F.interpolate(deep, size=(height, width), mode="bilinear", align_corners=False)
        x = self.last(x, code_rows)
        return delta_w.float(), mask.float(), (torch.tanh(self.out(F.leaky_relu(x, 0.2)).float()) * c.bound)
