"""Every kind of bad input: exit 2, one sentence on stderr naming the file, nothing written."""

from __future__ import annotations

import json
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from encoded_files import encode_video, tone
from PIL import Image

from engine.cli.find_files import file_sha256
from engine.cli.main import main
from engine.media.samples import sample
from engine.media.wav_files import wav_bytes

PICTURE, SOUND = str(sample("coast.jpg")), str(sample("rain.ogg"))


@pytest.fixture
def fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Run ``sgim``; expect exit 2 and one sentence that contains ``named``; nothing may be left in out/."""
    out = tmp_path / "out"
    out.mkdir()

    def run(*arguments: str, named: str) -> str:
        status = main([a.replace("OUT", str(out)) for a in arguments])
        printed = capsys.readouterr()
        assert status == 2, printed
        assert printed.out == ""
        lines = printed.err.strip().splitlines()
        assert len(lines) == 1, printed.err
        assert lines[0].startswith("sgim") and lines[0].endswith(".") and "Traceback" not in lines[0]
        assert named in lines[0], lines[0]
        assert list(out.iterdir()) == []
        return lines[0]

    return run


def picture_file(folder: Path, kind: str) -> Path:
    path = folder / f"{kind}.png"
    good = sample("coast.jpg").read_bytes()
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "truncated":
        path.write_bytes(good[: len(good) // 2])
    elif kind == "text":
        path.write_text("not a picture")
    elif kind == "sound":
        path.write_bytes(Path(SOUND).read_bytes())
    elif kind == "dot":
        Image.new("RGB", (1, 1)).save(path)
    elif kind == "huge":
        header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
        parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 99)), (b"IEND", b"")]
        chunks = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    return path


@pytest.mark.parametrize("kind", ["missing", "empty", "truncated", "text", "sound", "dot", "huge"])
@pytest.mark.parametrize("verb", ["edit", "invert"])
def test_bad_pictures(fails, tmp_path: Path, verb: str, kind: str) -> None:  # type: ignore[no-untyped-def]
    path = picture_file(tmp_path, kind)
    rest = {"edit": ["--text", "rain", "--out", "OUT/x.png"], "invert": ["--out", "OUT/x.safetensors"]}
    fails(verb, str(path), *rest[verb], named=path.name)


def sound_file(folder: Path, kind: str) -> Path:
    path = folder / f"{kind}.wav"
    good = wav_bytes(tone(1.0, 8000), 8000)
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "truncated":
        path.write_bytes(good[: len(good) // 2])
    elif kind == "text":
        path.write_text("not a sound")
    elif kind == "picture":
        path.write_bytes(Path(PICTURE).read_bytes())
    elif kind == "silence":
        path.write_bytes(wav_bytes(np.zeros(8000, np.float32), 8000))
    elif kind == "nan":
        path.write_bytes(wav_bytes(np.full(8000, np.nan, np.float32), 8000))
    elif kind == "video":
        return encode_video(folder / "video.mp4")
    return path


@pytest.mark.parametrize("kind", ["missing", "empty", "truncated", "text", "picture", "silence", "nan", "video"])
def test_bad_sounds(fails, tmp_path: Path, kind: str) -> None:  # type: ignore[no-untyped-def]
    path = sound_file(tmp_path, kind)
    fails("edit", PICTURE, "--sound", str(path), "--out", "OUT/x.png", named=path.name)
    fails("embed", "--sound", str(path), "--out", "OUT/x.json", named=path.name)


@pytest.mark.parametrize("trim", ["9:12", "4:9", "3:2", "2:2", "0:0.01", "nan:2", "-1:2"])
def test_a_trim_outside_the_clip(fails, trim: str) -> None:  # type: ignore[no-untyped-def]
    fails("edit", PICTURE, "--sound", SOUND, "--trim", trim, "--out", "OUT/x.png", named="rain.ogg")


def test_a_trim_to_silence(fails, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "late.wav"
    path.write_bytes(wav_bytes(np.concatenate([np.zeros(8000, np.float32), tone(1.0, 8000)]), 8000))
    fails("edit", PICTURE, "--sound", str(path), "--trim", "0:0.9", "--out", "OUT/x.png", named="late.wav")


def test_neither_sound_nor_text(fails) -> None:  # type: ignore[no-untyped-def]
    fails("edit", PICTURE, "--out", "OUT/x.png", named="neither a sound nor a text")
    fails("edit", PICTURE, "--text", "  ", "--out", "OUT/x.png", named="text is empty")


def test_unknown_packs_are_named_with_the_known_ones(fails) -> None:  # type: ignore[no-untyped-def]
    for verb in (["edit", PICTURE, "--text", "rain"], ["sample"]):
        fails(*verb, "--pack", "nowhere", "--out", "OUT/x.png", named="nowhere")


CONTRADICTIONS = {
    "mix and split": ["--sound", SOUND, "--text", "rain", "--mix", "0.3", "--split", "4"],
    "mix alone": ["--sound", SOUND, "--mix", "0.3"],
    "mix out of range": ["--sound", SOUND, "--text", "rain", "--mix", "2"],
    "steps out of range": ["--text", "rain", "--steps", "-3"],
    "strength out of range": ["--text", "rain", "--strength", "9"],
    "strength not a number": ["--text", "rain", "--strength", "much"],
    "gain out of range": ["--sound", SOUND, "--gain", "500"],
    "gain without sound": ["--text", "rain", "--gain", "3"],
    "two trims for one sound": ["--sound", SOUND, "--trim", "0:1", "--trim", "1:2"],
    "the same sound twice": ["--sound", SOUND, SOUND],
    "bad face": ["--text", "rain", "--face", "1,2,3"],
    "face and no-align": ["--text", "rain", "--face", "0,0,9,9,0", "--no-align"],
    "negative lambda": ["--text", "rain", "--lambda-reg", "-1"],
    "learning rate": ["--text", "rain", "--learning-rate", "0"],
    "unknown objective": ["--text", "rain", "--objective", "magic"],
    "no variants": ["--text", "rain", "--variants", "0"],
    "negative seed": ["--text", "rain", "--seed", "-5"],
    "endless seed": ["--text", "rain", "--seed", str(2**70)],
    "more threads than any machine has": ["--text", "rain", "--threads", "100000"],
    "a frame that is no number": ["--text", "rain", "--face", "nan,2,30,30,0"],
}


@pytest.mark.parametrize("name", list(CONTRADICTIONS))
def test_contradictions(fails, name: str) -> None:  # type: ignore[no-untyped-def]
    fails("edit", PICTURE, *CONTRADICTIONS[name], "--out", "OUT/x.png", named="")


def test_places_that_cannot_be_written_are_found_before_the_work(fails, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    fails("edit", PICTURE, "--text", "rain", "--out", "OUT/none/x.png", named="none")
    fails("edit", PICTURE, "--text", "rain", "--out", "OUT", named="")
    fails("edit", PICTURE, "--text", "rain", "--out", "OUT/x.bmp", named="x.bmp")
    fails("edit", PICTURE, "--text", "rain", "--out", "OUT/x.png", "--report", "OUT/none/r.json", named="none")
    fails("invert", PICTURE, "--out", "OUT/x.pt", named="x.pt")
    fails("morph", PICTURE, "--sound", SOUND, "--out", "OUT/x.avi", named="x.avi")


@pytest.mark.parametrize(
    "frame", ["99999,20,300,300,0", "-400,20,300,300,0", "1e30,20,1e30,300,0", "0,0,90000,90000,0"]
)
def test_a_face_frame_that_misses_the_picture(fails, frame: str) -> None:  # type: ignore[no-untyped-def]
    for verb in (
        ["edit", PICTURE, "--text", "rain", "--out", "OUT/x.png"],
        ["invert", PICTURE, "--out", "OUT/x.safetensors"],
    ):
        fails(*verb, "--face", frame, named="coast.jpg")


def test_originals_are_never_overwritten(fails, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    picture = tmp_path / "mine.png"
    Image.open(PICTURE).resize((64, 64)).save(picture)
    before = picture.read_bytes()
    text = ["edit", str(picture), "--text", "rain"]
    fails(*text, "--out", str(picture), named="mine.png")
    fails(*text, "--out", f"{tmp_path}/../{tmp_path.name}/mine.png", named="mine.png")
    fails(*text, "--region", PICTURE, "--out", PICTURE, named="coast.jpg")
    fails(*text, "--out", "OUT/x.png", "--report", str(picture), named="mine.png")
    fails(*text, "--out", "OUT/x.png", "--report", "OUT/r.json", "--recipe", "OUT/r.json", named="r.json")
    second = tmp_path / "mine-2.png"
    picture.rename(second)
    fails("edit", str(second), "--text", "rain", "--variants", "2", "--out", f"{tmp_path}/mine.png", named="mine-2.png")
    assert second.read_bytes() == before


@pytest.fixture
def recipe(tmp_path: Path) -> dict[str, object]:
    """Of a small picture and a second of sound beside it."""
    Image.open(PICTURE).resize((64, 64)).save(tmp_path / "hill.jpg")
    (tmp_path / "hum.wav").write_bytes(wav_bytes(tone(1.0, 8000), 8000))
    sounds = [{"sha256": file_sha256(tmp_path / "hum.wav"), "name": "hum.wav"}]
    picture = {"picture_sha256": file_sha256(tmp_path / "hill.jpg"), "picture_name": "hill.jpg"}
    return {"format": "sgim-recipe", "version": 1, "pack": "nowhere", "sounds": sounds, **picture}


@pytest.mark.parametrize("strip", [[], ["--strip"]])
@pytest.mark.parametrize("name", ["x.png", "x.jpg"])
def test_a_recipe_is_not_replaced_or_removed_by_its_replay(  # type: ignore[no-untyped-def]
    fails, tmp_path: Path, recipe: dict[str, object], name: str, strip: list[str]
) -> None:
    path = tmp_path / f"{name}.recipe.json"
    path.write_text(json.dumps(recipe))
    fails("replay", str(path), "--out", f"{tmp_path}/{name}", *strip, named=path.name)
    (tmp_path / "x.webp").write_bytes((tmp_path / "hill.jpg").read_bytes())  # its recipe lies in its sidecar
    path = path.rename(tmp_path / "x.webp.recipe.json")
    fails("replay", f"{tmp_path}/x.webp", "--out", "OUT/y.png", "--report", str(path), named=path.name)
    assert json.loads(path.read_text()) == recipe


def test_a_morph_replaces_neither_its_sound_nor_its_picture(fails, tmp_path: Path, recipe: dict[str, object]) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "r.json"
    path.write_text(json.dumps(recipe))
    film = encode_video(tmp_path / "clip.mp4", sound=tone(0.5, 48_000))
    before = film.read_bytes()
    fails("morph", str(path), "--sound", str(film), "--out", str(film), named="clip.mp4")
    named_film = (tmp_path / "hill.jpg").rename(tmp_path / "hill.mp4")  # whatever it is called
    given = ["--image", str(named_film), "--sound", str(film)]
    fails("morph", str(path), *given, "--out", str(named_film), named="hill.mp4")
    assert film.read_bytes() == before and named_film.is_file()


def test_a_film_into_a_pipe_is_refused_before_the_work(fails, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    pipe = tmp_path / "pipe.mp4"
    os.mkfifo(pipe)
    fails("morph", "missing.json", "--sound", SOUND, "--out", str(pipe), named="pipe.mp4 is a pipe")
    assert pipe.is_fifo()


def test_an_inverted_picture_is_not_replaced_by_its_latent(fails, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    picture = tmp_path / "z.safetensors"
    picture.write_bytes(Path(PICTURE).read_bytes())
    fails("invert", str(picture), "--out", str(picture), "--pack", "nowhere", named="one of the originals")


def test_results_and_the_sidecars_of_results_have_names_of_their_own(fails, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    edit = ["edit", PICTURE, "--text", "rain", "--variants", "2", "--out", "OUT/x.jpg"]
    fails(*edit, "--report", "OUT/x.jpg.recipe.json", named="two results")
    fails(*edit, "--recipe", "OUT/x-2.jpg.recipe.json", named="two results")
    own = tmp_path / "x.jpg.recipe.json"
    Image.new("L", (256, 256), 255).save(own, "PNG")
    fails("edit", PICTURE, "--text", "rain", "--region", str(own), "--out", f"{tmp_path}/x.jpg", named=own.name)


def test_protected_files_and_folders_and_endless_names_are_refused_before_the_work(
    fails,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,  # type: ignore[no-untyped-def]
) -> None:
    text = ["edit", PICTURE, "--text", "rain", "--out"]
    fails(*text, f"OUT/{'x' * 300}.png", named="another name")
    kept = tmp_path / "kept.png"
    kept.write_bytes(b"mine")
    # Access is asked of the system: whoever runs the tests as root may write anywhere.
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) not in (kept, tmp_path / "locked"))
    fails(*text, str(kept), named="write-protected")
    (tmp_path / "locked").mkdir()
    fails(*text, f"{tmp_path}/locked/x.png", named="locked")
    assert kept.read_bytes() == b"mine"


def test_bad_regions(fails, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    Image.new("L", (256, 256), 0).save(tmp_path / "black.png")
    Image.new("L", (400, 100), 255).save(tmp_path / "wide.png")
    for mask in ("black.png", "wide.png", "missing.png"):
        fails("edit", PICTURE, "--text", "rain", "--region", str(tmp_path / mask), "--out", "OUT/x.png", named=mask)


def test_bad_recipes(fails, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "other.json").write_text('{"format": "something"}')
    (tmp_path / "newer.json").write_text('{"format": "sgim-recipe", "version": 99}')
    for name, named in (("broken.json", "damaged"), ("other.json", "recipe"), ("newer.json", "newer")):
        assert name in fails("replay", str(tmp_path / name), "--out", "OUT/x.png", named=named)
    fails("replay", str(tmp_path / "gone.json"), "--out", "OUT/x.png", named="gone.json")
    fails("replay", PICTURE, "--out", "OUT/x.png", named="coast.jpg")
    lonely = '{"format": "sgim-recipe", "version": 1, "pack": "p", "picture_sha256": "00", "picture_name": "far.jpg"}'
    (tmp_path / "lonely.json").write_text(lonely)
    fails("replay", str(tmp_path / "lonely.json"), "--out", "OUT/x.png", named="far.jpg")


@pytest.mark.parametrize(
    "wrong",
    ['"fidelity": "ultra"', '"seed": "one"', '"seed": -1', '"threads": 0', '"device": "abacus"', '"loudness": "no"',
     '"steps": 2.5', '"lambda_reg": -1', '"text": {"text": 3}', '"sounds": [{"sha256": 5}]', '"face": [1, 2]',
     '"pack": null', '"finish": "glossy"', '"learning_rate": 0', '"picture_name": 7', '"variant": -1',
     '"pinned_layers": [[-1, 1]]', '"pinned_layers": [[0, 3]]', '"pinned_layers": [[1e999, 1]]'],
)  # fmt: skip
def test_recipes_with_impossible_values(fails, tmp_path: Path, wrong: str) -> None:  # type: ignore[no-untyped-def]
    head = '{"format": "sgim-recipe", "version": 1, "pack": "p", "picture_sha256": "00", "text": {"text": "rain"}, '
    (tmp_path / "odd.json").write_text(f"{head}{wrong}}}")
    fails("replay", str(tmp_path / "odd.json"), "--out", "OUT/x.png", named="odd.json")


def test_bad_batch_folders(fails, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "bare").mkdir()
    rest = ("--sounds", str(Path(SOUND).parent), "--out", "OUT/b")
    fails("batch", "--images", str(tmp_path / "none"), *rest, named="none")
    fails("batch", "--images", str(tmp_path / "bare"), *rest, named="bare")
    fails("batch", "--images", str(Path(PICTURE).parent), "--out", "OUT/b", named="neither a sound nor a text")


@pytest.mark.parametrize(
    "arguments",
    [[], ["fly"], ["edit"], ["edit", PICTURE], ["sample"], ["train"], ["train", "magic"], ["render"], ["embed"]],
)
def test_missing_and_unknown_arguments(fails, arguments: list[str]) -> None:  # type: ignore[no-untyped-def]
    fails(*arguments, named="")
