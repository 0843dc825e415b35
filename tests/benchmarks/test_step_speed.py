"""One optimisation step (one view) against the published algorithm written plainly (issue 2, "must show").

Seconds are processor seconds of one thread, so that a machine shared with others does not change the comparison.
``python -m tests.benchmarks.test_step_speed`` prints the table that ``resources/reports/step_speed.md`` holds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import open_clip
import pytest
import torch

from engine.cli.bench import cpu_name
from engine.guidance.frozen import fast_dtype
from engine.networks.open_clip_model import build_open_clip
from engine.packs.manifest import Defaults, Manifest, Part
from engine.packs.writer import write_pack
from tests.packs.published_files import config_f, random_generator

HERE = Path(__file__).parent
STEPS = 2
PICTURE = {"mean": [0.48145466, 0.4578275, 0.40821073], "std": [0.26862954, 0.26130258, 0.27577711], "size": 224}


def write_full_size(folder: Path, resolution: int) -> Path:
    """A pack with a config-F generator and ViT-B/32, random weights in half precision, one view a step."""
    clip = open_clip.get_model_config("ViT-B-32")
    config = config_f(resolution)
    parts = {
        "generator": Part("generator", "stylegan2", config.to_dict(), "generator.safetensors"),
        "joint_embedder": Part("joint_embedder", "open_clip", clip, "clip.safetensors"),
    }
    manifest = Manifest(
        name=f"size-{resolution}", domain="any", resolution=resolution, parts=parts,
        preprocessing={"picture": PICTURE}, defaults=Defaults(extra={"views": 0}),
    )  # fmt: skip
    torch.manual_seed(1)
    tensors = {
        "generator": random_generator(config).state_dict(),
        "joint_embedder": build_open_clip(clip).state_dict(),
    }
    write_pack(folder / manifest.name, manifest, tensors)
    return folder / manifest.name


def measured(side: str, pack: Path) -> dict[str, Any]:
    """What ``step_speed.py`` prints, and the gradient of its first step."""
    environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1]), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(HERE / "step_speed.py"), side, str(pack), str(STEPS)]
    run = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout.strip().splitlines()[-1])
    return {**found, "gradient": torch.load(pack / f"gradient_{side}.pt", weights_only=True).flatten()}


def compared(folder: Path, resolution: int, *sides: str) -> tuple[list[str], dict[str, dict[str, float]]]:
    """Lines of a markdown table, and per side how many times faster, the share of memory, the gradients' cosine."""
    pack = write_full_size(folder, resolution)
    published = measured("published", pack)
    seconds, memory = published["cpu_seconds"], published["peak_mb"]
    lines = [f"| {resolution}² | published, float32 | {seconds:.2f} | {memory:.0f} | | |"]
    table = {}
    for side in sides:
        ours = measured(side, pack)
        table[side] = {
            "faster": published["cpu_seconds"] / ours["cpu_seconds"],
            "memory": ours["peak_mb"] / published["peak_mb"],
            "cosine": float(torch.cosine_similarity(ours["gradient"], published["gradient"], dim=0)),
        }
        about = table[side]
        lines.append(
            f"| {resolution}² | ours, {side} | {ours['cpu_seconds']:.2f} | {ours['peak_mb']:.0f} | "
            f"{about['faster']:.1f}× faster, {about['memory']:.2f} of the memory | {about['cosine']:.5f} |"
        )
    return lines, table


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("resolution", [256, 1024])
def test_a_step_is_five_times_faster_in_half_the_memory(resolution: int, tmp_path: Path) -> None:
    fast = fast_dtype(torch.device("cpu"))
    precision = str(fast).removeprefix("torch.")
    lines, table = compared(tmp_path, resolution, precision)
    print(cpu_name(), *lines, sep="\n")
    # Five times needs a processor that multiplies bfloat16; float32 alone was 3.0 and 4.2 times faster.
    assert table[precision]["faster"] >= (5.0 if fast is torch.bfloat16 else 2.5)
    assert table[precision]["memory"] <= (0.5 if fast is torch.bfloat16 else 0.7)
    assert table[precision]["cosine"] > 0.99


def main() -> None:
    print(f"{cpu_name()}, 1 thread, torch {torch.__version__}; fast precision: {fast_dtype(torch.device('cpu'))}\n")
    print("| picture | step | processor s | peak MB of the process | against published | cosine of gradients |")
    print("| --- | --- | --- | --- | --- | --- |")
    for resolution in (256, 1024):
        with tempfile.TemporaryDirectory() as folder:
            print(*compared(Path(folder), resolution, "bfloat16", "float32")[0], sep="\n", flush=True)


if __name__ == "__main__":
    main()
