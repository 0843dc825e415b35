"""What is known of CLIP models without importing open_clip is what open_clip itself says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import open_clip
import pytest
import torch
from safetensors.torch import save_file

from engine.checkpoints.fitted import like_of
from engine.checkpoints.open_clip_tables import WEIGHTS, model_configs
from engine.networks.clip_shapes import plain_clip_shapes
from engine.networks.open_clip_model import weight_shapes

TEXT = {"context_length": 8, "vocab_size": 600, "width": 64, "heads": 1, "layers": 1}
VIT = {"image_size": [64, 32], "layers": 2, "width": 128, "patch_size": 16, "mlp_ratio": 2.5, "head_width": 32}
RESNET = {"image_size": 64, "layers": [1, 2, 1, 1], "width": 8, "patch_size": None}


def small(vision: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return {"embed_dim": 24, "vision_cfg": vision, "text_cfg": TEXT} | changed


@pytest.mark.parametrize(
    "config", [small(VIT), small(RESNET), *(open_clip.get_model_config(name) for name in ("ViT-B-32", "RN101"))]
)
def test_a_plain_clip_has_the_weights_that_open_clip_makes(config: dict[str, Any]) -> None:
    shapes = plain_clip_shapes(config)
    assert shapes is not None and list(sorted(shapes.items())) == sorted(weight_shapes(config).items())
    with torch.device("meta"):
        real = open_clip.CLIP(**config).state_dict()
    assert {name: like.dtype for name, like in like_of(shapes).items()} == {n: t.dtype for n, t in real.items()}


def test_every_plain_model_of_open_clip_has_the_weights_that_open_clip_makes() -> None:
    plain = {name: shapes for name, config in model_configs().items() if (shapes := plain_clip_shapes(config))}
    assert {"ViT-H-14", "ViT-bigG-14", "RN50x64", "ViT-L-14-336-quickgelu"} <= set(plain)
    for name, shapes in plain.items():
        assert shapes == weight_shapes(open_clip.get_model_config(name)), name


@pytest.mark.parametrize(
    "config",
    [
        {},
        small(VIT, custom_text=True),
        small(VIT, multimodal_cfg={}),
        small(VIT | {"timm_model_name": "convnext_base"}),
        small(VIT | {"pool_type": "avg"}),
        small(VIT | {"layers": 10**9}),
        small(VIT | {"width": 100}),
        small(VIT | {"patch_size": "16"}),
        small(VIT, text_cfg=TEXT | {"proj_bias": True}),
        small(RESNET | {"layers": [1, 1]}),
    ],
)
def test_of_anything_else_only_open_clip_knows(config: dict[str, Any]) -> None:
    assert plain_clip_shapes(config) is None


def test_the_tables_are_those_of_open_clip() -> None:
    assert list(model_configs()) == open_clip.list_models()
    assert all(config == open_clip.get_model_config(name) for name, config in model_configs().items())
    assert {tag for _, tag in open_clip.list_pretrained() if len(tag) > 7} <= WEIGHTS


def test_adding_a_clip_imports_no_open_clip(tmp_path: Path) -> None:
    config = small(RESNET, text_cfg=TEXT | {"vocab_size": 1538})
    file, packs = tmp_path / "small.openai.safetensors", tmp_path / "packs"
    save_file({name: tensor.half() for name, tensor in open_clip.CLIP(**config).state_dict().items()}, file)
    code = (
        "import sys; from engine.cli.main import main; done = main(sys.argv[1:]); "
        "sys.exit(done or any(name in sys.modules for name in ('open_clip', 'torchvision', 'timm', 'transformers')))"
    )
    command = [sys.executable, "-c", code, "packs", "add", str(file), "--name", "small"]
    run = subprocess.run(command, capture_output=True, text=True, env={"SGIM_PACKS": str(packs), "HOME": str(tmp_path)})
    assert run.returncode == 0, run.stderr
    assert (packs / "small" / "joint_embedder.safetensors").is_file()
