"""Recording for real: PulseAudio's null sink plays a bundled sound, its monitor is the microphone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sound_server import available, sound_server

ROOT = Path(__file__).resolve().parents[2]
SESSION = Path(__file__).with_name("microphone_session.py")


@pytest.mark.skipif(not available(), reason="pulseaudio is not installed (make test installs it)")
def test_a_sound_played_by_the_waveform_panel_is_recorded_by_the_microphone_panel(tmp_path: Path) -> None:
    with sound_server(tmp_path) as env:
        sound = ROOT / "resources" / "samples" / "thunder.ogg"
        command = [sys.executable, str(SESSION), str(sound), str(tmp_path)]
        env = {**env, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["sentences"] == []
    assert report["countdown"] == "1"
    assert report["clips"] == 2
    assert report["correlation"] >= 0.95
    assert report["playhead"] == pytest.approx(report["seconds"], abs=0.2)
    assert report["played_for"] == pytest.approx(report["seconds"], abs=1.0)
    assert report["meter_db"] > -60
    assert report["clips_after_retake"] == 1
    assert report["recording_after_shut_down"] is False


def test_without_any_sound_system_the_panels_say_so_in_one_sentence(tmp_path: Path) -> None:
    script = tmp_path / "silent.py"
    script.write_text(
        "import sys, time, json\n"
        "from pathlib import Path\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from sgim_desktop.document.document import Document\n"
        "from sgim_desktop.microphone.panel import MicrophonePanel\n"
        "app = QApplication([])\n"
        "document = Document(Path(sys.argv[1]) / 'a.sgim')\n"
        "panel = MicrophonePanel(document)\n"
        "panel.show()\n"
        "end = time.monotonic() + 20\n"
        "while panel._background.busy or 'Looking' in panel.note.text():\n"
        "    app.processEvents(); time.sleep(0.01)\n"
        "    assert time.monotonic() < end\n"
        "print(json.dumps([panel.note.text(), panel.record_action.isEnabled()]))\n"
        "panel.shut_down(); document.close()\n"
    )
    env = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(ROOT),
        "PULSE_SERVER": f"unix:{tmp_path}/nobody",
    }
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)], env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    note, can_record = json.loads(done.stdout.splitlines()[-1])
    assert can_record is False
    assert note.endswith(".") and ";" in note and "Traceback" not in note
