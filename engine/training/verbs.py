"""The verbs of `sgim train`: name → module with ``add_arguments(parser)`` and ``run(args) -> dict``.

Names only, so that `sgim train --help` imports neither torch nor any of the modules.
"""

from __future__ import annotations

REGISTRY: dict[str, str] = {
    "generator": "engine.training.verb_generator",
    "identity": "engine.training.verb_identity",
    "inversion-encoder": "engine.training.verb_inversion_encoder",
    "joint-embedding": "engine.training.verb_joint_embedding",
    "landmarks": "engine.training.verb_landmarks",
    "mapper": "engine.training.verb_mapper",
    "shard": "engine.training.verb_shard",
    "sound-encoder": "engine.training.verb_sound_encoder",
    "starter": "engine.training.verb_starter",
}
SUMMARIES: dict[str, str] = {
    "generator": "turn a folder of pictures into a pack (StyleGAN2-ADA)",
    "identity": "teach the network that tells people apart (ArcFace)",
    "inversion-encoder": "teach the encoder that finds a picture in a pack's generator",
    "joint-embedding": "teach a pack's picture and text towers on captioned pictures",
    "landmarks": "teach the network that finds eyes and mouth",
    "mapper": "distil a pack's instant mapper from finished optimisations",
    "shard": "cut a sound collection into tar shards that training streams",
    "starter": "make the scene starter pack, stage by stage",
    "sound-encoder": "teach a sound encoder the joint space of a pack (Eq. 1-13)",
}
