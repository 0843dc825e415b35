"""A pack.json that does not say how its embedder is fed is named before any work, and no such pack is called whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_pack import write_tiny_pack

from engine.cli.main import main
from engine.errors import PackError
from engine.media.samples import sample
from engine.packs.manifest import Manifest, Part
from engine.packs.manifest_file import manifest_from_json, manifest_to_json
from engine.packs.preparation import check_preparation
from engine.packs.store import Pack, PackStore

PICTURE = {"mean": [0.5] * 3, "std": [0.5] * 3}
CLIP = {"embed_dim": 8, "vision_cfg": {"image_size": 224, "layers": 1, "width": 8}, "text_cfg": {"vocab_size": 49408}}

DAMAGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "no preprocessing": lambda d: d["preprocessing"].clear(),
    "no picture size": lambda d: d["preprocessing"]["picture"].pop("size"),
    "a size in words": lambda d: d["preprocessing"]["picture"].update(size="large"),
    "another size": lambda d: d["preprocessing"]["picture"].update(size=48),
    "no mel": lambda d: d["preprocessing"].pop("mel"),
    "a floor in words": lambda d: d["preprocessing"]["mel"].update(db_floor="loud"),
    "a ceiling under the floor": lambda d: d["preprocessing"]["mel"].update(db_ceiling=-95.0),
    "half a sample": lambda d: d["preprocessing"]["mel"].update(hop=0.5),
    "other bands": lambda d: d["preprocessing"]["mel"].update(n_mels=16),
    "no text tower": lambda d: d["parts"]["joint_embedder"]["config"].pop("text_cfg"),
    "other merges": lambda d: d["parts"]["joint_embedder"]["config"].update(merges=7),
    "views in words": lambda d: d["defaults"]["extra"].update(views="two"),
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_pack(tmp_path_factory.mktemp("packs") / "tiny").path


@pytest.mark.parametrize("name", list(DAMAGES))
def test_a_damaged_manifest_is_named_with_a_remedy(
    tiny: Path, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = (tiny / "pack.json").read_text()
    damaged = json.loads(whole)
    DAMAGES[name](damaged)
    monkeypatch.setenv("SGIM_PACKS", str(tiny.parent))
    out = tmp_path / "x.png"
    guides = ["--sound", str(sample("rain.ogg")), "--text", "rain", "--fidelity", "fast", "--steps", "1"]
    try:
        (tiny / "pack.json").write_text(json.dumps(damaged))
        for verb in (
            ["edit", str(sample("coast.jpg")), *guides, "--pack", "tiny", "--out", str(out)],
            ["packs", "verify", "tiny"],
        ):
            assert main(verb) == 2
            printed = capsys.readouterr()
            said = printed.err.strip().splitlines()
            assert len(said) == 1 and "tiny/pack.json" in said[0] and said[0].endswith("the pack again."), printed
    finally:
        (tiny / "pack.json").write_text(whole)
    assert not out.exists()


def test_a_whole_pack_is_called_whole(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SGIM_PACKS", str(tiny.parent))
    assert main(["packs", "verify", "tiny"]) == 0
    assert "tiny is whole" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("parts", "preprocessing"),
    [
        ({"generator": ("stylegan2", {})}, {}),
        ({"joint_embedder": ("open_clip", CLIP)}, {"picture": {**PICTURE, "size": 224}}),
        ({"joint_embedder": ("open_clip", CLIP), "sound_encoder": ("wav2clip", {})}, {"picture": PICTURE}),
        ({"joint_embedder": ("open_clip", {**CLIP, "preprocessing": PICTURE}), "sound_encoder": ("wav2clip", {})}, {}),
    ],
)
def test_packs_of_published_networks_need_less(parts: dict[str, Any], preprocessing: dict[str, Any]) -> None:
    made = {kind: Part(kind, *about, f"{kind}.safetensors") for kind, about in parts.items()}
    manifest = Manifest("mine", "any", 64, parts=made, preprocessing=preprocessing)
    check_preparation(Pack(Path("mine"), manifest_from_json(manifest_to_json(manifest))))


def test_a_published_tower_that_does_not_say_how_pictures_are_prepared_is_refused() -> None:
    parts = {"joint_embedder": Part("joint_embedder", "open_clip", CLIP, "e.safetensors")}
    parts["sound_encoder"] = Part("sound_encoder", "wav2clip", {}, "s.safetensors")
    with pytest.raises(PackError, match="mine/pack.json does not say how pictures are prepared"):
        check_preparation(Pack(Path("mine"), Manifest("mine", "any", 64, parts=parts)))


def test_the_bundled_packs_say_it_all() -> None:
    store = PackStore()
    for name in store.names():
        check_preparation(store.open(name))
