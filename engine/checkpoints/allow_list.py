"""The complete list of names a weights file may mention, and what each becomes.

Nothing is ever imported or looked up by a name from the file: a name is a key of this table, and its
value is a constant or one of the small functions below. A name that is not here ends the reading.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from engine.checkpoints.file_bytes import HeldBytes, Window
from engine.checkpoints.refusal import Refusal, quoted
from engine.checkpoints.stand_ins import ModuleState, Name, NumpyArray, NumpyType, Options
from engine.checkpoints.stored_tensors import Storage, StoredTensor

if TYPE_CHECKING:
    from engine.checkpoints.safe_pickle import Machine

Args = tuple[Any, ...]


def _plain(value: object) -> bool:
    return value is None or isinstance(value, (str, int, float, bool))


def is_key(value: object) -> bool:
    """What may be a dictionary key or a set member: scalars and flat tuples of them (hashing must stay cheap)."""
    return _plain(value) or (isinstance(value, tuple) and len(value) <= 16 and all(_plain(item) for item in value))


def _members(machine: Machine, args: Args) -> list[Any]:
    items = list(args[0]) if args and isinstance(args[0], (list, tuple)) else []
    machine.budget.spend(len(items))
    if len(args) > 1 or (args and not isinstance(args[0], (list, tuple))):
        raise Refusal("one of its containers is damaged")
    return items


def _ordered_dict(machine: Machine, args: Args) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for pair in _members(machine, args):
        if not isinstance(pair, (list, tuple)) or len(pair) != 2 or not is_key(pair[0]):
            raise Refusal("one of its dictionaries is damaged")
        found[pair[0]] = pair[1]
    return found


def _default_dict(machine: Machine, args: Args) -> dict[Any, Any]:
    return {}


def _set(machine: Machine, args: Args) -> set[Any]:
    items = _members(machine, args)
    if not all(is_key(item) for item in items):
        raise Refusal("one of its sets is damaged")
    return set(items)


def _size(machine: Machine, args: Args) -> tuple[Any, ...]:
    return tuple(_members(machine, args))


def _persistent_object(machine: Machine, args: Args) -> ModuleState:
    meta = args[0] if len(args) == 1 else None
    if not isinstance(meta, dict) or meta.get("type") != "class" or not isinstance(meta.get("state"), dict):
        raise Refusal("one of its networks is not stored the way NVIDIA's code does it")
    return ModuleState(str(meta.get("class_name")), meta["state"])  # meta["module_src"] is never looked at


def _inner_stream(machine: Machine, args: Args) -> object:
    if len(args) != 1 or not isinstance(args[0], (Window, bytes)):
        raise Refusal("one of its inner streams is damaged")
    return machine.read_inner_stream(args[0] if isinstance(args[0], Window) else HeldBytes(args[0]).window())


def _integers(value: object) -> tuple[int, ...]:
    if not isinstance(value, (tuple, list)) or len(value) > 64 or not all(type(item) is int for item in value):
        raise Refusal("one of its tensors has an impossible shape")
    return tuple(value)


def _tensor(machine: Machine, args: Args) -> StoredTensor:
    if len(args) < 4 or not isinstance(args[0], Storage) or type(args[1]) is not int:
        raise Refusal("one of its tensors is damaged")
    storage, offset = args[0], args[1]
    dtype = storage.dtype or torch.uint8
    return StoredTensor(storage, dtype, offset, _integers(args[2]), _integers(args[3]))


def _tensor_v3(machine: Machine, args: Args) -> StoredTensor:
    if len(args) < 7 or not isinstance(args[0], Storage) or type(args[1]) is not int:
        raise Refusal("one of its tensors is damaged")
    if not isinstance(args[6], torch.dtype):
        raise Refusal("one of its tensors has an unknown type")
    return StoredTensor(args[0], args[6], args[1], _integers(args[2]), _integers(args[3]))


def _parameter(machine: Machine, args: Args) -> StoredTensor:
    if not args or not isinstance(args[0], StoredTensor):
        raise Refusal("one of its parameters is damaged")
    return args[0]


def _numpy_type(machine: Machine, args: Args) -> NumpyType:
    if not args or not isinstance(args[0], str) or len(args[0]) > 8:
        raise Refusal("one of its numpy values is damaged")
    return NumpyType(args[0].lstrip("<=|"))


def _numpy_scalar(machine: Machine, args: Args) -> object:
    if len(args) != 2 or not isinstance(args[0], NumpyType) or not isinstance(args[1], (Window, bytes)):
        raise Refusal("one of its numpy values is damaged")
    kind = args[0].to_numpy()
    raw = args[1] if isinstance(args[1], bytes) else args[1].read(kind.itemsize)
    if len(raw) != kind.itemsize:
        raise Refusal("one of its numpy values is damaged")
    return np.frombuffer(raw, dtype=kind)[0].item()


def _numpy_array(machine: Machine, args: Args) -> NumpyArray:
    return NumpyArray()


def _numpy_buffer(machine: Machine, args: Args) -> NumpyArray:
    """numpy's way of protocol 5: (bytes, type, shape, order)."""
    if len(args) != 4 or not isinstance(args[0], Window) or not isinstance(args[1], NumpyType):
        raise Refusal("one of its numpy arrays is damaged")
    return NumpyArray(_integers(args[2]), args[1], args[0], args[3] == "F")


def _tensor_subclass(machine: Machine, args: Args) -> object:
    """(function, class, arguments, attributes): only the tensor itself is wanted."""
    if len(args) != 4 or not isinstance(args[0], Name) or args[0].make not in (_tensor, _tensor_v3, _parameter):
        raise Refusal("one of its tensors is damaged")
    return args[0].make(machine, args[2] if isinstance(args[2], tuple) else ())


def _latin_bytes(machine: Machine, args: Args) -> bytes:
    """Protocol 2 writes bytes as ``_codecs.encode(text, 'latin1')``."""
    if len(args) != 2 or not isinstance(args[0], str) or args[1] not in ("latin1", "latin-1"):
        raise Refusal("one of its byte strings is damaged")
    machine.budget.spend_text(len(args[0]))
    return args[0].encode("latin-1")


def _text(machine: Machine, args: Args) -> str:
    if not all(isinstance(item, str) for item in args) or len(args) > 64:
        raise Refusal("one of its paths is damaged")
    return "/".join(args)[:4096]


def _first(machine: Machine, args: Args) -> object:
    if len(args) < 1:
        raise Refusal("one of its lists is damaged")
    return args[0]


def _options(machine: Machine, args: Args) -> Options:
    return Options()


def _module(class_name: str) -> Callable[[Any, Args], object]:
    return lambda machine, args: ModuleState(class_name)


_STORAGES = {
    "FloatStorage": torch.float32,
    "DoubleStorage": torch.float64,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "ShortStorage": torch.int16,
    "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
    "BoolStorage": torch.bool,
}

_CALLS: dict[tuple[str, str], Callable[[Any, Args], object]] = {
    ("torch_utils.persistence", "_reconstruct_persistent_obj"): _persistent_object,
    ("dnnlib.util", "EasyDict"): _ordered_dict,
    ("dnnlib", "EasyDict"): _ordered_dict,
    ("collections", "OrderedDict"): _ordered_dict,
    ("collections", "defaultdict"): _default_dict,
    ("builtins", "set"): _set,
    ("builtins", "frozenset"): _set,
    ("__builtin__", "set"): _set,
    ("torch", "Size"): _size,
    ("torch", "device"): _text,
    ("torch._utils", "_rebuild_tensor"): _tensor,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_tensor_v3"): _tensor_v3,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    ("torch._utils", "_rebuild_parameter_with_state"): _parameter,
    ("torch._tensor", "_rebuild_from_type_v2"): _tensor_subclass,
    ("torch.storage", "_load_from_bytes"): _inner_stream,
    ("_codecs", "encode"): _latin_bytes,
    ("argparse", "Namespace"): _options,
    ("pathlib", "PosixPath"): _text,
    ("pathlib", "PurePosixPath"): _text,
    ("torch.jit._pickle", "build_intlist"): _first,
    ("torch.jit._pickle", "build_doublelist"): _first,
    ("torch.jit._pickle", "build_boollist"): _first,
    ("torch.jit._pickle", "build_tensorlist"): _first,
    ("torch.jit._pickle", "restore_type_tag"): _first,
    ("numpy", "dtype"): _numpy_type,
    **{(f"numpy.{core}.multiarray", "scalar"): _numpy_scalar for core in ("core", "_core")},
    **{(f"numpy.{core}.multiarray", "_reconstruct"): _numpy_array for core in ("core", "_core")},
    **{(f"numpy.{core}.numeric", "_frombuffer"): _numpy_buffer for core in ("core", "_core")},
}

# Types that a file may name (as an argument of one of the calls above) but never call.
_VALUES: dict[tuple[str, str], object] = {
    **{("torch", name): dtype for name, dtype in _STORAGES.items()},
    ("torch.storage", "UntypedStorage"): Name("torch.storage", "UntypedStorage"),
    **{("torch", str(dtype).removeprefix("torch.")): dtype for dtype in _STORAGES.values()},
    ("torch", "Tensor"): Name("torch", "Tensor"),
    ("torch.nn.parameter", "Parameter"): Name("torch.nn.parameter", "Parameter"),
    ("numpy", "ndarray"): Name("numpy", "ndarray"),
    ("builtins", "dict"): Name("builtins", "dict"),
    ("builtins", "list"): Name("builtins", "list"),
    ("builtins", "int"): Name("builtins", "int"),
    ("builtins", "float"): Name("builtins", "float"),
}

# torch's own modules inside a pickled network: kept as attributes without behaviour.
_MODULES = {
    ("torch.nn.modules.container", "Sequential"),
    ("torch.nn.modules.container", "ModuleList"),
    ("torch.nn.modules.container", "ModuleDict"),
    ("torch.nn.modules.linear", "Linear"),
    ("torch.nn.modules.linear", "Identity"),
    ("torch.nn.modules.conv", "Conv2d"),
    ("torch.nn.modules.batchnorm", "BatchNorm2d"),
    ("torch.nn.modules.normalization", "LayerNorm"),
    ("torch.nn.modules.activation", "LeakyReLU"),
    ("torch.nn.modules.activation", "ReLU"),
}


def look_up(module: str, name: str) -> object:
    """The stand-in for a global; raises Refusal naming it when it is not on the list."""
    key = (module, name)
    if key in _VALUES:
        return _VALUES[key]
    if key in _CALLS:
        return Name(module, name, _CALLS[key])
    if key in _MODULES or module.startswith("__torch__"):  # the second: classes of a TorchScript archive
        return Name(module, name, _module(name))
    if module.startswith("dnnlib.tflib"):
        raise Refusal(
            "it is a TensorFlow-era StyleGAN file",
            "Convert it with stylegan2-ada-pytorch's legacy.py, or get the PyTorch version of the same network.",
        )
    raise Refusal(f"it names {quoted(f'{module}.{name}')}, which no weights need; nothing in the file was run")
