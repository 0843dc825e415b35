"""Published encoder files are recognised and taken over; what does not fit is refused with its reason."""

from __future__ import annotations

import json
from pathlib import Path

import open_clip
import pytest
import torch
from safetensors.torch import save_file

from engine.checkpoints.convert import identify, read_checkpoint
from engine.errors import CheckpointError
from engine.networks.registry import build
from tests.parity.weight_rule import fixture, present, read_entries

Shapes = dict[str, tuple[int, ...]]


def hollow(shapes: Shapes, value: float = 0.25) -> dict[str, torch.Tensor]:
    """Tensors of full size that store one number each: a file of any network in a few kilobytes."""
    whole = {name: name.endswith("num_batches_tracked") for name in shapes}
    return {
        name: (torch.zeros(shape, dtype=torch.int64) if whole[name] else torch.tensor(value).expand(shape))
        for name, shape in shapes.items()
    }


def published(keys: str) -> Shapes:
    return {e["name"]: tuple(e["shape"]) for e in read_entries(fixture(keys))}


def clip_shapes(name: str) -> Shapes:
    from engine.networks.open_clip_model import weight_shapes

    return weight_shapes(open_clip.get_model_config(name))


def fits(architecture: str, config: dict, tensors: dict[str, torch.Tensor]) -> None:
    with torch.device("meta"):
        wanted = build(architecture, config).state_dict()
    assert {n: t.shape for n, t in wanted.items()} == {n: t.shape for n, t in tensors.items()}


@pytest.mark.parametrize(
    ("keys", "kind", "architecture", "tower"),
    [
        ("arcface/ir_se50.keys.json", "identity", "ir_se50", ""),
        ("lee2022/audio_encoder.keys.json", "sound_encoder", "lee2022_sound", "ViT-B-32/openai"),
        ("wav2clip/wav2clip.keys.json", "sound_encoder", "wav2clip", "ViT-B-32/openai"),
        ("audioclip/audioclip_audio.keys.json", "sound_encoder", "audioclip_sound", "RN50/audioclip"),
    ],
)
def test_published_names_become_a_part(keys: str, kind: str, architecture: str, tower: str, tmp_path: Path) -> None:
    file = tmp_path / "weights.pt"
    torch.save(hollow(published(keys)), file)
    found = read_checkpoint(file)
    assert identify(file).part == kind
    assert (found.kind, found.architecture, found.tower) == (kind, architecture, tower)
    assert found.licence and found.notes
    fits(architecture, found.config, found.tensors)


def test_lee2022_is_read_without_the_module_prefix_too(tmp_path: Path) -> None:
    shapes = {n.removeprefix("module."): s for n, s in published("lee2022/audio_encoder.keys.json").items()}
    torch.save(hollow(shapes), tmp_path / "resnet18.pth")
    fits("lee2022_sound", {}, read_checkpoint(tmp_path / "resnet18.pth").tensors)


def test_names_that_wav2clip_does_not_need_are_ignored(tmp_path: Path) -> None:
    shapes = published("wav2clip/wav2clip.keys.json") | {"image_transform.sequential.0.weight": (512, 512)}
    shapes.pop("audio_encoder.spectrogram.window")
    torch.save(hollow(shapes), tmp_path / "Wav2CLIP.pt")
    found = read_checkpoint(tmp_path / "Wav2CLIP.pt")
    fits("wav2clip", {}, found.tensors)
    assert torch.equal(found.tensors["audio_encoder.spectrogram.window"], torch.hann_window(512))


def test_a_missing_or_misshapen_tensor_is_named(tmp_path: Path) -> None:
    shapes = published("arcface/ir_se50.keys.json")
    torch.save(hollow({n: s for n, s in shapes.items() if n != "body.3.res_layer.1.weight"}), tmp_path / "a.pth")
    with pytest.raises(CheckpointError, match=r"a\.pth.*body\.3\.res_layer\.1\.weight is missing"):
        read_checkpoint(tmp_path / "a.pth")
    torch.save(hollow(shapes | {"output_layer.3.weight": (512, 7)}), tmp_path / "b.pth")
    with pytest.raises(CheckpointError, match=r"b\.pth.*output_layer\.3\.weight.*\(512, 7\)"):
        read_checkpoint(tmp_path / "b.pth")


def pyramid(options: dict | None, average: torch.Tensor | None, decoder: bool = False) -> dict:
    shapes = published("e4e/e4e_64.keys.json")
    state = hollow({n: s for n, s in shapes.items() if decoder or n.startswith("encoder.")})
    whole: dict = {"state_dict": state}
    if options is not None:
        whole["opts"] = options
    if average is not None:
        whole["latent_avg"] = average
    return whole


def test_e4e_and_psp_are_told_apart_by_their_options(tmp_path: Path) -> None:
    for encoder_type, architecture in (("Encoder4Editing", "e4e"), ("GradualStyleEncoder", "psp")):
        options = {"encoder_type": encoder_type, "start_from_latent_avg": True}
        torch.save(pyramid(options, torch.full((10, 512), 0.5)), tmp_path / "encoder.pt")
        found = read_checkpoint(tmp_path / "encoder.pt")
        assert (found.kind, found.architecture) == ("inversion_encoder", architecture)
        assert found.config == {"rows": 10, "w_dim": 512, "add_latent_average": True}
        assert torch.all(found.tensors["latent_avg"] == 0.5)
        fits(architecture, found.config, found.tensors)


def test_a_mean_latent_of_one_row_serves_all_rows_and_a_missing_one_is_refused(tmp_path: Path) -> None:
    torch.save(pyramid({"encoder_type": "Encoder4Editing"}, torch.arange(512.0)), tmp_path / "one.pt")
    found = read_checkpoint(tmp_path / "one.pt")
    assert torch.equal(found.tensors["latent_avg"][9], torch.arange(512.0))
    torch.save(pyramid({"encoder_type": "Encoder4Editing"}, None), tmp_path / "none.pt")
    with pytest.raises(CheckpointError, match=r"none\.pt.*latent_avg"):
        read_checkpoint(tmp_path / "none.pt")


def test_an_encoder_that_does_not_take_pictures_is_refused(tmp_path: Path) -> None:
    whole = pyramid({"encoder_type": "GradualStyleEncoder"}, torch.zeros(10, 512))
    whole["state_dict"]["encoder.input_layer.0.weight"] = torch.tensor(0.5).expand(64, 6, 3, 3)
    torch.save(whole, tmp_path / "restyle.pt")
    with pytest.raises(CheckpointError, match=r"restyle\.pt.*6 channels"):
        read_checkpoint(tmp_path / "restyle.pt")


def test_an_encoder_without_options_is_taken_for_e4e_and_a_note_says_so(tmp_path: Path) -> None:
    torch.save(pyramid(None, torch.zeros(10, 512)), tmp_path / "encoder.pt")
    found = read_checkpoint(tmp_path / "encoder.pt")
    assert found.architecture == "e4e" and "taken for e4e" in found.notes


@pytest.mark.parametrize("container", present(["e4e/e4e_64_container.pt"]))
def test_the_published_e4e_container_gives_the_encoder_and_its_decoder(container: str) -> None:
    found = read_checkpoint(fixture(container))
    assert found.architecture == "e4e" and [part.architecture for part in found.also] == ["stylegan2"]
    fits("stylegan2", found.also[0].config, found.also[0].tensors)


def test_imagebind_keeps_only_its_sound_branch(tmp_path: Path) -> None:
    with torch.device("meta"):
        shapes = {n: tuple(t.shape) for n, t in build("imagebind_sound", {}).state_dict().items()}
    shapes["modality_trunks.vision.blocks.0.attn.in_proj_weight"] = (3840, 1280)
    torch.save(hollow(shapes), tmp_path / "imagebind_huge.pth")
    found = read_checkpoint(tmp_path / "imagebind_huge.pth")
    assert found.config == {"width": 768, "blocks": 12, "heads": 12, "outputs": 1024}
    assert found.tower == "ViT-H-14/laion2b_s32b_b79k" and not any("vision" in name for name in found.tensors)


@pytest.mark.parametrize(
    ("file", "quick", "tower"),
    [
        ("ViT-B-32-quickgelu.openai.pt", True, "ViT-B-32/openai"),
        ("open_clip_pytorch_model.bin", False, "ViT-B-32"),
        ("ViT-B-32-laion2b_s34b_b79k.bin", False, "ViT-B-32/laion2b_s34b_b79k"),
    ],
)
def test_the_file_name_tells_whose_clip_weights_these_are(file: str, quick: bool, tower: str, tmp_path: Path) -> None:
    torch.save(hollow(clip_shapes("ViT-B-32")), tmp_path / file)
    found = read_checkpoint(tmp_path / file)
    assert (found.kind, found.architecture) == ("joint_embedder", "open_clip")
    assert (found.config["quick_gelu"], found.tower) == (quick, tower)
    assert found.config["preprocessing"]["size"] == 224
    assert ("QuickGELU" in found.notes) == (tower == "ViT-B-32")
    fits("open_clip", found.config, found.tensors)


@pytest.mark.parametrize("name", ["RN50", "ViT-L-14-336", "convnext_base"])
def test_any_open_clip_model_is_recognised_by_its_shapes(name: str, tmp_path: Path) -> None:
    torch.save(hollow(clip_shapes(name)), tmp_path / f"{name}.bin")
    found = read_checkpoint(tmp_path / f"{name}.bin")
    assert found.tower == name
    size = open_clip.get_model_config(name)["vision_cfg"]["image_size"]
    assert found.config["preprocessing"]["size"] == size
    fits("open_clip", found.config, found.tensors)


SMALL = {
    "embed_dim": 64,
    "vision_cfg": {"image_size": 64, "layers": 2, "width": 64, "patch_size": 16},
    "text_cfg": {"context_length": 32, "vocab_size": 1538, "width": 64, "heads": 1, "layers": 2},
}


def test_a_clip_of_unknown_size_is_read_from_its_tensors_and_keeps_half_precision(tmp_path: Path) -> None:
    state = build("open_clip", SMALL).state_dict()
    save_file({n: t.half().contiguous() for n, t in state.items()}, tmp_path / "mine.safetensors")
    found = read_checkpoint(tmp_path / "mine.safetensors")
    assert found.tower == "custom" and found.tensors["visual.proj"].dtype == torch.float16
    rebuilt = build("open_clip", found.config)
    rebuilt.load_state_dict(found.tensors)
    picture = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    original = build("open_clip", SMALL)
    original.load_state_dict({n: t.half().float() for n, t in state.items()})
    with torch.no_grad():
        assert torch.allclose(rebuilt.encode_image(picture), original.encode_image(picture), atol=1e-6)


def test_open_clips_own_table_beside_the_file_wins(tmp_path: Path) -> None:
    torch.save(build("open_clip", SMALL).state_dict(), tmp_path / "open_clip_pytorch_model.bin")
    table = {"model_cfg": SMALL | {"quick_gelu": True}, "preprocess_cfg": {"mean": [0, 0.5, 1], "std": [1, 1, 0.5]}}
    (tmp_path / "open_clip_config.json").write_text(json.dumps(table))
    found = read_checkpoint(tmp_path / "open_clip_pytorch_model.bin")
    assert found.config["quick_gelu"] is True
    assert found.config["preprocessing"] == {"mean": [0.0, 0.5, 1.0], "std": [1.0, 1.0, 0.5], "size": 64}


def test_openais_torchscript_archive_is_read_without_its_code(tmp_path: Path) -> None:
    model = open_clip.CLIP(**SMALL).eval().half()
    torch.jit.script(model).save(str(tmp_path / "clip.pt"))
    found = read_checkpoint(tmp_path / "clip.pt")
    assert found.architecture == "open_clip" and found.config["quick_gelu"] is True
    for name, tensor in model.state_dict().items():
        assert torch.equal(found.tensors[name], tensor), name


def test_an_audioclip_file_brings_its_own_clip_tower(tmp_path: Path) -> None:
    shapes = clip_shapes("RN50") | published("audioclip/audioclip_audio.keys.json") | {"logit_scale_ai": ()}
    for file, tower in (("AudioCLIP-Partial-Training.pt", "RN50/openai"), ("mine.pt", "RN50/audioclip")):
        torch.save(hollow(shapes), tmp_path / file)
        found = read_checkpoint(tmp_path / file)
        assert found.architecture == "audioclip_sound"
        (clip,) = found.also
        assert found.tower == clip.tower == tower and clip.config["quick_gelu"] is True
        fits("open_clip", clip.config, clip.tensors)
