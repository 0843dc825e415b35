"""Hostile and odd files through ``sgim`` itself: exit 2, one sentence, nothing run, nothing left among the packs."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.cli.main import main
from tests.checkpoints.pickle_pieces import blob, called, legacy_around, stream, text
from tests.packs.published_files import config_f, random_generator, rosinality_state, write_nvidia, write_rosinality

CONFIG = config_f(16, largest=16, w_dim=16)


class Runs:
    """Leaves a file called ``ran`` when it is unpickled."""

    def __reduce__(self) -> Any:
        return os.system, ("touch ran",)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder: an honest file in both formats, and an empty packs folder."""
    monkeypatch.setenv("SGIM_PACKS", str(tmp_path / "packs"))
    monkeypatch.chdir(tmp_path)
    write_rosinality(tmp_path / "good.pt", CONFIG)
    return tmp_path


@pytest.fixture
def refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run ``sgim`` and see it end with 2 and one sentence that holds the given words; returns the sentence."""

    def run(command: list[str | Path], *words: str) -> str:
        before = sorted((folder / "packs").rglob("*"))
        capsys.readouterr()
        assert main([str(word) for word in command]) == 2
        lines = [line for line in capsys.readouterr().err.replace("\r", "\n").splitlines() if line.startswith("sgim")]
        assert len(lines) == 1 and len(lines[0]) < 500
        for word in words:
            assert word in lines[0]
        assert sorted((folder / "packs").rglob("*")) == before and not (folder / "ran").exists()
        return lines[0]

    return run


def reduced(protocol: int) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(pickle.dumps({"G_ema": Runs()}, protocol=protocol)) and None


def nested(path: Path) -> None:
    inner = legacy_around(pickle.dumps(Runs(), protocol=2))
    path.write_bytes(stream(called("torch.storage", "_load_from_bytes", blob(inner)), 3))


def nested_as_text(path: Path) -> None:
    """The same stream the way protocol 2 spells bytes."""
    inner = legacy_around(pickle.dumps(Runs(), protocol=2))
    encoded = called("_codecs", "encode", text(inner.decode("latin-1")), text("latin1"))
    path.write_bytes(stream(called("torch.storage", "_load_from_bytes", encoded), 2))


def hidden_in_an_honest_file(path: Path) -> None:
    write_nvidia(path, CONFIG, others=False)
    path.write_bytes(path.read_bytes()[:-1] + b"cposix\nsystem\n(" + text("touch ran") + b"tR0.")


def beside_weights(path: Path) -> None:
    torch.save({"g_ema": {"w": torch.zeros(3)}, "x": Runs()}, path)


def in_an_object_array(path: Path) -> None:
    path.write_bytes(pickle.dumps({"w": np.array([Runs()], dtype=object)}))


def zip_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", stream(b"}"))
        archive.writestr("archive/data/0", bytes(20_000_000))


def wrong_header(path: Path) -> None:
    header = b'{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,999]}}'
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(16))


def damaged_state(change: Callable[[dict[str, torch.Tensor]], object]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        state = rosinality_state(random_generator(CONFIG))
        change(state)
        torch.save({"g_ema": state}, path)

    return write


def cut(path: Path) -> None:
    path.write_bytes((path.parent / "good.pt").read_bytes()[:-700])


def without_networks(path: Path) -> None:
    path.write_bytes(pickle.dumps({"training_set_kwargs": {}, "G": None, "D": None, "G_ema": None}))


FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "reduce2.pkl": (reduced(2), "posix.system"),
    "reduce4.pkl": (reduced(4), "posix.system"),
    "reduce0.pkl": (reduced(0), "does not begin like any weights file"),
    "nested.pkl": (nested, "posix.system"),
    "nested-text.pkl": (nested_as_text, "posix.system"),
    "hidden.pkl": (hidden_in_an_honest_file, "posix.system"),
    "beside.pt": (beside_weights, "posix.system"),
    "objects.pkl": (in_an_object_array, "posix.system"),
    "quota.pt": (lambda path: path.write_bytes(b"\n<!DOCTYPE html><html>Quota exceeded</html>"), "web page"),
    "empty.pkl": (lambda path: path.write_bytes(b""), "empty"),
    "cut.pt": (cut, "Download it again"),
    "bomb.pt": (zip_bomb, "compressed"),
    "deep.pkl": (lambda path: path.write_bytes(stream(b"]" * 50_000 + b"a" * 49_999)), "no weights"),
    "outside.pkl": (lambda path: path.write_bytes(stream(text("x") + b"Q")), "outside of the file"),
    "header.safetensors": (wrong_header, "ends too early"),
    "nothing.pkl": (without_networks, "no weights"),
    "flat.pt": (damaged_state(lambda state: [value.zero_() for value in state.values()]), "one flat colour"),
    "nan.pt": (damaged_state(lambda state: state["conv1.conv.weight"].fill_(float("nan"))), "not finite"),
    "whole.pt": (damaged_state(lambda state: state.update({k: v.int() for k, v in state.items()})), "not decimal"),
    "two\nlines.pt": (cut, "two lines.pt"),
    "folder": (lambda path: path.mkdir(), "holds no weights files"),
    "pipe.pt": (os.mkfifo, "pipe or device"),
    "missing.pt": (lambda path: None, "does not exist"),
}


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_honest_weights_file_is_refused(name: str, folder: Path, refused: Callable[..., str]) -> None:
    make, words = FILES[name]
    make(folder / name)
    refused(["packs", "add", folder / name], name.replace("\n", " "), words)
    if not words.startswith("pipe"):
        refused(["render", folder / name, "--pack", "starter-scenes", "--out", folder / "out.npy"])
    assert not (folder / "out.npy").exists()


def changed(where: list[str], value: Any) -> Callable[[dict[str, Any]], None]:
    def change(manifest: dict[str, Any]) -> None:
        for key in where[:-1]:
            manifest = manifest[key]
        manifest[where[-1]] = value

    return change


GENERATOR = ["parts", "generator"]
TAMPERED: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "a file outside": (changed([*GENERATOR, "file"], "../../../etc/passwd.safetensors"), "in the pack's folder"),
    "a neighbour's file": (changed([*GENERATOR, "file"], "../good/generator.safetensors"), "outside its own folder"),
    "another sha256": (changed([*GENERATOR, "sha256"], "0" * 64), "does not match the sha256"),
    "code for an architecture": (changed([*GENERATOR, "architecture"], "os.system"), "cannot be built"),
    "ten million layers": (changed([*GENERATOR, "config", "mapping_layers"], 10**7), "cannot be built"),
    "ten million channels": (changed([*GENERATOR, "config", "channels"], {"4": 10**7, "8": 10**7}), "cannot be built"),
    "a latent of 10^10": (changed([*GENERATOR, "config", "z_dim"], 10**10), "more than any network needs"),
    "a newer version": (changed(["format_version"], 99), "update the program"),
    "no manifest": (lambda manifest: manifest.clear(), "not the manifest"),
}


def test_a_tampered_pack_is_refused_wherever_it_lies_and_hides_no_other(
    folder: Path, refused: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["packs", "add", str(folder / "good.pt"), "--bare"]) == 0
    good, installed, latent = folder / "packs" / "good", folder / "packs" / "tampered", folder / "latent.safetensors"
    save_file({"latent": torch.zeros(6, 16)}, latent)
    for name, (change, words) in TAMPERED.items():
        shutil.copytree(good, folder / "given")
        manifest = json.loads((good / "pack.json").read_text())
        change(manifest)
        (folder / "given" / "pack.json").write_text(json.dumps(manifest))
        refused(["packs", "add", folder / "given", "--name", "tampered"], words)
        shutil.move(folder / "given", installed)
        refused(["packs", "verify", "tampered"], words)
        refused(["render", latent, "--pack", "tampered", "--out", folder / "out.npy"])
        capsys.readouterr()
        assert main(["packs", "list"]) == 0, name
        assert "good " in capsys.readouterr().out
        shutil.rmtree(installed)
    shutil.copytree(good, installed)
    (installed / "generator.safetensors").unlink()
    refused(["packs", "combine", "--name", "new", "--generator", "tampered"], "is missing from its pack")
    (installed / "pack.json").write_text("{")
    assert main(["packs", "list"]) == 0
    assert "damaged:" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["nothing", "../good", "/etc", "", "a" * 300, "good\n", "good\0"])
def test_a_name_that_is_no_pack_is_refused(name: str, refused: Callable[..., str]) -> None:
    for verb in ("info", "verify", "remove"):
        refused(["packs", verb, name])
    refused(["packs", "combine", "--name", "new", "--generator", name])
    refused(["packs", "add", "good.pt", "--name", name if name != "nothing" else "UPPER"], "no name for a pack")


def test_latents_that_cannot_be_drawn_are_refused(folder: Path, refused: Callable[..., str]) -> None:
    assert main(["packs", "add", str(folder / "good.pt"), "--bare"]) == 0
    latent = folder / "latent.safetensors"
    for value, words in (
        (torch.zeros(7, 16), "(7, 16)"),
        (torch.zeros(6, 15), "(6, 15)"),
        (torch.full((6, 16), float("nan")), "not made of numbers"),
        (torch.full((6, 16), 1e38), "not finite"),
    ):
        save_file({"latent": value}, latent)
        refused(["render", latent, "--pack", "good", "--out", folder / "out.npy"], "latent.safetensors", words)
    assert not (folder / "out.npy").exists()
