"""From a published weights file to a pack part: the one way in. Nothing out of the file is ever run.

``identify`` says what a file is, ``read_checkpoint`` gives its tensors in our names. Both raise
``CheckpointError`` with one sentence that names the file, and nothing else, whatever the file holds.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from engine.checkpoints import formats_nvidia
from engine.checkpoints.containers import Contents, plain_value, read_contents
from engine.checkpoints.converted import Converted, Kind
from engine.checkpoints.file_bytes import FileBytes
from engine.checkpoints.refusal import Refusal, quoted
from engine.checkpoints.stand_ins import ModuleState, NumpyArray
from engine.checkpoints.stored_tensors import StoredTensor, StoredTensors
from engine.errors import CheckpointError
from engine.networks.registry import build
from engine.networks.unfilled import unfilled

# module with matches(tensors) and convert(tensors, extra), pack part, the format in words. First match wins.
FORMATS: list[tuple[str, str, str]] = [
    ("formats_rosinality", "generator", "rosinality StyleGAN2"),
    ("formats_mmgen", "generator", "OpenMMLab StyleGAN2"),
    ("formats_pyramid_encoders", "inversion_encoder", "e4e or pSp encoder"),
    ("formats_ir_se50", "identity", "ArcFace IR-SE50"),
    ("formats_sound_encoders", "sound_encoder", "sound encoder"),
    ("formats_open_clip", "joint_embedder", "CLIP"),
]
# Under which keys training scripts keep the weights, best first; then the top level itself.
_WEIGHT_KEYS = ("g_ema", "generator_ema", "state_dict", "model_state_dict", "params_ema", "params", "model", "ema", "g")
_LARGEST_EXTRA = 1 << 20
_REMEDY = "Get the file from its publisher again, or choose another one."


def identify(path: Path | str) -> Kind:
    """What the file is, without reading its numbers."""
    path = Path(path)
    with _one_sentence(path), FileBytes(path) as file:
        contents = read_contents(file)
        network = contents.network()
        if network is not None:
            name = "NVIDIA StyleGAN3" if formats_nvidia.is_stylegan3(network) else "NVIDIA StyleGAN2"
            return Kind("generator", name, contents.container)
        _, part, words, _, _ = _recognise(contents, file.size)
        return Kind(part, words, contents.container)


def read_checkpoint(path: Path | str) -> Converted:
    """The file as a pack part (with further parts in ``also``): tensors in memory, in our names, float32.

    Reads only the tensors that are kept, one by one: a 380 MB NVIDIA file costs its averaged generator (a third).
    """
    path = Path(path)
    with _one_sentence(path), FileBytes(path) as file:
        contents = read_contents(file)
        network = contents.network()
        if network is not None:
            found = formats_nvidia.convert_network(network, file.size)
        else:
            module, _, words, tensors, extra = _recognise(contents, file.size)
            found = module.convert(tensors, {**extra, **_beside(path, contents)})
            found = found if found.format else replace(found, format=words)
        for part in (found, *found.also):
            if part.kind == "generator":
                check_fits(part)
        return found


def _beside(path: Path, contents: Contents) -> dict[str, Any]:
    """What is known of a file besides its contents: its name, its place in a model cache, open_clip's table."""
    places = [part for part in path.absolute().parts[:-1] if part.startswith("models--")]
    found: dict[str, Any] = {"file_name": "/".join([*places, path.name])}
    if isinstance(contents.root, ModuleState):
        found["torchscript"] = True
    table = path.with_name("open_clip_config.json")
    if table.is_file() and table.stat().st_size <= _LARGEST_EXTRA:
        found["open_clip_config"] = plain_value(json.loads(table.read_text("utf-8")))
    return found


def check_fits(part: Converted) -> None:
    """Raise Refusal unless the tensors are exactly those of the network that the configuration describes."""
    with torch.device("meta"), unfilled():
        expected = {name: value.shape for name, value in build(part.architecture, part.config).state_dict().items()}
    for name, shape in expected.items():
        if name not in part.tensors:
            raise Refusal(f"its tensor {name} is missing")
        given = part.tensors[name].shape
        if given != shape:
            raise Refusal(f"its tensor {name} has the shape {tuple(given)} instead of {tuple(shape)}")
    for name in part.tensors:
        if name not in expected:
            raise Refusal(f"its tensor {quoted(name)} belongs to no part of the network")


@contextmanager
def _one_sentence(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong inside into one CheckpointError that names the file."""
    try:
        yield
    except CheckpointError as error:
        if path.name in error.sentence:
            raise
        raise CheckpointError(f"{path.name} was not loaded: {error.sentence}", error) from error
    except Refusal as refusal:
        raise CheckpointError(
            f"{path.name} was not loaded: {refusal.reason}. {refusal.remedy or _REMEDY}", refusal
        ) from refusal
    except FileNotFoundError as error:
        raise CheckpointError(f"{path} does not exist; check the name.", error) from error
    except IsADirectoryError as error:
        raise CheckpointError(f"{path} is a folder; choose the weights file inside it.", error) from error
    except OSError as error:
        raise CheckpointError(f"{path} could not be read; check its permissions and the disk.", error) from error
    except MemoryError as error:
        raise CheckpointError(f"{path.name} needs more memory than is free; close other programs.", error) from error
    except Exception as error:
        # A damaged file can make any step of the conversion fail; the log keeps which.
        raise CheckpointError(f"{path.name} was not loaded: it is damaged. {_REMEDY}", error) from error


def _recognise(
    contents: Contents, file_size: int
) -> tuple[ModuleType, str, str, Mapping[str, Tensor], Mapping[str, Any]]:
    """The first format that knows the names; raises Refusal when none does."""
    first = ""
    for tensors, extra in _candidates(contents.root, file_size):
        first = first or next(iter(tensors))
        for module_name, part, words in FORMATS:
            module = importlib.import_module(f"engine.checkpoints.{module_name}")
            if module.matches(tensors):
                # A module that knows several formats lists them.
                named = [known.format for known in getattr(module, "FORMATS", ()) if known.matches(tensors)]
                return module, part, (named or [words])[0], tensors, extra
    if not first:
        raise Refusal("there are no weights in it", "Choose a weights file (.pkl, .pt, .pth or .safetensors).")
    raise Refusal(
        f"its tensors (the first is {quoted(first)}) are those of no network known here",
        "See the list of supported weights in the documentation.",
    )


def _candidates(root: Any, file_size: int) -> Iterator[tuple[StoredTensors, dict[str, Any]]]:
    """Every place in the file where a network's tensors may be, with the other values beside them."""
    if isinstance(root, ModuleState):
        yield _named(root.tensors(), file_size), {}
        return
    if not isinstance(root, dict):
        return
    extra = {key: _extra(value) for key, value in root.items() if isinstance(key, str)}
    extra = {key: value for key, value in extra.items() if value is not None}
    for key in _WEIGHT_KEYS:
        inner = root.get(key)
        if isinstance(inner, dict) and (tensors := _named(inner, file_size)):
            yield tensors, extra
    if tensors := _named(root, file_size):
        yield tensors, {}


def _named(entries: Mapping[Any, Any], file_size: int) -> StoredTensors:
    """The tensors of a state dict, without the ``module.`` that DataParallel puts in front of every name."""
    found = {name: item for name, item in entries.items() if isinstance(name, str) and isinstance(item, StoredTensor)}
    if found and all(name.startswith("module.") for name in found):
        found = {name.removeprefix("module."): item for name, item in found.items()}
    return StoredTensors(found, file_size)


def _extra(value: Any) -> Any:
    """A value beside the weights: small tensors and arrays as tensors, settings as plain values."""
    if isinstance(value, StoredTensor):
        return value.read() if value.numel <= _LARGEST_EXTRA else None
    if isinstance(value, NumpyArray):
        return torch.from_numpy(value.read())
    return plain_value(value)
