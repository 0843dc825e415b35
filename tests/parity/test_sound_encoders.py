"""The published sound encoders equal the published code (../shared/parity/README.md, sections 6 to 9)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.embedding.fronts.clip_picture import nearest_then_pooled
from engine.embedding.fronts.imagebind import mel_clips
from engine.embedding.fronts.lee2022 import mel_power, normalised_decibels, scrambled
from engine.embedding.fronts.waveform import wave_at
from engine.media.sound import sound_from_samples
from engine.networks.audioclip_sound import AudioCLIPSound
from engine.networks.imagebind_sound import ImageBindSound
from engine.networks.lee2022_sound import Lee2022SoundEncoder
from engine.networks.wav2clip import Wav2CLIP
from tests.parity.weight_rule import fixture, make_weights, present, read_entries, read_wav, relative_error

Arrays = dict[str, np.ndarray]


def arrays_of(path: Path) -> Arrays:
    with np.load(path) as z:
        return {name: z[name] for name in z.files}


def absolute_error(value: torch.Tensor, reference: np.ndarray) -> float:
    assert tuple(value.shape) == reference.shape
    return float(np.abs(value.detach().numpy() - reference).max())


def load(network: torch.nn.Module, keys: str, prefix: str = "") -> None:
    weights = make_weights(read_entries(fixture(keys)))
    network.eval().load_state_dict({name.removeprefix(prefix): tensor for name, tensor in weights.items()})


def test_lee2022_front_and_encoder_equal_the_published_code() -> None:
    arrays = arrays_of(fixture("lee2022/lee2022.npz"))
    wave = torch.from_numpy(read_wav(fixture("lee2022/wave_44100_mono_11s.wav"))[0][0])
    network = Lee2022SoundEncoder()
    load(network, "lee2022/audio_encoder.keys.json", "module.")
    cases = {"short5s": wave[:220500], "full11s": wave, "short5s_x0.1": wave[:220500] * 0.1}
    checked = 0
    for case, samples in cases.items():
        if f"{case}__embedding" not in arrays:
            continue
        checked += 1
        mel = normalised_decibels(mel_power(samples))
        if f"{case}__mel_db_norm" in arrays:
            assert absolute_error(mel, arrays[f"{case}__mel_db_norm"]) <= 1e-5
        batch = scrambled(mel)[None]
        if f"{case}__input_1_1_128_512" in arrays:
            assert absolute_error(batch, arrays[f"{case}__input_1_1_128_512"]) <= 1e-5
        with torch.no_grad():
            vector = network(batch)
        assert relative_error(vector, arrays[f"{case}__embedding"]) <= 1e-4
        unit = torch.nn.functional.normalize(vector, dim=-1)
        assert relative_error(unit, arrays[f"{case}__embedding_normalised"]) <= 1e-4
    assert checked >= 2


def test_clip_picture_preparation_equals_the_published_code() -> None:
    arrays = arrays_of(fixture("lee2022/lee2022.npz"))
    for size in (64, 256):
        if f"clip_pre__img{size}_int8" in arrays:
            picture = torch.from_numpy(arrays[f"clip_pre__img{size}_int8"].astype(np.float32) / 128)
            reference = arrays[f"clip_pre__out224_from{size}"]
            assert absolute_error(nearest_then_pooled(picture), reference) <= 1e-6
    picture = torch.rand(1, 3, 128, 128, generator=torch.Generator().manual_seed(0)) * 2 - 1
    repeated = torch.nn.functional.interpolate(picture, scale_factor=7, mode="nearest")
    assert absolute_error(nearest_then_pooled(picture), torch.nn.functional.avg_pool2d(repeated, 4).numpy()) <= 1e-6


def test_wav2clip_equals_the_published_code_for_single_clips_and_for_batches() -> None:
    arrays = arrays_of(fixture("wav2clip/wav2clip.npz"))
    wave = torch.from_numpy(read_wav(fixture("wav2clip/wave_16000_mono_4s.wav"))[0])
    network = Wav2CLIP()
    load(network, "wav2clip/wav2clip.keys.json")
    halves = wave.reshape(2, 32000)
    with torch.no_grad():
        if "log_spec_normalised" in arrays:
            assert relative_error(network.log_spectrogram(wave), arrays["log_spec_normalised"]) <= 1e-4
        assert relative_error(network.encoder_features(wave), arrays["encoder_feature"]) <= 1e-4
        assert relative_error(network(wave), arrays["embedding"]) <= 1e-4
        assert relative_error(network(wave * 0.1), arrays["embedding_x0p1"]) <= 1e-4
        assert relative_error(network(halves, shared_statistics=True), arrays["embedding_batch2_halves"]) <= 1e-4
        windows = wave[0].unfold(0, 16000, 8000)
        frames = network(windows, shared_statistics=True).T[None]
        assert relative_error(frames, arrays["embedding_frames_16000_8000"]) <= 1e-4
        # Ours: neighbours in a batch do not leak into a clip.
        assert relative_error(network(halves)[:1], arrays["embedding_half0_alone"]) <= 1e-4


def test_audioclip_head_equals_the_published_code() -> None:
    arrays = arrays_of(fixture("audioclip/audioclip_audio.npz"))
    wave = torch.from_numpy(read_wav(fixture("audioclip/wave_44100_mono_3s.wav"))[0])[None] * 32768
    network = AudioCLIPSound()
    load(network, "audioclip/audioclip_audio.keys.json", "audio.")
    with torch.no_grad():
        kernels = network.fbsp.kernels(2048)[[0, 1, 500, 1024]]
        if "fbsp_weights_rows_0_1_500_1024" in arrays:
            assert relative_error(kernels, arrays["fbsp_weights_rows_0_1_500_1024"]) <= 1e-3
        two_seconds = wave[:, :, :88200]
        if "xdb_2s_int16range" in arrays:
            assert relative_error(network.decibels(two_seconds)[:, None], arrays["xdb_2s_int16range"]) <= 5e-3
        assert relative_error(network(two_seconds), arrays["emb_2s_int16range"]) <= 1e-3
        assert relative_error(network(two_seconds / 32768), arrays["emb_2s_unitrange"]) <= 1e-3
        if wave.shape[-1] > 88200:
            assert relative_error(network(wave), arrays["emb_3s_int16range"]) <= 1e-3


IMAGEBIND_WAVES = {
    "stereo5s": "imagebind/wave_16000_stereo_5s.wav",
    "short1p2s": "imagebind/wave_16000_mono_1p2s.wav",
    "mono4s": "wav2clip/wave_16000_mono_4s.wav",
    "mono3s_44k1": "audioclip/wave_44100_mono_3s.wav",
}


def imagebind_input(case: str) -> torch.Tensor:
    samples, rate = read_wav(fixture(IMAGEBIND_WAVES[case]))
    if rate != 16_000:
        return mel_clips(wave_at(sound_from_samples(samples[0], rate), 16_000, kaiser=False)[None])
    return mel_clips(torch.from_numpy(samples))


IMAGEBIND = arrays_of(fixture("imagebind/imagebind_audio.npz"))
SIZES = present(["imagebind/imagebind_audio_tiny", "imagebind/imagebind_audio_full"], ".keys.json")


@pytest.mark.parametrize("case", [case for case in sorted(IMAGEBIND_WAVES) if f"mel__{case}" in IMAGEBIND])
def test_imagebind_audio_preparation_equals_the_published_code(case: str) -> None:
    assert absolute_error(imagebind_input(case)[None], IMAGEBIND[f"mel__{case}"]) <= 1e-4


@pytest.mark.parametrize("keys", SIZES)
def test_imagebind_audio_branch_equals_the_published_code(keys: str) -> None:
    arrays, size = IMAGEBIND, keys.rsplit("_", 1)[1]
    network = ImageBindSound() if size == "full" else ImageBindSound(width=48, blocks=2, heads=4, outputs=32)
    load(network, f"{keys}.keys.json")
    cases = [case for case in ("mono4s", "stereo5s") if f"{size}__emb__{case}" in arrays]
    assert cases
    for case in cases:
        mels = imagebind_input(case)
        with torch.no_grad():
            tokens = network.tokens(mels)
            if f"{size}__tokens__{case}" in arrays:
                assert relative_error(tokens[:1], arrays[f"{size}__tokens__{case}"]) <= 1e-4
                assert relative_error(network.trunk(tokens[:1]), arrays[f"{size}__trunk__{case}"]) <= 1e-4
            vectors = network(mels)
        assert relative_error(vectors, arrays[f"{size}__emb_per_clip__{case}"]) <= 1e-4
        assert relative_error(vectors.mean(0, keepdim=True), arrays[f"{size}__emb__{case}"]) <= 1e-4
