"""A PulseAudio server of our own with a null sink whose monitor is the default microphone."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ALSA = """
pcm.!default { type pulse }
ctl.!default { type pulse }
"""


@contextmanager
def sound_server(folder: Path) -> Iterator[dict[str, str]]:
    """Yield the environment in which ALSA, and so PortAudio, reaches the server. Needs pulseaudio."""
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    alsa = folder / "alsa.conf"
    alsa.write_text("</usr/share/alsa/alsa.conf>\n" + ALSA)
    socket = runtime / "pulse.sock"
    env = {
        **os.environ,
        "XDG_RUNTIME_DIR": str(runtime),
        "HOME": str(folder),
        "PULSE_RUNTIME_PATH": str(runtime / "pulse"),
        "PULSE_SERVER": f"unix:{socket}",
        "ALSA_CONFIG_PATH": str(alsa),
    }
    modules = [
        f"module-native-protocol-unix auth-anonymous=1 socket={socket}",
        "module-null-sink sink_name=stage rate=48000 channels=1",
    ]
    command = ["pulseaudio", "--daemonize=no", "--exit-idle-time=-1", "-n", "--disallow-exit"]
    for module in modules:
        command += ["-L", module]
    log = open(folder / "pulse.log", "wb")  # noqa: SIM115
    server = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 10
        while not socket.exists():
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((folder / "pulse.log").read_text())
            time.sleep(0.05)
        subprocess.run(["pactl", "set-default-source", "stage.monitor"], env=env, check=True, timeout=10)
        yield env
    finally:
        server.terminate()
        server.wait(timeout=10)
        log.close()


def available() -> bool:
    """Whether pulseaudio and pactl are installed."""
    return shutil.which("pulseaudio") is not None and shutil.which("pactl") is not None
