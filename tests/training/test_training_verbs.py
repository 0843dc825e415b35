"""`sgim train shard` and `sgim train sound-encoder` as an artist runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from small_collection import write_collection
from tiny_pack import JOINT, write_tiny_pack

from engine.cli.main import main
from engine.embedding.mel import MelConfig, log_mel
from engine.networks.registry import build
from engine.training.shard_format import ShardList


def test_a_folder_of_recordings_becomes_shards(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_collection(tmp_path / "recordings", 10)
    (folder / "003.wav").write_bytes(b"no sound")
    command = ["train", "shard", str(folder), "--out", str(tmp_path / "shards"), "--clips-per-shard", "4", "--json"]
    assert main(command) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["clips"], told["broken"], told["missing"]) == (9, 1, 0)
    assert ShardList.load(tmp_path / "shards").total == 9
    assert main(command) == 0  # done already: the same answer, nothing written again
    assert json.loads(capsys.readouterr().out)["clips"] == 9


def test_a_collection_becomes_a_sound_encoder_that_a_pack_can_hold(tmp_path: Path,
                                                                  capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_collection(tmp_path / "recordings", 12)
    pack = write_tiny_pack(tmp_path / "packs" / "tiny")
    out = tmp_path / "out"
    command = ["train", "sound-encoder", "--data", str(folder), "--out", str(out), "--pack", str(pack.path),
               "--encoder", "conv", "--epochs", "1", "--batch", "4", "--device", "cpu", "--json"]
    assert main(command) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["finished"] and told["steps"] == 2  # ten clips lie outside the held-out fold
    part = json.loads((out / "sound_encoder.json").read_text())
    assert part["tower"] == pack.part("joint_embedder").sha256
    encoder = build(part["architecture"], part["config"])
    encoder.load_state_dict(load_file(out / "sound_encoder.safetensors"))
    mel = MelConfig.from_dict(part["mel"])
    vector = encoder(log_mel(torch.zeros(1, mel.window_samples), mel))
    assert vector.shape == (1, JOINT) and vector.norm().item() == pytest.approx(1.0, abs=1e-4)
    assert (out / "curve.png").is_file() and (out / "checkpoint.json").is_file()


def test_a_wrong_option_or_folder_is_one_sentence_and_exit_two(tmp_path: Path,
                                                              capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "shard", str(tmp_path / "nowhere"), "--out", str(tmp_path / "x")]) == 2
    said = capsys.readouterr().err.strip()
    assert said.count("\n") == 0 and "nowhere is not a folder" in said
    command = ["train", "sound-encoder", "--data", str(tmp_path), "--out", str(tmp_path / "o"), "--encoder", "lstm"]
    assert main(command) == 2
    assert "invalid choice: 'lstm'" in capsys.readouterr().err
