"""Which microphones there are. Qt-free; talks to PortAudio, so call it off the window's thread."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import SoundError
from sgim_desktop.audio_streams import devices_rescanned


@dataclass(frozen=True)
class Microphone:
    """One input device. ``index`` is PortAudio's, valid until the next ``list_microphones``; ``rate`` Hz."""

    index: int
    name: str
    rate: int
    is_default: bool


def list_microphones() -> tuple[Microphone, ...]:
    """All input devices, freshly looked for, the default one first. Raises ``SoundError`` without PortAudio."""
    try:
        import sounddevice
    except OSError as error:
        raise SoundError(
            "This computer lacks PortAudio, which recording needs; install libportaudio2 and start the studio again.",
            error,
        ) from error
    try:
        with devices_rescanned():
            devices, default = sounddevice.query_devices(), sounddevice.default.device[0]
    except sounddevice.PortAudioError as error:
        raise SoundError(
            "The sound system does not answer; check that it runs, then look for devices again.", error
        ) from error
    found = [
        Microphone(index, str(device["name"]), round(device["default_samplerate"]), index == default)
        for index, device in enumerate(devices)
        if device["max_input_channels"] > 0
    ]
    return tuple(sorted(found, key=lambda device: not device.is_default))
