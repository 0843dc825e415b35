"""Each verb does its work on real files, through ``main()``, with a tiny untrained pack."""

from __future__ import annotations

import io
import itertools
import json
import os
import resource
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import torch
from encoded_files import tone
from named_pipes import read_pipe
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from tiny_pack import write_tiny_pack

from engine.cli import demo
from engine.cli.main import main
from engine.cli.progress import follow, follow_run
from engine.media.pictures import load_picture, read_recipe
from engine.media.samples import sample
from engine.media.sounds import load_sound, save_wav
from engine.peak_memory import peak_memory_mb
from engine.request import Request, SoundGuide, TextGuide
from engine.studio import Studio

SOUND = str(sample("rain.ogg"))
QUICK = ["--threads", "1", "--device", "cpu", "--fidelity", "fast", "--steps", "3"]


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> str:
    before = torch.get_num_threads()
    folder = tmp_path_factory.mktemp("packs") / "tiny"
    write_tiny_pack(folder)
    yield str(folder)  # type: ignore[misc]
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("pictures") / "hill.png"
    Image.open(sample("coast.jpg")).resize((96, 64)).save(path)
    return str(path)


@pytest.fixture(scope="module")
def edited(pack: str, picture: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One sound-and-text edit with report and recipe, looked at by several tests."""
    folder = tmp_path_factory.mktemp("edited")
    files = ["--out", f"{folder}/out.png", "--report", f"{folder}/report.json", "--recipe", f"{folder}/recipe.json"]
    guides = ["--sound", SOUND, "--text", "heavy rain", "--trim", "0.5:3", "--gain", "-3", "--mix", "0.4"]
    assert main(["edit", picture, *guides, "--pack", pack, *QUICK, *files]) == 0
    return folder


def test_the_report_holds_everything_the_contract_names(edited: Path) -> None:
    report = json.loads((edited / "report.json").read_text())
    assert report["request"]["text"] == {"text": "heavy rain"} and report["request"]["mix_alpha"] == 0.4
    assert report["request"]["sounds"][0]["end"] == 3 and report["request"]["sounds"][0]["gain_db"] == -3
    assert report["pack"]["name"] == "tiny" and report["pack"]["version"] == "1"
    assert len(report["pack"]["sha256"]) == 5 and all(len(v) == 64 for v in report["pack"]["sha256"].values())
    assert report["device"] == "cpu" and report["threads"] == 1
    assert report["seconds"]["total"] >= report["seconds"]["edit"] > 0
    assert set(report["similarity"]) == {"before", "after"} and report["identity"] is None
    assert sum(report["layer_mask"]) == pytest.approx(1, abs=1e-4)
    assert report["seconds"]["edit.listen"] <= report["seconds"]["edit"]
    assert report["latent_distance"] > 0
    assert 100 < report["peak_memory_mb"] < peak_memory_mb() + 1  # the kernel counts to within some hundred kB
    assert report["heard"][0][0] == 0.5 and report["heard"][-1][1] == pytest.approx(3, abs=0.01)
    assert -40 < report["level_lufs"] < -10
    for guide in ("sound", "text"):
        steps = report["guides"][guide]["steps"]
        assert len(steps) == 3 and set(steps[0]) == {"step", "loss", "similarity"}


def test_a_mixed_result_is_compared_with_its_guides_by_its_own_picture(pack: str, picture: str) -> None:
    studio = Studio("cpu", 1)
    studio.load_pack(pack)
    sound = load_sound(SOUND)
    source = follow(studio.invert(load_picture(picture), fidelity="fast"))
    request = Request(
        "tiny", "", sounds=(SoundGuide(sound.sha256),), text=TextGuide("heavy rain"), steps=3, mix_alpha=0.4
    )
    run = studio.edit(source, request, {sound.sha256: sound})
    list(run)
    seen, embedder = studio.embed_picture(run.results["mixed"].picture), studio.loaded.embedder
    text, heard = embedder.texts(["heavy rain"])[0], embedder.sound(sound).vector
    assert run.results["mixed"].similarity_after == pytest.approx(
        float(0.6 * seen @ heard + 0.4 * seen @ text), abs=1e-4
    )


def test_the_edited_picture_has_the_originals_size_and_carries_its_recipe(edited: Path, picture: str) -> None:
    out = load_picture(edited / "out.png")
    assert (out.width, out.height) == (96, 64)
    recipe = read_recipe(edited / "out.png")
    assert recipe is not None and recipe["picture_sha256"] == load_picture(picture).sha256
    assert "files" not in recipe  # no paths of the artist's disk in a picture that travels
    sidecar = json.loads((edited / "recipe.json").read_text())
    assert sidecar.pop("files")[recipe["picture_sha256"]] == str(Path(picture).resolve()) and sidecar == recipe


def test_a_recipe_replays_to_the_same_picture(edited: Path, picture: str, tmp_path: Path) -> None:
    expected = load_picture(edited / "out.png").pixels
    assert main(["replay", f"{edited}/recipe.json", "--out", f"{tmp_path}/a.png"]) == 0
    again = ["--image", picture, "--sound", SOUND, "--out", f"{tmp_path}/b.png"]
    assert main(["replay", f"{edited}/out.png", *again]) == 0
    for name in "ab":
        assert np.array_equal(load_picture(tmp_path / f"{name}.png").pixels, expected)


def test_a_recipe_holds_how_many_threads_were_used(pack: str, picture: str, tmp_path: Path) -> None:
    used, rest = torch.get_num_threads(), ["--fidelity", "fast", "--steps", "1", "--pack", pack]
    try:
        assert main(["edit", picture, "--text", "rain", "--out", f"{tmp_path}/x.png", *rest]) == 0
        recipe = read_recipe(tmp_path / "x.png")
        assert recipe is not None and recipe["threads"] == torch.get_num_threads() == os.cpu_count()
    finally:
        torch.set_num_threads(used)


def test_a_sound_that_is_not_the_recipes_is_refused(
    edited: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", f"{tmp_path}/x.png"]
    for sounds, named in (([str(sample("fire.ogg"))], "fire.ogg"), ([SOUND, f"{tmp_path}/gone.ogg"], "gone.ogg")):
        assert main(["replay", f"{edited}/recipe.json", "--sound", *sounds, *out]) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1 and named in error
    assert list(tmp_path.iterdir()) == []


def test_a_layer_pinned_beyond_the_packs_is_refused(
    edited: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = json.loads((edited / "recipe.json").read_text())
    (tmp_path / "pinned.json").write_text(json.dumps({**recipe, "pinned_layers": [[99, 1]]}))
    assert main(["replay", f"{tmp_path}/pinned.json", "--out", f"{tmp_path}/x.png"]) == 2
    assert "Layer 100 is pinned, but the pack tiny has" in capsys.readouterr().err.strip().splitlines()[-1]


def test_a_recipe_is_applied_to_another_picture(
    edited: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.open(sample("painting.jpg")).resize((64, 64)).save(tmp_path / "other.png")
    rest = ["--image", f"{tmp_path}/other.png", "--out", f"{tmp_path}/out.png", "--json"]
    assert main(["replay", f"{edited}/recipe.json", *rest]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["request"]["picture_name"] == "other.png"
    assert report["request"]["picture_sha256"] == load_picture(tmp_path / "other.png").sha256
    assert load_picture(tmp_path / "out.png").width == 64


def test_variants_differ_and_strip_leaves_nothing_behind(
    pack: str, picture: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rest = ["--variants", "2", "--strip", "--finish", "model", "--json", "--pack", pack, *QUICK]
    assert main(["edit", picture, "--text", "snow", "--out", f"{tmp_path}/v.png", *rest]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [v["request"]["variant"] for v in report["variants"]] == [0, 1]
    assert report["heard"] == [] and report["level_lufs"] is None
    first, second = (v["seconds"] for v in report["variants"])
    assert all(first[name] == second[name] for name in ("read", "load", "invert"))  # what both share is told in each
    assert second["edit"] < first["edit"]  # a time of its own: the first one's opens the embedder, too
    assert all(sum(own[n] for n in ("invert", "edit", "finish", "save")) <= own["total"] for own in (first, second))
    one, two = load_picture(tmp_path / "v.png"), load_picture(tmp_path / "v-2.png")
    assert not np.array_equal(one.pixels, two.pixels)
    assert read_recipe(tmp_path / "v.png") is None and b"digitalsourcetype" not in (tmp_path / "v.png").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["v-2.png", "v.png"]


def test_outside_the_region_no_pixel_changes(pack: str, picture: str, tmp_path: Path) -> None:
    mask = np.zeros((64, 96), np.uint8)
    mask[:, 48:] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    rest = ["--region", f"{tmp_path}/mask.png", "--finish", "detail", "--strength", "3", "--pack", pack, *QUICK]
    assert main(["edit", picture, "--text", "fire", "--out", f"{tmp_path}/o.png", *rest]) == 0
    before, after = load_picture(picture).pixels, load_picture(tmp_path / "o.png").pixels
    assert np.array_equal(before[:, :48], after[:, :48])
    assert not np.array_equal(before[:, 48:], after[:, 48:])


def test_samples_follow_their_seed(pack: str, tmp_path: Path) -> None:
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        assert main(["sample", "--pack", pack, "--seed", seed, "--out", f"{tmp_path}/{name}.png"]) == 0
    a, b, c = (load_picture(tmp_path / f"{n}.png").pixels for n in "abc")
    assert np.array_equal(a, b) and not np.array_equal(a, c)
    assert b"newscodes/digitalsourcetype/trainedAlgorithmicMedia" in (tmp_path / "a.png").read_bytes()


def test_an_inverted_latent_renders_as_picture_and_as_numbers(
    pack: str, picture: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    latent = f"{tmp_path}/l.safetensors"
    assert main(["invert", picture, "--pack", pack, "--fidelity", "fast", "--out", latent, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["psnr"] > 0
    with safe_open(latent, framework="pt") as file:
        about = file.metadata()
    assert about["pack"] == "tiny" and about["sha256"] == load_picture(picture).sha256 and about["alignment"] == ""
    for ending in ("npy", "png"):
        assert main(["render", latent, "--pack", pack, "--out", f"{tmp_path}/r.{ending}"]) == 0
    numbers = np.load(tmp_path / "r.npy")
    drawn = load_picture(tmp_path / "r.png").pixels
    assert numbers.dtype == np.float32 and numbers.shape == (3, *drawn.shape[:2])
    back = (np.clip(numbers, -1, 1).transpose(1, 2, 0) + 1) * 127.5
    assert np.abs(back - drawn).max() <= 0.51


def test_a_latent_of_another_pack_is_drawn_with_a_note(
    pack: str, picture: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    latent = tmp_path / "l.safetensors"
    assert main(["invert", picture, "--pack", pack, "--fidelity", "fast", "--out", str(latent)]) == 0
    with safe_open(str(latent), framework="pt") as file:
        tensors, about = {k: file.get_tensor(k) for k in file.keys()}, file.metadata()  # noqa: SIM118
    save_file(tensors, latent, {**about, "pack": "elsewhere"})
    assert main(["render", str(latent), "--pack", pack, "--out", f"{tmp_path}/r.png"]) == 0
    assert "was made with the pack elsewhere, not tiny" in capsys.readouterr().err


def test_latents_of_another_shape_or_kind_are_refused(
    pack: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {"wide": {"w": torch.zeros(3, 999)}, "bare": {"latent": torch.zeros(1, 1)}, "other": {"x": torch.zeros(1)}}
    for name, tensors in wrong.items():
        save_file(tensors, tmp_path / f"{name}.safetensors")
    (tmp_path / "text.safetensors").write_text("not tensors")
    for name in (*wrong, "text", "missing"):
        path = f"{tmp_path}/{name}.safetensors"
        assert main(["render", path, "--pack", pack, "--out", f"{tmp_path}/r.npy"]) == 2
        assert f"{name}.safetensors" in capsys.readouterr().err
    assert not (tmp_path / "r.npy").exists()


def test_latents_whose_structure_or_tuning_is_of_another_pack_are_refused(
    pack: str, picture: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = tmp_path / "good.safetensors"
    assert main(["invert", picture, "--pack", pack, "--fidelity", "fast", "--out", str(good)]) == 0
    tensors = load_file(good)
    wrong = {
        "channels": {**tensors, "structure": tensors["structure"].repeat(2, 1, 1)},
        "empty": {**tensors, "structure": tensors["structure"][:, :0].contiguous()},
        "flat": {**tensors, "structure": tensors["structure"][0].clone()},
        "delta": {**tensors, "structure_delta": tensors["structure"][:, 1:].contiguous()},
        "unknown": {**tensors, "tuned_delta.synthesis.nothing": torch.zeros(1)},
        "shape": {**tensors, "tuned_delta.mapping.w_avg": torch.zeros(999)},
    }
    capsys.readouterr()
    for name, changed in wrong.items():
        save_file(changed, tmp_path / f"{name}.safetensors")
        path = f"{tmp_path}/{name}.safetensors"
        assert main(["render", path, "--pack", pack, "--out", f"{tmp_path}/r.png"]) == 2
        assert f"{name}.safetensors" in capsys.readouterr().err
    assert not (tmp_path / "r.png").exists()


def test_embeddings_are_unit_vectors_and_their_table_is_symmetric(
    pack: str, picture: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    items = ["--sound", SOUND, "--text", "rain", "a quiet sea", "--image", picture]
    assert main(["embed", *items, "--pack", pack, "--json", "--out", f"{tmp_path}/e.json"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert value == json.loads((tmp_path / "e.json").read_text())
    assert [i["kind"] for i in value["items"]] == ["sound", "text", "text", "picture"]
    table = np.array(value["similarity"])
    assert np.allclose(np.diag(table), 1, atol=1e-4) and np.allclose(table, table.T, atol=1e-6)
    assert value["items"][0]["level_lufs"] == pytest.approx(-24.8, abs=0.5) and value["items"][0]["heard"]


def test_a_batch_names_bad_files_and_does_the_others(
    pack: str, picture: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, sounds = tmp_path / "images", tmp_path / "sounds"
    images.mkdir()
    sounds.mkdir()
    shutil.copy(picture, images / "good.png")
    (images / "bad.png").write_bytes(b"")
    save_wav(sounds / "hum.wav", tone(1.0, 8000), 8000)
    (sounds / "note.wav").write_text("no sound")
    batch = ["batch", "--images", str(images), "--sounds", str(sounds), "--out", f"{tmp_path}/out", "--pack", pack]
    assert main([*batch, *QUICK, "--finish", "model"]) == 2
    error = capsys.readouterr().err
    assert "bad.png is empty" in error and "note.wav" in error and "Traceback" not in error
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["contact_sheet.jpg", "good--hum.png", "report.json"]
    rows = json.loads((tmp_path / "out" / "report.json").read_text())["edits"]
    assert sum("fault" in r for r in rows) == 2 and sum("out" in r for r in rows) == 1
    (sounds / "note.wav").unlink()
    (images / "bad.png").unlink()
    stamp = (tmp_path / "out" / "good--hum.png").stat().st_mtime_ns
    assert main([*batch, *QUICK, "--skip-existing"]) == 0
    assert (tmp_path / "out" / "good--hum.png").stat().st_mtime_ns == stamp
    again = json.loads((tmp_path / "out" / "report.json").read_text())["edits"]
    assert [r["similarity"] for r in again] == [r["similarity"] for r in rows if "out" in r]


def test_an_option_no_pair_can_be_edited_with_is_said_once(
    pack: str, picture: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, sounds = tmp_path / "images", tmp_path / "sounds"
    images.mkdir()
    sounds.mkdir()
    for name in ("a.png", "b.png"):
        shutil.copy(picture, images / name)
        save_wav(sounds / f"{name}.wav", tone(1.0, 8000), 8000)
    batch = ["batch", "--images", str(images), "--sounds", str(sounds), "--out", f"{tmp_path}/out", "--pack", pack]
    assert main([*batch, *QUICK, "--alpha", "0.5"]) == 2
    assert capsys.readouterr().err.count("sgim: ") == 1


def test_a_batch_names_pictures_of_one_stem_apart_and_makes_variants(pack: str, picture: str, tmp_path: Path) -> None:
    images = tmp_path / "images"
    images.mkdir()
    for name in ("hill.png", "hill.tiff", "lake.png"):
        Image.open(picture).save(images / name)
    batch = ["batch", "--images", str(images), "--text", "rain", "--out", f"{tmp_path}/out", "--pack", pack, *QUICK]
    assert main([*batch, "--finish", "model", "--variants", "2"]) == 0
    stems = ("hill.png--text", "hill.tiff--text", "lake--text")
    wanted = {f"{stem}{variant}.png" for stem in stems for variant in ("", "-2")}
    assert {p.name for p in (tmp_path / "out").iterdir()} == wanted | {"contact_sheet.jpg", "report.json"}
    rows = json.loads((tmp_path / "out" / "report.json").read_text())["edits"]
    assert {Path(r["out"]).name for r in rows} == wanted


def test_a_terminal_that_cannot_show_everything_ends_no_run(
    pack: str, picture: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def printed(encoding: str, *more: str) -> str:
        shown = io.TextIOWrapper(io.BytesIO(), encoding)
        monkeypatch.setattr(sys, "stdout", shown)
        edit = ["edit", picture, "--text", "Gewitter ä 천둥 😀", "--pack", pack, *QUICK, "--out", f"{tmp_path}/x.png"]
        assert main([*edit, *more]) == 0
        shown.flush()
        return shown.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined]

    assert "text-guided, similarity" in printed("cp1252", "--report", f"{tmp_path}/r.json")
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["stopped"] is False
    assert json.loads(printed("ascii", "--json"))["request"]["text"] == {"text": "Gewitter ä 천둥 😀"}


def test_a_file_name_that_is_no_text_is_edited_and_found_again(pack: str, picture: str, tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9")
    shutil.copy(picture, tmp_path / f"{name}.png")
    edit = ["edit", f"{tmp_path}/{name}.png", "--text", "rain", "--pack", pack, *QUICK]
    for out in (f"{tmp_path}/a.png", f"{tmp_path}/{name}-2.jpg"):
        assert main([*edit, "--out", out, "--recipe", f"{tmp_path}/r.json", "--report", f"{tmp_path}/{name}.json"]) == 0
        assert read_recipe(out)["picture_name"] == f"{name}.png"  # type: ignore[index]
    for written in (f"{name}.json", f"{name}-2.jpg.recipe.json"):
        assert json.loads((tmp_path / written).read_text(encoding="utf-8"))
    (tmp_path / "far").mkdir()
    moved = (tmp_path / "r.json").rename(tmp_path / "far" / "r.json")
    assert main(["replay", str(moved), "--out", f"{tmp_path}/far/b.png"]) == 0
    invert = ["invert", f"{tmp_path}/{name}.png", "--pack", pack, "--fidelity", "fast"]
    assert main([*invert, "--out", f"{tmp_path}/l.safetensors"]) == 0


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int], None]:
    """From now on, the edit of this number (from 0) meets Ctrl-C before its first step, once or twice."""

    def arrange(at: int, presses: int) -> None:
        numbers = itertools.count()

        def follow(run: Any) -> bool:
            if next(numbers) != at:
                return follow_run(run)
            if presses == 2:
                raise KeyboardInterrupt
            return True

        monkeypatch.setattr("engine.cli.progress.follow_run", follow)

    return arrange


@pytest.mark.parametrize("presses", [1, 2])
def test_ctrl_c_in_a_later_variant_keeps_the_earlier_ones_and_their_report(
    pack: str, picture: str, tmp_path: Path, interrupted: Callable[[int, int], None], presses: int,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    edit = ["edit", picture, "--text", "rain", "--pack", pack, *QUICK, "--out", f"{tmp_path}/x.png"]
    interrupted(1, presses)
    assert main([*edit, "--variants", "3", "--report", f"{tmp_path}/r.json"]) == 1
    assert capsys.readouterr().err.endswith("sgim: Stopped; the pictures finished before were kept.\n")
    assert {p.name for p in tmp_path.iterdir()} == {"x.png", "r.json"}
    assert json.loads((tmp_path / "r.json").read_text())["out"] == f"{tmp_path}/x.png"
    (tmp_path / "x.png").unlink()
    interrupted(0, presses)
    assert main(edit) == 1
    assert capsys.readouterr().err.endswith("sgim: Stopped; nothing was written.\n")
    assert not (tmp_path / "x.png").exists()


def test_ctrl_c_in_a_batch_keeps_the_report_of_what_was_made(
    pack: str, picture: str, tmp_path: Path, interrupted: Callable[[int, int], None], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "images").mkdir()
    for name in "abc":
        shutil.copy(picture, tmp_path / "images" / f"{name}.png")
    batch = ["batch", "--images", f"{tmp_path}/images", "--text", "rain", "--out", f"{tmp_path}/out", "--pack", pack]

    def made(at: int, status: int) -> str:
        interrupted(at, 2)
        assert main([*batch, *QUICK, "--finish", "model", "--skip-existing"]) == status
        assert ("the pictures finished before were kept" in capsys.readouterr().err) == bool(status)
        rows = json.loads((tmp_path / "out" / "report.json").read_text())["edits"]
        assert all(row["similarity"] for row in rows)
        return "".join(sorted(Path(row["out"]).name[0] for row in rows))

    assert made(2, 1) == "ab"
    assert made(9, 0) == "abc"
    (tmp_path / "out" / "b--text.png").unlink()
    assert made(0, 1) == "ac"  # c was not come to, and is there all the same


def test_a_report_goes_into_a_pipe(pack: str, picture: str, tmp_path: Path) -> None:
    edit = ["edit", picture, "--text", "rain", "--pack", pack, *QUICK, "--out", f"{tmp_path}/x.png"]
    with read_pipe(tmp_path / "pipe") as received:
        assert main([*edit, "--report", f"{tmp_path}/pipe"]) == 0
    assert json.loads(received())["out"] == f"{tmp_path}/x.png" and (tmp_path / "pipe").is_fifo()


def test_a_batch_into_the_folder_of_its_pictures_replaces_none_of_them(
    pack: str, picture: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("hill.png", "hill--text.png"):
        shutil.copy(picture, tmp_path / name)
    batch = ["batch", "--images", str(tmp_path), "--text", "rain", "--out", str(tmp_path), "--pack", pack, *QUICK]
    assert main(batch) == 2
    assert "hill--text.png is one of the originals" in capsys.readouterr().err
    assert {p.name for p in tmp_path.iterdir()} == {"hill.png", "hill--text.png"}
    assert (tmp_path / "hill--text.png").read_bytes() == Path(picture).read_bytes()


def test_a_batch_gives_no_two_results_one_name(pack: str, picture: str, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    for name in ("hill.png", "hill--text.png"):
        shutil.copy(picture, tmp_path / "images" / name)
    batch = ["batch", "--images", f"{tmp_path}/images", "--sounds", f"{tmp_path}/sounds", "--out", f"{tmp_path}/out"]
    (tmp_path / "sounds").mkdir()
    for name in ("hum.wav", "text--hum.wav"):
        save_wav(tmp_path / "sounds" / name, tone(1.0, 8000), 8000)
    assert main([*batch, "--pack", pack, *QUICK]) == 2 and list((tmp_path / "out").iterdir()) == []


def test_a_recipe_may_be_written_as_the_sidecar_of_its_picture(pack: str, picture: str, tmp_path: Path) -> None:
    recipe = tmp_path / "x.jpg.recipe.json"
    edit = ["edit", picture, "--text", "rain", "--pack", pack, *QUICK, "--out", f"{tmp_path}/x.jpg"]
    assert main([*edit, "--recipe", str(recipe)]) == 0
    assert json.loads(recipe.read_text())["files"]


def test_a_batch_with_an_unknown_pack_leaves_no_folder(picture: str, tmp_path: Path) -> None:
    folder = str(Path(picture).parent)
    assert main(["batch", "--images", folder, "--text", "rain", "--out", f"{tmp_path}/out", "--pack", "nowhere"]) == 2
    assert not (tmp_path / "out").exists()


def test_what_is_unusual_about_a_picture_is_said_once(
    pack: str, picture: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    still = Image.open(picture).convert("RGB")
    still.save(tmp_path / "wave.gif", save_all=True, append_images=[still.rotate(180)])
    rest = ["--text", "rain", "--pack", pack, *QUICK, "--report", f"{tmp_path}/r.json"]
    assert main(["edit", f"{tmp_path}/wave.gif", *rest, "--out", f"{tmp_path}/x.png"]) == 0
    assert capsys.readouterr().err.count("sgim: wave.gif is an animation; only its first picture is edited.") == 1
    assert "animation" in json.loads((tmp_path / "r.json").read_text())["note"]


def test_an_instant_edit_needs_an_instant_mapper(
    pack: str, picture: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit = ["edit", picture, "--text", "rain", "--instant", "--pack", pack, *QUICK, "--out", f"{tmp_path}/x.png"]
    assert main(edit) == 2 and not (tmp_path / "x.png").exists()
    assert "has no instant mapper" in capsys.readouterr().err.splitlines()[-1]


def pack_without(pack: str, folder: Path, *parts: str, **changed: object) -> Path:
    """A copy of a pack, named like its folder, without these parts and with these changes of its manifest."""
    shutil.copytree(pack, folder)
    manifest = json.loads((folder / "pack.json").read_text())
    for part in parts:
        del manifest["parts"][part]
    (folder / "pack.json").write_text(json.dumps({**manifest, "name": folder.name, **changed}))
    return folder


def test_a_pack_without_a_generator_embeds_and_refuses_to_draw(
    pack: str, picture: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ears = pack_without(pack, tmp_path / "packs" / "ears", "generator", "inversion_encoder", resolution=0,
                        latent_statistics=None)  # fmt: skip
    assert main(["embed", "--sound", SOUND, "--text", "rain", "--pack", str(ears), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["items"]) == 2
    for verb in (["edit", picture, "--text", "rain"], ["sample"]):
        assert main([*verb, "--pack", str(ears), "--out", f"{tmp_path}/x.png"]) == 2
        assert "ears has no generator" in capsys.readouterr().err


def test_a_region_is_found_beside_its_recipe(pack: str, picture: str, tmp_path: Path) -> None:
    mask = tmp_path / "made" / "mask.png"
    mask.parent.mkdir()
    Image.new("L", (96, 64), 255).save(mask)
    edit = ["edit", picture, "--text", "rain", "--pack", pack, *QUICK, "--region", str(mask)]
    assert main([*edit, "--out", f"{tmp_path}/x.png"]) == 0
    moved = mask.rename(tmp_path / "painted here.png")
    assert main(["replay", f"{tmp_path}/x.png", "--image", picture, "--out", f"{tmp_path}/again.png"]) == 0
    moved.unlink()
    assert main(["replay", f"{tmp_path}/x.png", "--image", picture, "--out", f"{tmp_path}/third.png"]) == 2
    assert np.array_equal(Image.open(tmp_path / "x.png"), Image.open(tmp_path / "again.png"))


def test_a_morph_is_as_long_as_its_sound(edited: Path, tmp_path: Path) -> None:
    save_wav(tmp_path / "pulse.wav", tone(1.0, 8000) * np.linspace(0, 1, 8000, dtype=np.float32), 8000)
    recipe, rest = f"{edited}/recipe.json", ["--sound", f"{tmp_path}/pulse.wav", "--fps", "10"]
    assert main(["morph", recipe, recipe, *rest, "--size", "model", "--out", f"{tmp_path}/m.mp4"]) == 0
    with av.open(f"{tmp_path}/m.mp4") as container:
        assert sum(1 for _ in container.decode(video=0)) == 10
    assert abs(load_sound(tmp_path / "m.mp4").seconds - 1.0) < 0.1


def test_the_demo_says_what_it_did_and_where_the_picture_is(
    pack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SGIM_NO_WINDOW", "1")
    assert demo.main(["--pack", pack, *QUICK]) == 0
    printed = capsys.readouterr().out
    for name in ("demo.png", "demo-before-after.png"):
        assert str(tmp_path / ".out" / name) in printed
        load_picture(tmp_path / ".out" / name)


def test_a_damaged_pack_is_named_and_nothing_is_written(
    pack: str, picture: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = tmp_path / "packs" / "tiny"
    shutil.copytree(pack, damaged)
    weights = load_file(damaged / "generator.safetensors")
    weights[next(iter(weights))].view(-1)[0] += 1
    save_file(weights, damaged / "generator.safetensors")
    for verb in (["edit", picture, "--text", "rain"], ["sample"]):
        assert main([*verb, "--pack", str(damaged), "--out", f"{tmp_path}/x.png"]) == 2
        printed = capsys.readouterr()
        assert printed.err.count("\n") == 1 and "generator.safetensors" in printed.err and printed.out == ""
    assert not (tmp_path / "x.png").exists()


def test_a_pack_without_a_sound_encoder_is_refused_before_the_work(
    pack: str, picture: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deaf = pack_without(pack, tmp_path / "packs" / "deaf", "sound_encoder")
    assert main(["edit", picture, "--sound", SOUND, "--pack", str(deaf), "--out", f"{tmp_path}/x.png"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "deaf has no sound encoder" in error


def test_a_full_disk_leaves_nothing_half_written(
    pack: str, picture: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    out = tmp_path / "out"
    out.mkdir()
    verbs = {
        "x.png": ["sample", "--pack", pack],
        "x.safetensors": ["invert", picture, "--pack", pack, "--fidelity", "fast"],
        "y.png": ["edit", picture, "--text", "rain", "--pack", pack, *QUICK],
    }
    for name, verb in verbs.items():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
        try:
            status = main([*verb, "--out", str(out / name)])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        last = capsys.readouterr().err.strip().splitlines()[-1]
        assert status == 2 and "No space is left" in last and name in last
        assert list(out.iterdir()) == []
