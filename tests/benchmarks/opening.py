"""Run in a process of its own: open the generator of pack NAME in ROOT (nothing cached) and print seconds as JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import engine.networks.stylegan2  # noqa: F401 - importing torch is not part of opening a pack
from engine.packs.open_network import open_network
from engine.packs.store import PackStore

start = time.perf_counter()
network = open_network(PackStore([Path(sys.argv[1])]).open(sys.argv[2]), "generator")
seconds = time.perf_counter() - start
print(json.dumps({"open_seconds": seconds, "parameters": sum(p.numel() for p in network.parameters())}))
