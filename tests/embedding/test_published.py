"""Published embedders, random weights: pictures, texts and sounds become unit vectors of one space."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from torch import nn

from engine.embedding.fronts import SOUND_ARCHITECTURES, sound_front
from engine.embedding.joint import JointEmbedder
from engine.embedding.published import published_embedder, published_sound
from engine.errors import PackError
from engine.media.sound import Sound, sound_from_samples
from engine.networks.registry import build
from engine.packs.manifest import Manifest, Part
from engine.packs.manifest_file import write_manifest
from engine.packs.pairing import PUBLISHED
from engine.packs.store import Pack
from engine.packs.weights_file import write_weights

EMBED_DIM = {"lee2022_sound": 512, "wav2clip": 512, "audioclip_sound": 1024, "imagebind_sound": 1024}
# ImageBind's branch of full width but two blocks: the same code, a sixth of the time.
CONFIGS: dict[str, dict[str, int]] = {"imagebind_sound": {"blocks": 2}}


def noise(seconds: float, rate: int = 22_050, seed: int = 0) -> Sound:
    """Noise that swells, so that windows differ."""
    count = int(seconds * rate)
    samples = np.random.default_rng(seed).standard_normal(count) * np.linspace(0.01, 0.3, count)
    return sound_from_samples(samples.astype(np.float32), rate)


def small_tower(embed_dim: int) -> nn.Module:
    torch.manual_seed(1)
    text = {"context_length": 77, "vocab_size": 49408, "width": 64, "heads": 1, "layers": 1}
    vision = {"image_size": 64, "layers": 1, "width": 64, "patch_size": 16}
    return build("open_clip", {"embed_dim": embed_dim, "vision_cfg": vision, "text_cfg": text})


@pytest.fixture(scope="module")
def encoder_of() -> Callable[[str], nn.Module]:
    made: dict[str, nn.Module] = {}

    def make(architecture: str) -> nn.Module:
        if architecture not in made:
            torch.manual_seed(0)
            made[architecture] = build(architecture, CONFIGS.get(architecture, {})).requires_grad_(False)
        return made[architecture]

    return make


@pytest.mark.parametrize("architecture", SOUND_ARCHITECTURES)
def test_a_row_of_picture_text_and_sound_is_finite_and_of_unit_length(
    architecture: str, encoder_of: Callable[[str], nn.Module]
) -> None:
    size = EMBED_DIM[architecture]
    embedder = JointEmbedder(
        small_tower(size), mean=[0.5] * 3, std=[0.5] * 3, size=64, context_length=77,
        sound=published_sound(encoder_of(architecture), architecture, {}),
    )  # fmt: skip
    picture = (torch.rand(1, 3, 128, 128) * 2 - 1).requires_grad_(True)
    heard = embedder.sound(noise(3.0))
    vectors = {"picture": embedder.pictures(picture)[0], "text": embedder.texts(["rain"])[0], "sound": heard.vector}
    for name, vector in vectors.items():
        assert vector.shape == (size,) and torch.isfinite(vector).all(), name
        assert abs(float(vector.detach().norm()) - 1) < 1e-5, name
    (gradient,) = torch.autograd.grad(vectors["picture"] @ heard.vector, picture)
    assert torch.isfinite(gradient).all() and gradient.abs().sum() > 0
    assert heard.heard[0][0] == 0 and abs(heard.heard[-1][1] - 3.0) < 0.02
    assert torch.equal(heard.vector, embedder.sound(noise(3.0)).vector)


@pytest.mark.parametrize("architecture", SOUND_ARCHITECTURES)
def test_different_sounds_get_different_vectors(architecture: str, encoder_of: Callable[[str], nn.Module]) -> None:
    listen = published_sound(encoder_of(architecture), architecture, {})
    tone = np.sin(2 * np.pi * 440 * np.arange(44_100) / 22_050).astype(np.float32) * 0.3
    first, second = listen(noise(2.0))[0].mean(0), listen(sound_from_samples(tone, 22_050))[0].mean(0)
    assert (first - second).abs().max() > 1e-4


@pytest.mark.parametrize("architecture", SOUND_ARCHITECTURES)
@pytest.mark.parametrize("seconds", [0.06, 65.0])
def test_very_short_and_long_sounds_are_heard_within_their_length(architecture: str, seconds: float) -> None:
    sound = noise(seconds, rate=8_000)
    batch, heard = sound_front(architecture, {})(sound)
    assert torch.isfinite(batch).all() and len(batch) == len(heard) <= 4
    assert all(0 <= start < end <= sound.seconds + 1e-9 for start, end in heard)
    if seconds > 60:
        assert len(heard) >= 3 and heard[-1][1] > 60


def test_windows_do_not_leak_into_each_other(encoder_of: Callable[[str], nn.Module]) -> None:
    listen = published_sound(encoder_of("wav2clip"), "wav2clip", {})
    long = noise(61.0, rate=16_000)
    rows, heard = listen(long)
    start, end = heard[0]
    alone = sound_from_samples(long.samples[int(start * 16_000) : int(end * 16_000)], 16_000)
    assert len(rows) > 1 and torch.allclose(rows[:1], listen(alone)[0], atol=1e-6)


def test_rates_without_a_common_divisor_are_heard_too() -> None:
    batch, _ = sound_front("wav2clip", {})(noise(0.5, rate=44_101))
    assert abs(batch.shape[1] - 8_000) <= 1 and torch.isfinite(batch).all()


def test_an_unknown_sound_encoder_is_refused_by_name() -> None:
    with pytest.raises(PackError, match="other_net"):
        sound_front("other_net", {})


def random_pack(folder: Path, architecture: str) -> Pack:
    """A pack of full published size with small random weights in half precision."""
    tower = PUBLISHED[architecture][1]
    clip = open_clip.get_model_config(tower.model) | {"quick_gelu": True}
    picture = {"mean": [0.48, 0.46, 0.41], "std": [0.27, 0.26, 0.28], "size": 224}
    manifest = Manifest(f"random-{architecture.replace('_', '-')}", "joint", 0, preprocessing={"picture": picture})
    generator = torch.Generator().manual_seed(0)
    parts = {}
    for kind, name, config in (("joint_embedder", "open_clip", clip), ("sound_encoder", architecture, {})):
        with torch.device("meta"):
            shapes = build(name, config).state_dict()
        tensors = {}
        for key, like in shapes.items():
            if like.is_floating_point():
                scale = 0.02 if like.ndim > 1 else 0.0
                tensors[key] = (torch.randn(like.shape, generator=generator) * scale).half()
                if like.ndim == 1 and key.endswith(("weight", "running_var", "window", "fb", "m")):
                    tensors[key] = torch.ones(like.shape, dtype=torch.float16)
            else:
                tensors[key] = torch.zeros(like.shape, dtype=like.dtype)
        sha256 = write_weights(folder / f"{kind}.safetensors", tensors)
        parts[kind] = Part(kind, name, config, f"{kind}.safetensors", sha256)
    manifest = manifest.changed(parts=parts)
    write_manifest(folder, manifest)
    return Pack(folder, manifest)


def check_full_size(folder: Path, architecture: str) -> None:
    embedder = published_embedder(random_pack(folder, architecture))
    picture = (torch.rand(1, 3, 256, 256) * 2 - 1).requires_grad_(True)
    sound = embedder.sound(noise(2.0)).vector
    vectors = torch.stack([embedder.pictures(picture)[0], embedder.texts(["a thunderstorm"])[0], sound])
    assert torch.isfinite(vectors).all() and torch.allclose(vectors.norm(dim=1), torch.ones(3), atol=1e-5)
    (gradient,) = torch.autograd.grad(vectors[0] @ sound.detach(), picture)
    assert torch.isfinite(gradient).all() and gradient.abs().sum() > 0


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("architecture", SOUND_ARCHITECTURES)
def test_a_published_row_at_full_size_from_a_pack(architecture: str, tmp_path: Path) -> None:
    check_full_size(tmp_path, architecture)


def test_a_pack_with_a_foreign_tower_is_refused(tmp_path: Path) -> None:
    parts = {
        "joint_embedder": Part("joint_embedder", "open_clip", open_clip.get_model_config("ViT-B-32"), "e.safetensors"),
        "sound_encoder": Part("sound_encoder", "audioclip_sound", {}, "s.safetensors"),
    }
    with pytest.raises(PackError, match="AudioCLIP works only with"):
        published_embedder(Pack(tmp_path, Manifest("foreign", "joint", 0, parts=parts)))


def test_a_clip_without_a_sound_encoder_compares_pictures_and_texts(tmp_path: Path) -> None:
    text = {"context_length": 32, "vocab_size": 1538, "width": 64, "heads": 1, "layers": 1}
    config = {"embed_dim": 32, "vision_cfg": {"image_size": 64, "layers": 1, "width": 64, "patch_size": 16}}
    config |= {"text_cfg": text, "preprocessing": {"mean": [0.5] * 3, "std": [0.5] * 3, "size": 64}}
    clip = build("open_clip", config)
    sha256 = write_weights(tmp_path / "e.safetensors", {n: t.half() for n, t in clip.state_dict().items()})
    parts = {"joint_embedder": Part("joint_embedder", "open_clip", config, "e.safetensors", sha256)}
    embedder = published_embedder(Pack(tmp_path, Manifest("clip-only", "joint", 0, parts=parts)))
    picture = torch.rand(2, 3, 96, 96) * 2 - 1
    assert embedder.pictures(picture).dtype == torch.float32 and embedder.pictures(picture).shape == (2, 32)
    assert embedder.texts(["a very rare word: xylophonist"]).shape == (1, 32)
    with pytest.raises(PackError, match="no sound encoder"):
        embedder.sound(noise(1.0))
