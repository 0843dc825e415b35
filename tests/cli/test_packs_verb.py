"""``sgim packs``: results on stdout, progress on stderr, faults as one sentence with exit 2."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from engine.cli.main import main
from tests.packs.published_files import config_f, write_rosinality


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SGIM_PACKS", str(tmp_path / "packs"))
    write_rosinality(tmp_path / "horse.pt", config_f(16, largest=16, w_dim=16))
    return tmp_path


def test_a_pack_lives_from_add_to_remove(packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["packs", "add", str(packs / "horse.pt"), "--bare", "--json"]) == 0
    captured = capsys.readouterr()
    added = json.loads(captured.out)
    assert added["pack"] == "horse" and added["parts"] == {"generator": "stylegan2"} and added["licences"]["generator"]
    assert "drawing" in captured.err
    assert main(["packs", "list", "--json"]) == 0
    row = next(r for r in json.loads(capsys.readouterr().out)["packs"] if r["name"] == "horse")
    assert row["resolution"] == 16 and row["domain"] == "animal"
    assert main(["packs", "info", "horse"]) == 0
    shown = capsys.readouterr().out
    assert "Licence:" in shown and "generator: stylegan2, generator.safetensors, sha256" in shown
    assert main(["packs", "verify", "horse", "--out", str(packs / "trial.png")]) == 0
    assert "horse is whole" in capsys.readouterr().out and (packs / "trial.png").is_file()
    assert main(["packs", "combine", "--name", "mine", "--generator", "horse", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["parts"] == ["generator"]
    assert main(["packs", "remove", "horse"]) == 0
    assert main(["packs", "info", "horse"]) == 2
    assert "no pack named horse" in capsys.readouterr().err


def test_a_damaged_pack_fails_verification_with_exit_2(packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["packs", "add", str(packs / "horse.pt"), "--bare"])
    weights = packs / "packs" / "horse" / "generator.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    capsys.readouterr()
    assert main(["packs", "verify", "horse"]) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith("sgim: ") and "generator.safetensors" in error and "add the pack again" in error


@pytest.mark.parametrize("name", ["SIGINT"] if sys.platform == "win32" else ["SIGINT", "SIGTERM", "SIGHUP"])
def test_an_add_that_is_asked_to_end_leaves_nothing(
    name: str, packs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = getattr(signal, name)
    # As a terminal starts a program: a run in the background, or under nohup, is not to be interrupted or hung up on.
    usual = signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL
    before = signal.signal(asked, usual)
    seen: list[list[str]] = []

    def end_now(*_: object) -> str:
        seen.append(sorted(path.name for path in (packs / "packs").iterdir()))
        os.kill(os.getpid(), asked)
        return ""

    monkeypatch.setattr("engine.packs.add.all_finite", end_now)
    try:
        assert main(["packs", "add", str(packs / "horse.pt"), "--bare"]) == 1
        assert signal.getsignal(asked) == usual
    finally:
        signal.signal(asked, before)
    assert seen == [["horse.incomplete"]] and list((packs / "packs").iterdir()) == []
    assert capsys.readouterr().err.strip().endswith("Stopped; nothing was written.")


def test_the_catalogue_and_licences_are_shown_before_anything_is_fetched(
    packs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr("socket.socket.connect", refuse)
    assert main(["packs", "list", "--catalogue", "--json"]) == 0
    assert {"wav2clip", "e4e-ffhq"} <= {entry["name"] for entry in json.loads(capsys.readouterr().out)}
    assert main(["packs", "download", "wav2clip"]) == 2
    error = capsys.readouterr().err
    assert "Licence: MIT" in error and "--accept-licence" in error
    assert main(["packs", "download", "nothing"]) == 2
    assert main(["packs", "download", "wav2clip", "--accept-licence", "--from", str(packs)]) == 2
    assert "has no Wav2CLIP.pt" in capsys.readouterr().err
