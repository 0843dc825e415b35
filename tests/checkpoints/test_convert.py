"""Published layouts of any size and configuration become the network they came from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.checkpoints.containers import read_contents
from engine.checkpoints.convert import identify, read_checkpoint
from engine.checkpoints.file_bytes import FileBytes
from engine.checkpoints.stand_ins import ModuleState
from engine.errors import CheckpointError
from engine.networks import stylegan2, stylegan3
from engine.networks.registry import build
from tests.checkpoints.nvidia_files import randomised, write_nvidia

BASE = stylegan2.GeneratorConfig(
    resolution=32, z_dim=24, w_dim=16, mapping_layers=2, channels={4: 12, 8: 10, 16: 8, 32: 6}
)
CONFIGURATIONS = {
    "plain": BASE,
    "conditional": replace(BASE, c_dim=3),
    "conditional with its own embedding size": replace(BASE, c_dim=3, embed_features=7),
    "clamped": replace(BASE, conv_clamp=0.5),
    "resnet": replace(BASE, architecture="resnet"),
    "orig": replace(BASE, architecture="orig"),
    "one mapping layer": replace(BASE, mapping_layers=1),
    "eight mapping layers of another width": replace(BASE, mapping_layers=8, layer_features=20),
    "another mapping rate": replace(BASE, mapping_lr=0.05),
    "no noise": replace(BASE, use_noise=False),
    "eight pixels": replace(BASE, resolution=8, channels={4: 5, 8: 3}),
    "grey": replace(BASE, img_channels=1),
}


def pictures(network: Any, part_config: dict[str, Any]) -> Tensor:
    generator = torch.Generator().manual_seed(5)
    z = torch.randn(2, part_config["z_dim"], generator=generator)
    c = torch.eye(part_config["c_dim"])[:2] if part_config["c_dim"] else None
    return network.synthesis(network.mapping(z, c, truncation_psi=0.7, truncation_cutoff=3))


def rebuilt(path: Path) -> tuple[nn.Module, dict[str, Any]]:
    part = read_checkpoint(path)
    network = build(part.architecture, part.config)
    network.load_state_dict(part.tensors, strict=True)
    return network, part.config


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_every_pickle_protocol_is_read(tmp_path: Path, protocol: int) -> None:
    torch.manual_seed(0)
    network = randomised(stylegan2.Generator(BASE))
    path = write_nvidia(tmp_path / "network.pkl", network, protocol=protocol, raw=stylegan2.Generator(BASE))
    found, config = rebuilt(path)
    assert torch.equal(pictures(found, config), pictures(network, config))


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_stylegan2_of_any_configuration_is_rebuilt_exactly(tmp_path: Path, name: str) -> None:
    torch.manual_seed(1)
    network = randomised(stylegan2.Generator(CONFIGURATIONS[name]))
    path = write_nvidia(tmp_path / "network.pkl", network)
    found, config = rebuilt(path)
    assert config["resolution"] == CONFIGURATIONS[name].resolution
    assert torch.equal(pictures(found, config), pictures(network, config))
    assert identify(path).format == "NVIDIA StyleGAN2"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"conv_kernel": 1, "radial": True},
        {"c_dim": 2, "mapping_layers": 3},
        {"layers": 10, "critical": 3, "margin": 6},
        {"output_scale": 0.5, "conv_clamp": None},
        {"first_cutoff": 1.5, "first_stopband": 3.5, "last_stopband_rel": 1.3},
    ],
)
def test_stylegan3_of_any_configuration_is_rebuilt_exactly(tmp_path: Path, changes: dict[str, Any]) -> None:
    torch.manual_seed(2)
    config = stylegan3.StyleGAN3Config(resolution=32, z_dim=12, w_dim=16, **changes)
    config = replace(config, channels=stylegan3.published_channels(config, 128, 8))
    network = randomised(stylegan3.Generator(config))
    found, read = rebuilt(write_nvidia(tmp_path / "network.pkl", network))
    assert torch.equal(pictures(found, read), pictures(network, read))


@pytest.mark.parametrize("classes", [0, 3])
def test_a_generator_trained_without_an_average_latent_gets_one(tmp_path: Path, classes: int) -> None:
    """NVIDIA's constructor keeps none with ``w_avg_beta=None``."""
    torch.manual_seed(4)
    network = randomised(stylegan2.Generator(replace(BASE, c_dim=classes)))
    del network.mapping._buffers["w_avg"]
    path = write_nvidia(tmp_path / "network.pkl", network)
    part = read_checkpoint(path)
    assert "average" in part.notes
    found, _ = rebuilt(path)
    z = torch.randn(20_000, BASE.z_dim)  # others than the reader drew
    c = torch.eye(classes)[torch.randint(classes, (20_000,))] if classes else None
    rows = network.mapping(z, c)[:, 0]
    assert (found.mapping.w_avg - rows.mean(0)).abs().max() < 0.1 * rows.std()
    ws = torch.randn(1, network.num_ws, 16)
    assert torch.equal(found.synthesis(ws), network.synthesis(ws))
    assert torch.equal(read_checkpoint(path).tensors["mapping.w_avg"], part.tensors["mapping.w_avg"])


def test_kernels_of_an_unpublished_size_are_named(tmp_path: Path) -> None:
    network = stylegan2.Generator(BASE)
    network.synthesis.b8.conv1.weight = nn.Parameter(torch.zeros(10, 10, 5, 5))
    path = write_nvidia(tmp_path / "network.pkl", network)
    with pytest.raises(CheckpointError, match=r"network\.pkl was not loaded: .*b8\.conv1\.weight .*3×3.*published"):
        read_checkpoint(path)


def test_a_stylegan3_band_setting_that_contradicts_the_layers_is_refused(tmp_path: Path) -> None:
    config = stylegan3.StyleGAN3Config(resolution=32, z_dim=12, w_dim=16)
    network = stylegan3.Generator(replace(config, channels=stylegan3.published_channels(config, 128, 8)))
    network.synthesis.config = replace(network.config, margin=12)
    path = write_nvidia(tmp_path / "network.pkl", network)
    with pytest.raises(
        CheckpointError, match=r"network\.pkl was not loaded: its layer L\d+_.* settings that the file does not tell"
    ):
        read_checkpoint(path)


def rosinality(network: stylegan2.Generator) -> dict[str, Tensor]:
    """Our state dict under rosinality's names (the table of parity/README.md §3, backwards)."""
    ours = network.state_dict()
    found: dict[str, Tensor] = {"input.input": ours["synthesis.b4.const"][None]}
    for i in range(network.config.mapping_layers):
        for kind in ("weight", "bias"):
            found[f"style.{i + 1}.{kind}"] = ours[f"mapping.fc{i}.{kind}"]

    def layer(theirs: str, name: str, noise: int, up: bool) -> None:
        found[f"{theirs}.conv.weight"] = ours[f"{name}.weight"][None]
        found[f"{theirs}.conv.modulation.weight"] = ours[f"{name}.affine.weight"]
        found[f"{theirs}.conv.modulation.bias"] = ours[f"{name}.affine.bias"]
        found[f"{theirs}.noise.weight"] = ours[f"{name}.noise_strength"].reshape(1)
        found[f"{theirs}.activate.bias"] = ours[f"{name}.bias"]
        found[f"noises.noise_{noise}"] = ours[f"{name}.noise_const"][None, None]
        if up:
            found[f"{theirs}.conv.blur.kernel"] = ours[f"{name}.resample_filter"] * 4

    def to_rgb(theirs: str, name: str, up: bool) -> None:
        found[f"{theirs}.conv.weight"] = ours[f"{name}.weight"][None]
        found[f"{theirs}.conv.modulation.weight"] = ours[f"{name}.affine.weight"]
        found[f"{theirs}.conv.modulation.bias"] = ours[f"{name}.affine.bias"]
        found[f"{theirs}.bias"] = ours[f"{name}.bias"].reshape(1, 3, 1, 1)
        if up:
            found[f"{theirs}.upsample.kernel"] = stylegan2.resample_kernel() * 4

    layer("conv1", "synthesis.b4.conv1", 0, False)
    to_rgb("to_rgb1", "synthesis.b4.torgb", False)
    for k, r in enumerate(network.config.block_resolutions[1:], start=1):
        layer(f"convs.{2 * k - 2}", f"synthesis.b{r}.conv0", 2 * k - 1, True)
        layer(f"convs.{2 * k - 1}", f"synthesis.b{r}.conv1", 2 * k, False)
        to_rgb(f"to_rgbs.{k - 1}", f"synthesis.b{r}.torgb", True)
    return found


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("key", ["g_ema", "state_dict", None])
@pytest.mark.parametrize("prefix", ["", "module."])
def test_rosinality_is_read_wherever_its_weights_are_kept(
    tmp_path: Path, zipped: bool, key: str | None, prefix: str
) -> None:
    torch.manual_seed(3)
    network = randomised(stylegan2.Generator(replace(BASE, z_dim=16, mapping_layers=4)))
    weights = {prefix + name: value for name, value in rosinality(network).items()}
    data = {key: weights, "latent_avg": network.mapping.w_avg, "iteration": 7} if key else weights
    path = tmp_path / "generator.pt"
    torch.save(data, path, _use_new_zipfile_serialization=zipped)
    found, config = rebuilt(path)
    assert torch.equal(found.synthesis.b32.conv1.weight, network.synthesis.b32.conv1.weight)
    if key:
        assert torch.equal(pictures(found, config), pictures(network, config))
    else:  # no average in the file: it is estimated, and the note says so
        assert "average" in read_checkpoint(path).notes
        ws = torch.randn(1, network.num_ws, 16)
        assert torch.equal(found.synthesis(ws), network.synthesis(ws))


def test_a_legacy_file_of_a_later_pickle_protocol_is_read(tmp_path: Path) -> None:
    network = randomised(stylegan2.Generator(replace(BASE, z_dim=16)))
    path = tmp_path / "later.pt"
    torch.save({"g_ema": rosinality(network)}, path, pickle_protocol=4, _use_new_zipfile_serialization=False)
    assert torch.equal(rebuilt(path)[0].synthesis.b8.conv0.weight, network.synthesis.b8.conv0.weight)
    assert identify(path).container == "legacy"


def test_a_rosinality_file_without_noise_buffers_is_read(tmp_path: Path) -> None:
    network = randomised(stylegan2.Generator(replace(BASE, z_dim=16)))
    weights = {name: value for name, value in rosinality(network).items() if not name.startswith("noises.")}
    torch.save({"g_ema": weights}, tmp_path / "old.pt")
    found, _ = rebuilt(tmp_path / "old.pt")
    ws = torch.randn(1, network.num_ws, 16)
    assert torch.equal(found.synthesis(ws, noise_mode="none"), network.synthesis(ws, noise_mode="none"))


def test_an_openmmlab_file_is_rosinality_under_other_names(tmp_path: Path) -> None:
    network = randomised(stylegan2.Generator(replace(BASE, z_dim=16, mapping_layers=3)))
    other = stylegan2.Generator(replace(BASE, z_dim=16, mapping_layers=3))

    def named(generator: stylegan2.Generator, prefix: str) -> dict[str, Tensor]:
        found = {}
        for name, value in rosinality(generator).items():
            if name.startswith("style."):
                name = name.replace("style.", "style_mapping.").replace("weight", "linear.weight_orig")
            elif name == "input.input":
                name = "constant_input.input"
            elif name.startswith("noises."):
                name = name.replace("noises.noise_", "injected_noise_")
            elif ".modulation." in name:
                name = name.replace("modulation.weight", "style_modulation.linear.weight_orig")
                name = name.replace("modulation.bias", "style_modulation.bias").replace("style_style_", "style_")
            elif name.endswith("noise.weight"):
                name = name.replace("noise.weight", "noise_injector.weight")
            else:
                name = name.replace(".conv.weight", ".conv.weight_orig")
            found[prefix + name] = value
        return found

    weights = named(other, "generator.") | named(network, "generator_ema.") | {"discriminator.w": torch.zeros(2)}
    torch.save({"meta": {"epoch": 3}, "state_dict": weights}, tmp_path / "church.pth")
    found, _ = rebuilt(tmp_path / "church.pth")
    ws = torch.randn(1, network.num_ws, 16)
    assert torch.equal(found.synthesis(ws), network.synthesis(ws))
    assert identify(tmp_path / "church.pth").format == "OpenMMLab StyleGAN2"


def test_a_torchscript_archive_gives_its_tensors_and_runs_none_of_its_code(tmp_path: Path) -> None:
    """OpenAI publishes CLIP this way; here a rosinality-named module inside one."""
    script = torch.jit.script(nn.Sequential(nn.Linear(3, 2), nn.Sequential(nn.Conv2d(1, 2, 3))))
    torch.jit.save(script, str(tmp_path / "scripted.pt"))
    with FileBytes(tmp_path / "scripted.pt") as file:
        root = read_contents(file).root
        assert isinstance(root, ModuleState)
        tensors = {name: item.read() for name, item in root.tensors().items()}
    assert tensors.keys() == script.state_dict().keys()
    assert all(torch.equal(tensors[name], value) for name, value in script.state_dict().items())


def test_half_precision_weights_come_back_as_float32(tmp_path: Path) -> None:
    network = randomised(stylegan2.Generator(replace(BASE, z_dim=16)))
    torch.save({"g_ema": {k: v.half() for k, v in rosinality(network).items()}}, tmp_path / "half.pt")
    part = read_checkpoint(tmp_path / "half.pt")
    assert {value.dtype for value in part.tensors.values()} == {torch.float32}


@pytest.mark.parametrize("missing", ["convs.1.conv.weight", "to_rgb1.bias", "style.2.weight", "noises.noise_0"])
def test_the_first_tensor_that_is_missing_or_misshapen_is_named(tmp_path: Path, missing: str) -> None:
    weights = rosinality(stylegan2.Generator(replace(BASE, z_dim=16)))
    weights[missing] = torch.zeros(3, 5)
    torch.save({"g_ema": weights}, tmp_path / "bad.pt")
    with pytest.raises(CheckpointError, match=rf"bad\.pt was not loaded: .*{missing}"):
        read_checkpoint(tmp_path / "bad.pt")


def test_weights_of_no_known_network_are_named_by_their_first_tensor(tmp_path: Path) -> None:
    torch.save(nn.Linear(3, 3).state_dict(), tmp_path / "linear.pth")
    with pytest.raises(CheckpointError, match=r"linear\.pth .*“weight”.* no network known here"):
        read_checkpoint(tmp_path / "linear.pth")
