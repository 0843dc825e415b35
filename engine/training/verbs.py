"""The verbs of `sgim train`: name → module with ``add_arguments(parser)`` and ``run(args) -> dict``.

Names only, so that `sgim train --help` imports neither torch nor any of the modules.
"""

from __future__ import annotations

REGISTRY: dict[str, str] = {
    "shard": "engine.training.verb_shard",
    "sound-encoder": "engine.training.verb_sound_encoder",
}
SUMMARIES: dict[str, str] = {
    "shard": "cut a sound collection into tar shards that training streams",
    "sound-encoder": "teach a sound encoder the joint space of a pack (Eq. 1-13)",
}
