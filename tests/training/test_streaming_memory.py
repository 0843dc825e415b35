"""A hundred thousand clips need no more memory than ten thousand."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from small_collection import LABELS, MEL, RATE, WIDTH, WordTowers

from engine.networks.sound_encoders import build_sound_encoder
from engine.training.feature_cache import cache_features
from engine.training.loop import LoopPlan, train
from engine.training.ranks import Ranks
from engine.training.shard_format import wav_bytes
from engine.training.shard_stream import ShardStream
from engine.training.sound_encoder_task import SoundEncoderRecipe, SoundEncoderTask


def resident_megabytes() -> float:
    line = next(li for li in Path("/proc/self/status").read_text().splitlines() if li.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def write_tars(folder: Path, shards: int, each: int) -> None:
    """Plain WebDataset tars of short tones, as another program would write them."""
    folder.mkdir()
    source = np.random.default_rng(0)
    for shard in range(shards):
        with tarfile.open(folder / f"{shard:05d}.tar", "w") as archive:
            for number in range(each):
                label = list(LABELS)[number % 3]
                tone = 0.3 * np.sin(2 * np.pi * LABELS[label] * np.arange(640) / RATE + source.uniform(0, 6))
                meta = json.dumps({"label": label, "caption": f"sound of {label} {number % 50}"}).encode()
                for kind, data in (("wav", wav_bytes(tone, RATE)), ("json", meta)):
                    info = tarfile.TarInfo(f"{shard:05d}{number:05d}.{kind}")
                    info.size = len(data)
                    archive.addfile(info, io.BytesIO(data))


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_resident_memory_is_flat_over_a_hundred_thousand_clips(tmp_path: Path) -> None:
    write_tars(tmp_path / "shards", shards=100, each=1000)
    cache_features(tmp_path / "shards", WordTowers(), variants=2)
    stream = ShardStream(tmp_path / "shards", MEL, 250)
    network = build_sound_encoder({"kind": "conv", "out_dim": WIDTH, "mels": MEL.n_mels, "frames": MEL.frames,
                                   "widths": (8, 16), "depths": (1, 1)})
    task = SoundEncoderTask(network, stream, SoundEncoderRecipe(epochs=1, batch=250, half=False), Ranks())
    seen: list[float] = []
    result = train(task, LoopPlan(tmp_path / "out", events=False, quiet=True),
                   after_step=lambda number, values: seen.append(resident_megabytes()))
    assert result.steps == 400 and result.finished and stream.unreadable == 0
    settled = seen[40:]
    print(f"resident memory {settled[0]:.0f} MB after 10,000 clips, at most {max(settled):.0f} MB until 100,000; "
          f"{result.items_per_second:.0f} clips/s")
    assert max(settled) <= 1.10 * settled[0]
