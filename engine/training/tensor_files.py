"""Tensors to a file, whole or not at all, with the operating system's reason when it fails."""

from __future__ import annotations

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor

from engine.errors import SaveError
from engine.media.atomic_files import save_error, written_beside


def save_tensors(target: Path, tensors: dict[str, Tensor], metadata: dict[str, str] | None = None) -> None:
    """Write ``tensors`` to ``target``. Raises SaveError (disk full, …), and then what was there is still whole."""
    # clone: safetensors refuses tensors that share memory, and a training goes on changing them
    plain = {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}
    try:
        with written_beside(target) as beside:
            save_file(plain, beside, metadata)
    except SafetensorError as error:  # safetensors hides the operating system's reason in its text
        text = str(error).lower()
        if "no space" in text or "too large" in text or "quota" in text:
            raise save_error(target, OSError(28, "no space left")) from error
        raise SaveError(f"{target} could not be written; choose another place.", error) from error
