"""Imports run downwards only (DESIGN §3), read from the source: inside functions, too."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# The floor of each piece; a piece may import from its own floor and from those below.
FLOORS = {
    "errors": 0, "peak_memory": 0, "request": 0, "steps": 0, "latent": 0, "results": 0, "latent_files": 0, "media": 0,
    "networks": 1, "checkpoints": 2, "packs": 3,
    "loaded_pack": 4, "embedding": 4, "alignment": 4, "inversion": 4, "finishing": 4, "guidance": 4,
    "edit_run": 5, "studio": 5, "training": 5, "evaluation": 5,
    "cli": 6,
}  # fmt: skip


def sources(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path, *, typing_too: bool = False) -> set[str]:
    """Dotted names of everything the file imports; what only a type checker sees is left out."""
    found: set[str] = set()

    class Visitor(ast.NodeVisitor):
        def visit_If(self, node: ast.If) -> None:
            guarded = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
            for child in node.orelse if guarded and not typing_too else [*node.body, *node.orelse]:
                self.visit(child)

        def visit_Import(self, node: ast.Import) -> None:
            found.update(alias.name for alias in node.names)

        def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
            assert node.level == 0, f"{path}: relative import"
            found.add(str(node.module))
            found.update(f"{node.module}.{alias.name}" for alias in node.names)

    Visitor().visit(ast.parse(path.read_text(encoding="utf-8")))
    return found


def piece(dotted: str) -> str | None:
    parts = dotted.split(".")
    return parts[1] if parts[0] == "engine" and len(parts) > 1 and parts[1] in FLOORS else None


def test_every_piece_of_the_engine_has_a_floor() -> None:
    pieces = {p.stem if p.is_file() else p.name for p in (ROOT / "engine").iterdir() if not p.name.startswith("__")}
    assert pieces == set(FLOORS)


@pytest.mark.parametrize("name", list(FLOORS))
def test_imports_run_downwards(name: str) -> None:
    package = ROOT / "engine" / name
    wrong = {
        f"{path.relative_to(ROOT)} imports {dotted}"
        for path in (sources(f"engine/{name}") if package.is_dir() else [package.with_suffix(".py")])
        for dotted in imported(path)
        if (target := piece(dotted)) is not None and FLOORS[target] > FLOORS[name]
    }
    assert not wrong


def test_the_engine_knows_neither_qt_nor_its_front_ends() -> None:
    for path in sources("engine"):
        wrong = {
            d for d in imported(path, typing_too=True) if d.split(".")[0] in ("PySide6", "pyqtgraph", "sgim_desktop")
        }
        assert not wrong, path


def test_the_window_does_not_reach_into_the_command_line() -> None:
    for path in sources("sgim_desktop"):
        assert not {d for d in imported(path) if piece(d) in ("cli", "training", "evaluation")}, path


def test_networks_read_no_files_and_media_knows_no_networks() -> None:
    for path in sources("engine/networks"):
        assert not {d.split(".")[0] for d in imported(path)} & {"pathlib", "safetensors", "json", "pickle"}, path
        calls = {
            n.func.id
            for n in ast.walk(ast.parse(path.read_text()))
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
        }
        assert "open" not in calls, path
    for path in sources("engine/media"):
        assert "torch" not in {d.split(".")[0] for d in imported(path)}, path


def test_nothing_is_unpickled_or_evaluated() -> None:
    for path in [*sources("engine"), *sources("sgim_desktop")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func)
            assert name not in ("eval", "exec", "pickle.load", "pickle.loads", "joblib.load", "marshal.loads"), path
            if name == "torch.load":
                options = {k.arg: ast.unparse(k.value) for k in node.keywords}
                assert options.get("weights_only") == "True", path


@pytest.mark.parametrize("module", ["engine.cli.main", "sgim_desktop.main"])
def test_front_ends_start_without_torch(module: str) -> None:
    code = f"import {module}, sys; assert 'torch' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
