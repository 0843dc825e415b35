"""Hostile and mistaken files end in one sentence: nothing runs, nothing hangs, memory stays small."""

from __future__ import annotations

import builtins
import os
import pickle
import struct
import subprocess
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.checkpoints.convert import identify, read_checkpoint
from engine.errors import CheckpointError
from engine.networks import stylegan2
from tests.checkpoints.executions import nothing_runs
from tests.checkpoints.nvidia_files import nvidia_bytes
from tests.checkpoints.pickle_pieces import blob, called, get, legacy, legacy_around, named, put, stream, text
from tests.peak_growth import PeakGrowth

TINY = stylegan2.GeneratorConfig(resolution=8, z_dim=4, w_dim=4, mapping_layers=1, channels={4: 3, 8: 2})


@pytest.fixture(scope="module", autouse=True)
def everything_imported(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Formats are imported on first use; the watch for executions begins after that."""
    path = tmp_path_factory.mktemp("warm") / "warm.pt"
    torch.save({"weight": torch.zeros(2)}, path)
    with pytest.raises(CheckpointError):
        read_checkpoint(path)
    path.write_bytes(nvidia_bytes(stylegan2.Generator(TINY)))
    read_checkpoint(path)


def refused(path: Path, content: bytes, *expected: str) -> str:
    """Write the file, see it refused quickly, by name, without running anything; returns the sentence."""
    path.write_bytes(content)
    start = time.process_time()
    with nothing_runs():
        for read in (identify, read_checkpoint):
            with pytest.raises(CheckpointError) as caught:
                read(path)
    assert time.process_time() - start < 5 * 2  # two readings
    sentence = caught.value.sentence
    assert path.name in sentence and "\n" not in sentence and len(sentence) < 400
    for words in expected:
        assert words in sentence
    return sentence


class Runs:
    """Runs something when it is unpickled."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.function, self.arguments = function, arguments

    def __reduce__(self) -> Any:
        return self.function, self.arguments


CODE = {
    "os.system": (os.system, "touch {marker}"),
    "subprocess.Popen": (subprocess.Popen, ["touch", "{marker}"]),
    "eval": (eval, "__import__('pathlib').Path('{marker}').touch()"),
    "exec": (exec, "open('{marker}', 'w')"),
    "open": (builtins.open, "{marker}", "w"),
    "getattr": (getattr, "text", "upper"),
    "import": (__import__, "antigravity"),
    "torch.load": (torch.load, "{marker}"),
    "os.remove": (os.remove, "{marker}"),
}


def evil(name: str, marker: Path) -> Runs:
    function, *arguments = CODE[name]
    filled = [
        a.format(marker=marker) if isinstance(a, str) else [s.format(marker=marker) for s in a] for a in arguments
    ]
    return Runs(function, *filled)


@pytest.mark.parametrize("name", CODE)
@pytest.mark.parametrize("protocol", [2, 4])
def test_code_in_reduce_is_named_and_never_run(tmp_path: Path, name: str, protocol: int) -> None:
    marker = tmp_path / "ran"
    content = pickle.dumps({"G_ema": evil(name, marker)}, protocol=protocol)
    refused(tmp_path / "evil.pkl", content, "names “", "nothing in the file was run")
    assert not marker.exists()


@pytest.mark.parametrize("zipped", [True, False])
def test_code_in_a_torch_file_is_named_and_never_run(tmp_path: Path, zipped: bool) -> None:
    marker = tmp_path / "ran"
    path = tmp_path / "evil.pt"
    torch.save(
        {"g_ema": {"w": torch.zeros(3)}, "x": evil("os.system", marker)}, path, _use_new_zipfile_serialization=zipped
    )
    refused(path, path.read_bytes(), "system”")
    assert not marker.exists()


@pytest.mark.parametrize("depth", [1, 2, 3, 6])
def test_code_in_streams_inside_of_streams_is_never_run(tmp_path: Path, depth: int) -> None:
    marker = tmp_path / "ran"
    body = pickle.dumps(evil("os.system", marker), protocol=2)
    for _ in range(depth):
        inner = legacy_around(body)
        body = stream(called("torch.storage", "_load_from_bytes", blob(inner)), 3)
    sentence = refused(tmp_path / "evil.pkl", body)
    assert ("system" in sentence) if depth <= 3 else ("nests pickles in pickles" in sentence)
    assert not marker.exists()


def test_code_hidden_in_an_honest_generator_is_never_run(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    honest = nvidia_bytes(stylegan2.Generator(TINY))
    hook = b"c" + b"posix\nsystem\n" + b"(" + text(f"touch {marker}") + b"tR0"
    refused(tmp_path / "evil.pkl", honest[:-1] + hook + b".", "posix.system")
    assert not marker.exists()


def test_embedded_source_is_carried_by_every_honest_file_and_never_compiled(tmp_path: Path) -> None:
    path = tmp_path / "honest.pkl"
    path.write_bytes(nvidia_bytes(stylegan2.Generator(TINY)))
    assert b"embedded code was executed" in path.read_bytes()
    with nothing_runs():
        assert read_checkpoint(path).architecture == "stylegan2"


INSTRUCTIONS = {
    "INST": b"(" + b"ios\nsystem\n",
    "OBJ": b"(" + named("os", "system") + text("true") + b"o",
    "EXT1": b"\x82\x01",
    "EXT4": b"\x84\x01\x00\x00\x00",
    "PERSID": b"Pfile\n",
    "DUP": b"N2",
    "NEWOBJ_EX": named("collections", "OrderedDict") + b")}\x92",
    "INT": b"I5\n",
    "NEXT_BUFFER": b"\x97",
}


@pytest.mark.parametrize("name", INSTRUCTIONS)
def test_an_instruction_that_weights_do_not_need_is_named(tmp_path: Path, name: str) -> None:
    first = "os.system" if name == "OBJ" else f"instruction {name}"
    refused(tmp_path / "odd.pkl", stream(INSTRUCTIONS[name], 2), first)


CALLS = {
    "a storage type": named("torch", "FloatStorage") + b")R",
    "a numpy type": named("numpy", "ndarray") + b")R",
    "a string": text("os.system") + b")R",
    "attributes of a number": b"K\x05}b",
    "attributes of a list": b"]}b",
    "a reference outside": b"(" + text("storage") + named("torch", "FloatStorage") + text("0") + text("") + b"K\x01tQ",
    "a second set of attributes": named("argparse", "Namespace") + b")\x81}b}b",
    "object arrays": called("numpy", "dtype", text("O8"), b"\x89", b"\x88") + b"\x85" + b"0"
    + named("numpy.core.multiarray", "scalar") + called("numpy", "dtype", text("O8")) + blob(b"12345678") + b"\x86R",
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_calls_and_attributes_beyond_the_allow_list_are_refused(tmp_path: Path, name: str) -> None:
    refused(tmp_path / "odd.pkl", stream(CALLS[name], 2))


def doubling(levels: int) -> bytes:
    """An NVIDIA-like file of few bytes whose network unfolds into 2^levels modules."""
    empty = text("_parameters") + b"}" + text("_buffers") + b"}" + text("_modules")
    made = b"}(" + empty + b"}u" + put(0)
    for level in range(levels):
        meta = b"}(" + text("type") + text("class") + text("class_name") + text("M") + text("state") + get(level) + b"u"
        module = named("torch_utils.persistence", "_reconstruct_persistent_obj") + meta + b"\x85R" + put(1000)
        made += (
            b"0"
            + module
            + b"0}("
            + empty
            + b"}("
            + text("a")
            + get(1000)
            + text("b")
            + get(1000)
            + b"uu"
            + put(level + 1)
        )
    last = named("torch_utils.persistence", "_reconstruct_persistent_obj") + b"}(" + text("type") + text("class")
    last += text("class_name") + text("Generator") + text("state") + get(levels) + b"u\x85R"
    return stream(made + b"0}" + text("G_ema") + last + b"s")


def tensor_of(shape: str, stride: str, count: int = 4) -> bytes:
    """A legacy torch file of one tensor with a shape of our choice (given as pickled tuples)."""
    whole = legacy({"weight": torch.zeros(3, count)})
    old = b"K\x03K" + bytes([count]) + b"\x86"
    assert whole.count(old) == 1
    whole = whole.replace(old, shape.encode("latin-1"))
    old = b"K" + bytes([count]) + b"K\x01\x86"
    assert whole.count(old) == 1
    return whole.replace(old, stride.encode("latin-1"))


def big(value: int) -> str:
    """LONG1 as text."""
    return "\x8a\x08" + value.to_bytes(8, "little").decode("latin-1")


BOMBS = {
    "millions of instructions": stream(b"N0" * 2_000_000 + b"N"),
    "tuples nested very deep": stream(b")" + b"\x85" * 390_000),
    "lists nested very deep": stream(b"]" * 190_000 + b"a" * 189_999),
    "marks without end": stream(b"(" * 100_000),
    "a number of two gigabytes": stream(b"\x8b" + struct.pack("<I", 2**31 - 1)),
    "a number of a megabyte": stream(b"\x8b" + struct.pack("<I", 2**20) + b"\x7f" * 2**20),
    "a text of four gigabytes": stream(b"X" + struct.pack("<I", 2**32 - 1)),
    "a text of 2^63 bytes": stream(b"\x8d" + struct.pack("<Q", 2**63)),
    "bytes of 2^63": stream(b"\x8e" + struct.pack("<Q", 2**63)),
    "keys that hash for ever": stream(b")" + b"".join(put(0) + get(0) + b"\x86" for _ in range(64)) + b"K\x01s"),
    "modules that double": doubling(60),
    "lists copied for ever": stream(
        b"](" + b"N" * 20_000 + b"e" + put(0) + (named("torch", "Size") + get(0) + b"\x85R0") * 20_000
    ),
    "streams read for ever": stream(
        blob(legacy({"w": torch.zeros(2)})) + put(0)
        + (named("torch.storage", "_load_from_bytes") + get(0) + b"\x85R0") * 30_000
    ),
    "a name without end": stream(b"c" + b"a" * 100_000),
    "a tensor of 2^40 equal numbers": tensor_of(big(2**40) + "K\x04\x86", "K\x00K\x00\x86"),
    "a tensor beyond its storage": tensor_of("K\x7fK\x04\x86", "K\x04K\x01\x86"),
    "a tensor of negative size": tensor_of("J\xff\xff\xff\xffK\x04\x86", "K\x04K\x01\x86"),
    "a tensor of negative stride": tensor_of("K\x03K\x04\x86", "J\xfc\xff\xff\xffK\x01\x86"),
    "safetensors header of 2^62 bytes": struct.pack("<Q", 2**62) + b'{"a":1}' + bytes(64),
    "safetensors nested for ever": struct.pack("<Q", 200_000) + b'{"a":' + b"[" * 199_995 + bytes(64),
    "safetensors beyond its end": (lambda h: struct.pack("<Q", len(h)) + h + bytes(8))(
        b'{"w":{"dtype":"F32","shape":[1000],"data_offsets":[0,4000]}}'
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_within_seconds_and_little_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bomb.pt"
    with PeakGrowth() as peak:
        refused(path, BOMBS[name])
    assert peak.bytes < 200e6


def test_compressed_zip_entries_are_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.pt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("archive/data.pkl", stream(b"}"))
        z.writestr("archive/data/0", bytes(50_000_000))
    refused(path, path.read_bytes(), "compressed")


def test_a_zip_of_something_else_is_called_that(tmp_path: Path) -> None:
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as z:
        z.writestr("a.jpg", b"picture")
    refused(path, path.read_bytes(), "not one that torch wrote", "unpack")


MISTAKES = {
    "quota page": (b"<!DOCTYPE html><html><head><title>Google Drive - Quota exceeded</title>", "web page", "download"),
    "page after blank lines": (b"\r\n\r\n  <HTML><body>Sign in", "web page", "download"),
    "xml answer": (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "web page", "download"),
    "git lfs": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n",
        "Git LFS pointer",
        "git lfs pull",
    ),
    "empty": (b"", "empty", "Download it again"),
    "zeros": (bytes(5000), "unfinished download", "Download it again"),
    "json": (b'{"error": "not found"}', "JSON", "Choose a weights file"),
    "gzip": (b"\x1f\x8b\x08\x00" + bytes(100), "gzip", "Unpack"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture", "Choose a weights file"),
    "noise": (bytes(range(65, 120)) * 9, "does not begin like any weights file", "Choose a weights file"),
    "tensorflow": (stream(called("dnnlib.tflib.network", "Network")), "TensorFlow", "legacy.py"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistaken_file_has_its_own_sentence(tmp_path: Path, name: str) -> None:
    content, *expected = MISTAKES[name]
    refused(tmp_path / "ffhq.pt", content, *expected)  # type: ignore[arg-type]


def test_missing_files_and_folders_have_their_own_sentence(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="does not exist"):
        read_checkpoint(tmp_path / "none.pt")
    with pytest.raises(CheckpointError, match="is a folder"):
        read_checkpoint(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pt")
    with pytest.raises(CheckpointError, match=r"pipe\.pt was not loaded: it is a pipe"):
        read_checkpoint(tmp_path / "pipe.pt")


@pytest.mark.parametrize("kind", ["pickle", "zip", "legacy"])
def test_a_file_cut_anywhere_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "cut.pt"
    if kind == "pickle":
        path.write_bytes(nvidia_bytes(stylegan2.Generator(TINY)))
    else:
        torch.save({"w": torch.zeros(40, 40)}, path, _use_new_zipfile_serialization=kind == "zip")
    whole = path.read_bytes()
    for size in sorted({1, 2, 3, 15, 16, 64, *range(100, len(whole), len(whole) // 25), len(whole) - 1}):
        refused(path, whole[:size])


def test_an_overlong_name_from_the_file_cannot_flood_the_sentence(tmp_path: Path) -> None:
    sentence = refused(tmp_path / "odd.pkl", stream(named("x" * 400, "\x1b[31m"), 2))
    assert "\x1b" not in sentence
