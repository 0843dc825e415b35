"""Any sound PyAV decodes comes in as clamped mono; bad ones get one sentence."""

from __future__ import annotations

import hashlib
import io
import struct
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from encoded_files import SOUND_KINDS, encode_sound, encode_video, tone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.errors import SoundError
from engine.media.sounds import is_silent, level_lufs, load_sound, save_wav, sound_from_samples
from engine.media.wav_files import wav_bytes


@pytest.mark.parametrize("kind", list(SOUND_KINDS))
@pytest.mark.parametrize("channels", [1, 2])
def test_every_kind_keeps_length_pitch_and_level(kind: str, channels: int, tmp_path: Path) -> None:
    rate = SOUND_KINDS[kind][2]
    expected = tone(0.7, rate)
    path = encode_sound(tmp_path / f"x.{kind}", np.stack([expected] * channels))
    sound = load_sound(path)
    assert sound.rate == rate and sound.samples.dtype == np.float32 and sound.samples.ndim == 1
    assert abs(sound.seconds - 0.7) < 0.08
    spectrum = np.abs(np.fft.rfft(sound.samples[: rate // 2]))
    assert abs(int(spectrum.argmax()) * 2 - 440) <= 4
    assert abs(level_lufs(sound.samples, rate) - level_lufs(expected, rate)) < 0.7
    assert sound.sha256 == hashlib.sha256(path.read_bytes()).hexdigest() and sound.name == path.name


def test_channels_are_averaged(tmp_path: Path) -> None:
    left = tone(0.3, 16_000)
    sound = load_sound(encode_sound(tmp_path / "x.mka", np.stack([left, -left / 2])))
    assert np.allclose(sound.samples, left / 4, atol=1e-6)
    sound = load_sound(encode_sound(tmp_path / "y.mka", np.stack([left] * 6)))
    assert np.allclose(sound.samples, left, atol=1e-6)


@pytest.mark.parametrize("ending", ["mp4", "mov", "webm"])
def test_the_sound_track_of_a_video_is_read(ending: str, tmp_path: Path) -> None:
    sound = load_sound(encode_video(tmp_path / f"x.{ending}", 0.5, tone(0.5, 48_000)))
    assert abs(sound.seconds - 0.5) < 0.1 and np.abs(sound.samples).max() > 0.2


def test_rates_above_48_khz_are_brought_down(tmp_path: Path) -> None:
    save_wav(tmp_path / "x.wav", tone(0.5, 96_000), 96_000)
    sound = load_sound(tmp_path / "x.wav")
    assert sound.rate == 48_000 and abs(sound.seconds - 0.5) < 0.01
    assert abs(float(np.abs(sound.samples).max()) - 0.3) < 0.02


@given(
    hnp.arrays(np.float32, st.integers(4000, 6000), elements=st.floats(-4, 4, width=32)),
    st.sampled_from([8000, 44_100]),
)
def test_float_wav_round_trips_and_is_clamped(samples: np.ndarray, rate: int) -> None:
    samples = samples.copy()
    samples[0] = 0.5
    if len(samples) < 0.05 * rate:
        samples = np.resize(samples, rate // 10)
    sound = load_sound(wav_bytes(samples, rate))
    assert sound.rate == rate and np.array_equal(sound.samples, np.clip(samples, -1, 1))


def test_streamed_wav_without_a_length_is_read(tmp_path: Path) -> None:
    data = bytearray(wav_bytes(tone(0.5, 8000), 8000))
    at = data.index(b"data") + 4
    data[at : at + 4] = b"\xff\xff\xff\xff"
    assert abs(load_sound(bytes(data)).seconds - 0.5) < 0.01


@pytest.mark.parametrize("kind", list(SOUND_KINDS))
def test_a_file_cut_in_half_is_refused(kind: str, tmp_path: Path) -> None:
    path = encode_sound(tmp_path / f"x.{kind}", tone(3.0, SOUND_KINDS[kind][2]))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(SoundError, match=path.name):
        load_sound(path)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.98])
@pytest.mark.parametrize("ending", ["webm", "mkv", "mp4"])
def test_a_cut_video_is_refused(ending: str, share: float, tmp_path: Path) -> None:
    path = encode_video(tmp_path / f"x.{ending}", 1.0, tone(1.0, 48_000))
    data = path.read_bytes()
    path.write_bytes(data[: round(share * len(data))])
    with pytest.raises(SoundError, match=path.name):
        load_sound(path)


class OneWay(io.RawIOBase):
    """What a film is written to while it is recorded: nothing can be added at its beginning afterwards."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.data += bytes(data)
        return len(data)


@pytest.mark.parametrize("container", ["webm", "matroska"])
@pytest.mark.parametrize("seconds", [0.6, 2.0])  # the pictures end before the sound, or after it
def test_whole_videos_of_unknown_length_and_with_a_shorter_sound_are_read(
    container: str, seconds: float, tmp_path: Path
) -> None:
    whole = encode_video(tmp_path / "x.webm", seconds, tone(1.0, 48_000))
    assert load_sound(whole).seconds == pytest.approx(1.0, abs=0.1)
    assert load_sound(whole.read_bytes() + b"\0" * 9).seconds == pytest.approx(1.0, abs=0.1)  # padded by a download
    streamed = OneWay()
    with av.open(str(whole)) as source, av.open(streamed, "w", format=container) as target:
        streams = {s.index: target.add_stream_from_template(s) for s in source.streams}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                target.mux(packet)
    segment = streamed.data.index(bytes.fromhex("18538067"))
    assert streamed.data[segment + 4 : segment + 12].hex() == "01ffffffffffffff"
    assert load_sound(streamed.data).seconds == pytest.approx(1.0, abs=0.1)


def bad_sounds(folder: Path) -> dict[str, Path]:
    made = {
        name: folder / name for name in ("empty.wav", "text.mp3", "page.wav", "silence.wav", "nan.wav", "blink.wav")
    }
    made["empty.wav"].write_bytes(b"")
    made["text.mp3"].write_bytes(b"these are words, not sound " * 50)
    made["page.wav"].write_bytes(b"<!doctype html><html></html>")
    made["silence.wav"].write_bytes(wav_bytes(np.zeros(8000, np.float32), 8000))
    broken = tone(0.5, 8000)
    broken[100] = np.nan
    made["nan.wav"].write_bytes(wav_bytes(broken, 8000))
    made["blink.wav"].write_bytes(wav_bytes(tone(0.04, 8000), 8000))
    made["mute.mp4"] = encode_video(folder / "mute.mp4")
    made["gone.ogg"] = folder / "gone.ogg"
    made["folder.wav"] = folder / "folder.wav"
    made["folder.wav"].mkdir()
    return made


def test_bad_sounds_give_one_sentence_naming_the_file(tmp_path: Path) -> None:
    for name, path in bad_sounds(tmp_path).items():
        with pytest.raises(SoundError) as caught:
            load_sound(path)
        sentence = caught.value.sentence
        assert name in sentence and sentence.endswith(".") and ";" in sentence and "\n" not in sentence, sentence


def test_a_video_without_sound_is_told_apart_from_noise(tmp_path: Path) -> None:
    with pytest.raises(SoundError, match="no sound track"):
        load_sound(encode_video(tmp_path / "x.webm"))


def test_silence_can_be_allowed_and_is_at_the_gate(tmp_path: Path) -> None:
    save_wav(tmp_path / "s.wav", np.zeros(8000, np.float32), 8000)
    sound = load_sound(tmp_path / "s.wav", allow_silence=True)
    assert is_silent(sound.samples) and level_lufs(sound.samples, sound.rate) == -70.0


def test_shortest_sound_is_fifty_milliseconds() -> None:
    assert load_sound(wav_bytes(tone(0.05, 8000), 8000)).seconds == pytest.approx(0.05)


def test_more_than_an_hour_is_refused() -> None:
    # 8-bit 1 kHz PCM: 3.7 MB hold more than an hour.
    data = wav_bytes(np.zeros(0, np.float32), 1000)
    hour = (np.arange(3603 * 1000) % 200).astype(np.uint8).tobytes()
    header = bytearray(data[: data.index(b"fact")] + b"data" + len(hour).to_bytes(4, "little"))
    header[20:36] = (
        (1).to_bytes(2, "little")
        + (1).to_bytes(2, "little")
        + (1000).to_bytes(4, "little")
        + (1000).to_bytes(4, "little")
        + (1).to_bytes(2, "little")
        + (8).to_bytes(2, "little")
    )
    with pytest.raises(SoundError, match="longer than an hour"):
        load_sound(bytes(header) + hour, "long.wav")


def test_sounds_without_a_file_are_identified_by_rate_and_values() -> None:
    samples = tone(0.1, 8000)
    assert sound_from_samples(samples, 8000).sha256 == sound_from_samples(samples.copy(), 8000).sha256
    assert sound_from_samples(samples, 8000).sha256 != sound_from_samples(samples, 16_000).sha256


@given(data=st.data())
def test_damage_anywhere_is_one_sentence(data, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    kind = data.draw(st.sampled_from(list(SOUND_KINDS)))
    path = tmp_path / f"x.{kind}"
    if not path.exists():
        encode_sound(path, tone(0.2, SOUND_KINDS[kind][2]))
    damaged = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, min(len(damaged), 600) - 1))] = data.draw(st.integers(0, 255))
    try:
        sound = load_sound(bytes(damaged), "damaged.bin")
    except SoundError as error:
        assert "damaged.bin" in error.sentence and "\n" not in error.sentence
    else:
        assert np.abs(sound.samples).max() <= 1 and sound.seconds >= 0.05


def test_a_title_in_another_alphabet_is_no_reason_to_refuse_a_sound() -> None:
    wave = wav_bytes(np.full(800, 0.25, np.float32), 8000)
    title = b"ICOP" + struct.pack("<I", 4) + b"\xa9 98"
    listed = b"LIST" + struct.pack("<I", 4 + len(title)) + b"INFO" + title
    tagged = wave[:4] + struct.pack("<I", len(wave) - 8 + len(listed)) + wave[8:] + listed
    assert load_sound(tagged).samples == pytest.approx(load_sound(wave).samples)
