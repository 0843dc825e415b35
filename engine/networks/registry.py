"""Architecture names → networks. A manifest names one; this builds it, untrained, from its configuration.

Imports happen on use, so that listing names costs nothing. To add an architecture, add one line.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import nn

# name → (module, class, configuration class with from_dict, or "" when the keyword arguments are the configuration)
ARCHITECTURES: dict[str, tuple[str, str, str]] = {
    "stylegan2": ("engine.networks.stylegan2", "Generator", "GeneratorConfig"),
    "stylegan3": ("engine.networks.stylegan3", "Generator", "StyleGAN3Config"),
    "structure_inversion": ("engine.networks.structure_inversion", "StructureInversion", "InversionConfig"),
    "instant_mapper": ("engine.networks.instant_mapper", "InstantMapper", "MapperConfig"),
    "e4e": ("engine.networks.e4e", "E4EEncoder", ""),
    "psp": ("engine.networks.psp", "PSPEncoder", ""),
    "identity_network": ("engine.networks.identity", "IdentityNetwork", ""),
    "ir_se50": ("engine.networks.ir_se50", "IRSE50", ""),
    "lee2022_sound": ("engine.networks.lee2022_sound", "Lee2022SoundEncoder", ""),
    "wav2clip": ("engine.networks.wav2clip", "Wav2CLIP", ""),
    "audioclip_sound": ("engine.networks.audioclip_sound", "AudioCLIPSound", ""),
    "sgim_sound_encoder": ("engine.networks.sound_encoders", "make_sound_encoder", ""),
    "open_clip": ("engine.networks.open_clip_model", "open_clip_model", ""),
    "imagebind_sound": ("engine.networks.imagebind_sound", "ImageBindSound", ""),
}


def build(architecture: str, config: Mapping[str, Any]) -> nn.Module:
    """The untrained network in evaluation mode. Raises ValueError for an unknown name or a configuration
    that does not fit it."""
    entry = ARCHITECTURES.get(architecture)
    if entry is None:
        raise ValueError(f"no network is called {architecture!r}; known are {', '.join(sorted(ARCHITECTURES))}")
    module_name, class_name, config_name = entry
    module = importlib.import_module(module_name)
    make = getattr(module, class_name)
    try:
        network: nn.Module = make(getattr(module, config_name).from_dict(config)) if config_name else make(**config)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"the configuration does not fit {architecture}: {error}") from error
    return network.eval()
