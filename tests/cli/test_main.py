"""The command line answers at once: help needs no torch, and says what there is."""

from __future__ import annotations

import subprocess
import sys

import pytest

from engine.cli.main import VERBS, main


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_every_verb_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*verb.split(), "--help"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("usage: sgim") and printed.err == ""
    assert verb or all(v in printed.out for v in VERBS)


def test_help_and_bad_input_import_neither_torch_nor_qt() -> None:
    code = (
        "import sys; from engine.cli.main import main; from engine.media.samples import sample\n"
        "assert main(['--help']) == 0 and main(['edit', '--help']) == 0\n"
        "assert main(['edit', str(sample('coast.jpg')), '--out', 'x.png']) == 2\n"
        "assert main(['packs', 'list']) == 0\n"
        "bad = {'torch', 'PySide6', 'open_clip', 'timm'} & set(sys.modules)\n"
        "assert not bad, bad"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("sgim ")


def test_an_unforeseen_error_is_one_sentence_and_exit_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from engine.packs.store import PackStore

    def broken(self: PackStore) -> list[str]:
        raise ZeroDivisionError("unforeseen\nsecond line")

    monkeypatch.setattr(PackStore, "names", broken)
    assert main(["packs", "list"]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "ZeroDivisionError: unforeseen" in error and "Traceback" not in error


def test_ctrl_c_is_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from engine.packs.store import PackStore

    def interrupted(self: PackStore) -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(PackStore, "names", interrupted)
    assert main(["packs", "list"]) == 1
    assert capsys.readouterr().err == "sgim: Stopped; nothing was written.\n"
