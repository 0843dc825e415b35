"""Where packs live, and opening one: the bundled ones in ``resources/packs`` and the artist's own.

Importing this module does not import torch: the window lists packs before torch is loaded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import PackError
from engine.packs.manifest import Manifest, Part, is_pack_name
from engine.packs.manifest_file import MANIFEST_NAME, read_manifest
from engine.packs.weights_file import file_sha256, read_weights

if TYPE_CHECKING:
    import torch

DEFAULT_PACK = "starter-scenes"
DEFAULT_PORTRAIT_PACK = "starter-portraits"
INCOMPLETE_MARKER = "INCOMPLETE"
PACKS_ENVIRONMENT = "SGIM_PACKS"


def bundled_packs_folder() -> Path:
    """``resources/packs`` of the installed program, also inside a frozen application."""
    frozen = getattr(sys, "_MEIPASS", None)
    root = Path(frozen) if frozen else Path(__file__).resolve().parents[2]
    return root / "resources" / "packs"


def user_packs_folder() -> Path:
    """Where added packs go: ``$SGIM_PACKS``, or the platform's folder for application data. May not exist yet."""
    chosen = os.environ.get(PACKS_ENVIRONMENT)
    if chosen:
        return Path(chosen).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("sgim-studio", appauthor=False)) / "packs"


class Pack:
    """One opened pack: its manifest now, its weights when asked for."""

    def __init__(self, path: Path, manifest: Manifest, *, may_share: bool = False) -> None:
        self.path = path
        self.manifest = manifest
        self.may_share = may_share

    @property
    def name(self) -> str:
        """The pack's name."""
        return self.manifest.name

    def has(self, kind: str) -> bool:
        """Whether the pack has a part of this kind (see ``manifest.PART_KINDS``)."""
        return kind in self.manifest.parts

    def part(self, kind: str) -> Part:
        """The part of this kind. Raises ``PackError`` when the pack has none."""
        try:
            return self.manifest.parts[kind]
        except KeyError as error:
            words = kind.replace("_", " ")
            raise PackError(
                f"The pack {self.name} has no {words}; choose another pack, or combine it with one that has "
                "(sgim packs combine).",
                error,
            ) from error

    def file(self, name: str) -> Path:
        """Absolute path of a file named in the manifest; only bundled packs may point into a neighbour."""
        if name.startswith("..") and not self.may_share:
            raise PackError(f"The pack {self.name} points outside its own folder ({name}); add the pack again.")
        return self.path / name

    def tensors(self, kind: str, *, promote: bool = True) -> dict[str, torch.Tensor]:
        """Weights of a part on the CPU, checked against the manifest's sha256; ``promote`` half floats to float32."""
        part = self.part(kind)
        return read_weights(self.file(part.file), part.sha256, promote=promote)

    def latent_statistics(self) -> dict[str, torch.Tensor] | None:
        """Tensors of the latent statistics ("mean", "covariance", …), or None when the pack has none."""
        about = self.manifest.latent_statistics
        if about is None:
            return None
        tensors = read_weights(self.file(about.file), about.sha256)
        for alias, name in (("mean", about.mean), ("covariance", about.covariance)):
            if name and alias != name and name in tensors:
                tensors[alias] = tensors[name]
        return tensors

    def file_hashes(self) -> dict[str, str]:
        """file name → sha256 as it is on disk now (for reports). Raises ``PackError`` for a missing file."""
        hashes = {}
        for name in sorted(self.manifest.files()):
            path = self.file(name)
            if not path.is_file():
                raise PackError(f"{path} is missing from its pack; add the pack again.")
            hashes[name] = file_sha256(path)
        return hashes

    def size_bytes(self) -> int:
        """Bytes of all files of the pack that exist."""
        paths = [self.file(name) for name in self.manifest.files()]
        return sum(path.stat().st_size for path in paths if path.is_file())


class PackStore:
    """The packs found in some folders; the first folder that has a name wins, new packs go to the last."""

    def __init__(self, roots: Sequence[Path] | None = None) -> None:
        self.bundled = bundled_packs_folder()
        self.roots = [Path(r) for r in roots] if roots is not None else [self.bundled, user_packs_folder()]

    @property
    def writable_root(self) -> Path:
        """Where added and downloaded packs go."""
        return self.roots[-1]

    def names(self) -> list[str]:
        """Names of all complete packs, sorted; incomplete and foreign folders are left out."""
        return sorted({folder.name for root in self.roots for folder in _folders(root) if is_complete(folder)})

    def incomplete(self) -> list[Path]:
        """Folders in which an add or a download was cut off."""
        return [f for root in self.roots for f in _folders(root) if (f / INCOMPLETE_MARKER).exists()]

    def __contains__(self, name: str) -> bool:
        return is_pack_name(name) and any(is_complete(root / name) for root in self.roots)

    def open(self, name: str) -> Pack:
        """Open a pack by name, or by the path of its folder. Raises ``PackError``."""
        for root in self.roots:
            folder = root / name
            if is_pack_name(name) and is_complete(folder):
                return self._open(folder)
        folder = Path(name)
        if len(folder.parts) > 1 and _is_folder(folder):
            if (folder / INCOMPLETE_MARKER).exists():
                raise PackError(f"{folder} is incomplete because adding it was cut off; add it again.")
            return self._open(folder)
        known = ", ".join(self.names()) or "none is installed"
        raise PackError(f"There is no pack named {name}; choose one of: {known}.")

    def _open(self, folder: Path) -> Pack:
        manifest = read_manifest(folder)
        inside = self.bundled.resolve() in folder.resolve().parents
        pack = Pack(folder.resolve(), manifest, may_share=inside)
        for file in manifest.files():
            pack.file(file)  # raises where it points outside, before anybody relies on it
        return pack


def is_complete(folder: Path) -> bool:
    """Whether ``folder`` holds a pack that was written to its end."""
    written = (folder / MANIFEST_NAME).is_file() and not (folder / INCOMPLETE_MARKER).exists()
    return written and is_pack_name(folder.name)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # a name too long for the disk, or with a zero in it
        return False


def _folders(root: Path) -> list[Path]:
    try:
        return sorted(f for f in root.iterdir() if f.is_dir())
    except OSError:
        return []
