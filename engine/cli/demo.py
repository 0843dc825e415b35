"""``make demo``: a bundled picture under a bundled sound, and what was done."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.cli.main import main as sgim
from engine.cli.streams import escape_what_cannot_be_shown
from engine.errors import SgimError
from engine.media.samples import sample

PICTURE, SOUND = "coast.jpg", "thunder.ogg"


def main(options: Sequence[str] = ()) -> int:
    """Edit, say where the picture lies, and show it in the studio when there is a screen.

    ``options`` of ``sgim edit`` may be added: ``python -m engine.cli.demo --fidelity fast``.
    """
    escape_what_cannot_be_shown()
    folder = Path(".out")
    folder.mkdir(exist_ok=True)
    picture, sound, out = sample(PICTURE), sample(SOUND), folder / "demo.png"
    print(f"Editing {picture.name} by what {sound.name} means and how loud it is …", flush=True)
    arguments = ["edit", str(picture), "--sound", str(sound), "--out", str(out), *options]
    status = sgim([*arguments, "--report", str(folder / "demo.json"), "--recipe", str(folder / "demo.recipe.json")])
    if status != 0:
        return status
    side_by_side(picture, out, folder / "demo-before-after.png")
    print(f"\nBefore:  {picture}\nAfter:   {out.resolve()}\nBoth:    {(folder / 'demo-before-after.png').resolve()}")
    print(f"Repeat:  .venv/bin/sgim {' '.join(arguments)}\nStudio:  make run", flush=True)
    if (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) and not os.environ.get("SGIM_NO_WINDOW"):
        print("Opening the studio; close its window to end the demo.", flush=True)
        return subprocess.call([sys.executable, "-m", "sgim_desktop.main", str(picture), str(sound)])
    return 0


def side_by_side(before: Path, after: Path, out: Path) -> None:
    """Write both pictures next to each other."""
    import numpy as np

    from engine.media.pictures import load_picture, save_picture

    a, b = load_picture(before).srgb(), load_picture(after).srgb()
    height = max(a.shape[0], b.shape[0])
    sheet = np.full((height, a.shape[1] + b.shape[1] + 8, 3), 255, np.uint8)
    sheet[: a.shape[0], : a.shape[1]] = a
    sheet[: b.shape[0], a.shape[1] + 8 :] = b
    save_picture(out, sheet)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except SgimError as error:
        print(f"sgim: {error.sentence}", file=sys.stderr)
        sys.exit(error.exit_code)
