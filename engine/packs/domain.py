"""What a generator shows, guessed when nobody says it, and the published settings for such pictures."""

from __future__ import annotations

from engine.packs.manifest import Defaults

DOMAINS = ("portrait", "scene", "animal", "painting", "object", "any")
_HINTS = {
    "portrait": ("ffhq", "metface", "celeb", "face", "portrait", "e4e"),
    "animal": ("afhq", "cat", "dog", "wild", "horse", "animal"),
    "scene": ("church", "landscape", "lhq", "scene", "lsun", "bedroom"),
    "painting": ("wikiart", "art"),
    "object": ("car",),
}


def guess_domain(file_name: str, kinds: set[str]) -> str:
    """One of ``DOMAINS`` from a file's name, "sound"/"joint" for packs without a generator."""
    if "generator" not in kinds:
        if "sound_encoder" in kinds:
            return "sound"
        return "joint" if "joint_embedder" in kinds else "portrait"
    name = file_name.lower()
    for domain, hints in _HINTS.items():
        if any(hint in name for hint in hints):
            return domain
    return "any"


def published_defaults(domain: str) -> Defaults:
    """λ_reg and λ_ID of the paper (faces 0.008/0.004, everything else 0.002/0) and the finish that suits."""
    if domain == "portrait":
        return Defaults(lambda_reg=0.008, lambda_id=0.004, learning_rate=0.1, steps=100, finish="model")
    return Defaults(lambda_reg=0.002, lambda_id=0.0, learning_rate=0.1, steps=100, finish="detail")
