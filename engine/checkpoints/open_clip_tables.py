"""open_clip's tables without importing open_clip (155 MB): its models' configurations, and how it tags weights."""

from __future__ import annotations

import importlib.util
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

# The tags of open_clip 3.3's pretrained weights that are long enough to be meant when a file's name holds one.
WEIGHTS = frozenset(
    """
    commonpool_l_basic_s1b_b8k commonpool_l_clip_s1b_b8k commonpool_l_image_s1b_b8k commonpool_l_laion_s1b_b8k
    commonpool_l_s1b_b8k commonpool_l_text_s1b_b8k commonpool_m_basic_s128m_b4k commonpool_m_clip_s128m_b4k
    commonpool_m_image_s128m_b4k commonpool_m_laion_s128m_b4k commonpool_m_s128m_b4k commonpool_m_text_s128m_b4k
    commonpool_s_basic_s13m_b4k commonpool_s_clip_s13m_b4k commonpool_s_image_s13m_b4k commonpool_s_laion_s13m_b4k
    commonpool_s_s13m_b4k commonpool_s_text_s13m_b4k commonpool_xl_clip_s13b_b90k commonpool_xl_laion_s13b_b90k
    commonpool_xl_s13b_b90k datacomp1b datacomp_l_s1b_b8k datacomp_m_s128m_b4k datacomp_s34b_b86k datacomp_s_s13m_b4k
    datacomp_xl_s13b_b90k datacompdr datacompdr_lt dfn2b_s39b frozen_laion5b_s13b_b90k laion2b_e16 laion2b_s12b_b32k
    laion2b_s12b_b42k laion2b_s13b_b82k laion2b_s13b_b82k_augreg laion2b_s13b_b90k laion2b_s26b_b102k_augreg
    laion2b_s29b_b131k_ft laion2b_s29b_b131k_ft_soup laion2b_s32b_b79k laion2b_s32b_b82k laion2b_s34b_b79k
    laion2b_s34b_b82k_augreg laion2b_s34b_b82k_augreg_rewind laion2b_s34b_b82k_augreg_soup laion2b_s34b_b88k
    laion2b_s39b_b160k laion2b_s4b_b115k laion2b_s9b_b144k laion400m_e31 laion400m_e32 laion400m_s11b_b41k
    laion400m_s13b_b51k laion5b_s13b_b90k laion_aesthetic_s13b_b82k laion_aesthetic_s13b_b82k_augreg
    merged2b_s11b_b114k merged2b_s4b_b131k merged2b_s6b_b61k merged2b_s8b_b131k metaclip2_worldwide metaclip_400m
    metaclip_altogether metaclip_fullcc mscoco_finetuned_laion2b_s13b_b90k
""".split()
)
_NEEDED = ("embed_dim", "vision_cfg", "text_cfg")


@cache
def model_configs() -> dict[str, dict[str, Any]]:
    """Model name → configuration, in open_clip's own order. Change none: they are shared."""
    found = {}
    for file in _package().joinpath("model_configs").glob("*.json"):
        config = json.loads(file.read_text("utf-8"))
        if all(key in config for key in _NEEDED):
            found[file.stem] = config
    return dict(sorted(found.items(), key=lambda item: _natural(item[0])))


def _package() -> Path:
    """The folder of open_clip (finding it imports nothing)."""
    spec = importlib.util.find_spec("open_clip")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("open_clip is not installed")
    return Path(next(iter(spec.submodule_search_locations)))


def _natural(name: str) -> list[Any]:
    """ "ViT-B-8" before "ViT-B-16", as open_clip sorts."""
    return [int(piece) if piece.isdigit() else piece for piece in re.split(r"(\d+)", name.lower())]
