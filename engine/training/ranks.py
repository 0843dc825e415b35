"""One process or many (torchrun): who am I, which device, and gathering rows so that every rank sees them all."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import Tensor, nn


@dataclass(frozen=True)
class Ranks:
    """This process among ``world``; ``device`` where it computes."""

    rank: int = 0
    world: int = 1
    device: torch.device = torch.device("cpu")

    @property
    def leads(self) -> bool:
        """True for the one rank that writes files and shows progress."""
        return self.rank == 0

    def wait(self) -> None:
        """Until every rank is here."""
        if self.world > 1:
            dist.barrier()

    def wrapped(self, network: nn.Module) -> nn.Module:
        """The network under DistributedDataParallel where there is more than one rank; weights from rank 0."""
        network = network.to(self.device)
        if self.world == 1:
            return network
        ids = [self.device.index] if self.device.type == "cuda" else None
        return nn.parallel.DistributedDataParallel(network, device_ids=ids)

    def gathered(self, rows: Tensor) -> Tensor:
        """Rows (b, …) of every rank as (world·b, …), in rank order; no gradient of others' rows.

        A loss over gathered rows still gives every row its whole gradient: each rank computes the loss of the
        whole batch, in which its own rows (put in with :meth:`with_own_rows`) appear as anchors and as everybody
        else's negatives.
        """
        if self.world == 1:
            return rows.detach()
        flat = rows.detach().contiguous()
        as_bytes = flat.dtype == torch.bool
        flat = flat.to(torch.uint8) if as_bytes else flat
        parts = [torch.empty_like(flat) for _ in range(self.world)]
        dist.all_gather(parts, flat)
        together = torch.cat(parts)
        return together.bool() if as_bytes else together

    def with_own_rows(self, rows: Tensor) -> Tensor:
        """:meth:`gathered`, with this rank's part replaced by ``rows`` themselves, so that gradient flows to them."""
        if self.world == 1:
            return rows
        together, share = self.gathered(rows), len(rows)
        return torch.cat([together[: self.rank * share], rows, together[(self.rank + 1) * share :]])


def join_ranks(device: str = "auto") -> Ranks:
    """This process's place, from torchrun's environment; opens the process group when there is more than one."""
    world, rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
    local = int(os.environ.get("LOCAL_RANK", "0"))
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
        if device == "cpu" and world == 1 and torch.backends.mps.is_available():
            device = "mps"
    place = torch.device("cuda", local) if device == "cuda" else torch.device(device)
    if place.type == "cuda":
        torch.cuda.set_device(place)
    if world > 1 and not dist.is_initialized():
        # The others wait for rank 0 while it cuts shards and caches features, which may take hours the first time.
        dist.init_process_group("nccl" if place.type == "cuda" else "gloo", rank=rank, world_size=world,
                                timeout=timedelta(days=2))
    return Ranks(rank, world, place)


def leave_ranks() -> None:
    """Close the process group, if there is one."""
    if dist.is_available() and dist.is_initialized():
        dist.destroy_process_group()
