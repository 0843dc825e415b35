"""Which parts fit one generator: rows, row length and structure must agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import PackError
from engine.packs.manifest import Part


def latent_shape(generator: Part) -> dict[str, int]:
    """``rows``, ``w_dim``, ``structure_channels`` and ``resolution`` of a generator. Raises ``PackError``."""
    try:
        config = _config(generator.architecture, generator.config)
        return {
            "rows": int(config.num_ws),
            "w_dim": int(config.w_dim),
            "structure_channels": int(getattr(config, "structure_channels", 0)),
            "resolution": int(config.resolution),
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PackError(
            f"The generator's configuration ({generator.architecture}) is not understood; add its pack again.", error
        ) from error


def encoder_refusal(generator: Part, encoder: Part) -> str:
    """Why this inversion encoder cannot serve this generator, as one sentence, or ""."""
    shape = latent_shape(generator)
    config = encoder.config
    found = {
        "rows": config.get("rows", config.get("num_ws", shape["rows"])),
        "w_dim": config.get("w_dim", 512),
        "structure_channels": config.get("structure_channels", 0),
    }
    words = {"rows": "style rows", "w_dim": "numbers per row", "structure_channels": "structure channels"}
    for key, has in found.items():
        if has != shape[key]:
            return (
                f"The inversion encoder ({encoder.architecture}) finds {has} {words[key]} but the generator takes "
                f"{shape[key]}; choose the encoder made for it, or none."
            )
    return ""


def _config(architecture: str, config: Mapping[str, Any]) -> Any:
    if architecture == "stylegan3":
        from engine.networks.stylegan3 import StyleGAN3Config

        return StyleGAN3Config.from_dict(config)
    if architecture == "stylegan2":
        from engine.networks.stylegan2 import GeneratorConfig

        return GeneratorConfig.from_dict(config)
    from engine.networks.registry import build

    return build(architecture, dict(config))
