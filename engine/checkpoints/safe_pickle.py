"""A pickle reader that builds plain containers and tensor descriptions, and runs nothing.

It knows the opcodes that pickle protocols 2–5 write for data. REDUCE, NEWOBJ and BUILD only ever reach
the functions of ``allow_list.py``. Large byte strings stay on disk as windows.
"""

from __future__ import annotations

import pickletools
import struct
from collections.abc import Callable
from typing import Any

import torch

from engine.checkpoints.allow_list import is_key, look_up
from engine.checkpoints.file_bytes import Cursor, Window
from engine.checkpoints.limits import (
    MAX_INTEGER,
    MAX_MARKS,
    MAX_STREAMS_DEEP,
    MAX_TEXT,
    WORK_PER_STREAM,
    Budget,
)
from engine.checkpoints.refusal import Refusal, quoted
from engine.checkpoints.stand_ins import ModuleState, Name, NumpyArray, NumpyType, Options
from engine.checkpoints.stored_tensors import Storage

_OPCODE_NAMES = {ord(opcode.code): opcode.name for opcode in pickletools.opcodes}
FindStorage = Callable[[torch.dtype | None, str, int], Storage]


class Machine:
    """Reads one stream: ``Machine(cursor, budget).load()``. ``find_storage`` serves torch's persistent ids."""

    def __init__(
        self, cursor: Cursor, budget: Budget, *, find_storage: FindStorage | None = None, level: int = 0
    ) -> None:
        self.cursor, self.budget, self.level = cursor, budget, level
        self.find_storage = find_storage
        self.stack: list[Any] = []
        self.marks: list[list[Any]] = []
        self.memo: dict[int, Any] = {}

    def load(self) -> Any:
        """The value that the stream describes; raises Refusal."""
        take, spend, steps = self.cursor.take, self.budget.spend, STEPS
        while True:
            code = take(1)[0]
            if code == 0x2E:  # STOP
                if len(self.stack) != 1 or self.marks:
                    raise Refusal("its pickle stream is damaged")
                return self.stack[0]
            spend(1)
            step = steps.get(code)
            if step is None:
                named = _OPCODE_NAMES.get(code, f"0x{code:02x}")
                raise Refusal(f"it uses the pickle instruction {named}, which no weights need; nothing in it was run")
            step(self)

    def read_inner_stream(self, window: Window) -> object:
        """A whole legacy ``torch.save`` stream inside this one, read by the same rules."""
        from engine.checkpoints.torch_legacy import read_legacy_stream

        if self.level >= MAX_STREAMS_DEEP:
            raise Refusal("it nests pickles in pickles")
        self.budget.spend(WORK_PER_STREAM)
        return read_legacy_stream(window, self.budget, level=self.level + 1)

    # ---- what the opcodes share

    def number(self, size: int) -> int:
        """An unsigned little-endian number of ``size`` bytes."""
        return int.from_bytes(self.cursor.take(size), "little")

    def text(self, size: int) -> None:
        """Push a string of ``size`` bytes."""
        if size > MAX_TEXT:
            raise Refusal(f"one of its names is {size} bytes long")
        self.budget.spend_text(size)
        self.stack.append(self.cursor.take(size).decode("utf-8", "surrogatepass"))

    def integer(self, size: int) -> None:
        """Push a signed number of ``size`` bytes."""
        if size > MAX_INTEGER:
            raise Refusal(f"one of its numbers is {size} bytes long")
        self.stack.append(int.from_bytes(self.cursor.take(size), "little", signed=True))

    def since_mark(self) -> list[Any]:
        """Close the innermost mark and return what was pushed after it."""
        if not self.marks:
            raise Refusal("its pickle stream is damaged")
        items, self.stack = self.stack, self.marks.pop()
        return items

    def mark(self) -> None:
        """Open a mark."""
        if len(self.marks) >= MAX_MARKS:
            raise Refusal("its containers are nested far deeper than in any published weights file")
        self.marks.append(self.stack)
        self.stack = []

    def pop(self) -> Any:
        """Take the top of the stack."""
        if not self.stack:
            raise Refusal("its pickle stream is damaged")
        return self.stack.pop()

    def top(self, kind: type) -> Any:
        """Look at the top of the stack, which must be a ``kind``."""
        if not self.stack or not isinstance(self.stack[-1], kind):
            raise Refusal("its pickle stream is damaged")
        return self.stack[-1]

    def take_tuple(self, count: int) -> None:
        """Replace the last ``count`` values by a tuple of them."""
        if len(self.stack) < count:
            raise Refusal("its pickle stream is damaged")
        items = tuple(self.stack[len(self.stack) - count :])
        del self.stack[len(self.stack) - count :]
        self.stack.append(items)

    def recall(self, index: int) -> None:
        """Push a memoised value."""
        if index not in self.memo:
            raise Refusal("its pickle stream is damaged")
        self.stack.append(self.memo[index])

    def remember(self, index: int) -> None:
        """Memoise the top of the stack."""
        self.memo[index] = self.top(object)

    def set_items(self, items: list[Any]) -> None:
        """key, value, key, value … into the dictionary on top."""
        target = self.top(dict)
        if len(items) % 2 or not all(is_key(key) for key in items[::2]):
            raise Refusal("one of its dictionaries is damaged")
        target.update(zip(items[::2], items[1::2], strict=True))

    def add_to_set(self) -> None:
        """Members into the set on top."""
        items = self.since_mark()
        if not all(is_key(item) for item in items):
            raise Refusal("one of its sets is damaged")
        self.top(set).update(items)

    def frozen_set(self) -> None:
        """A set of what follows the mark."""
        items = self.since_mark()
        if not all(is_key(item) for item in items):
            raise Refusal("one of its sets is damaged")
        self.stack.append(frozenset(items))

    def new_list(self) -> None:
        """A list of what follows the mark."""
        items = self.since_mark()
        self.stack.append(items)

    def new_tuple(self) -> None:
        """A tuple of what follows the mark."""
        items = self.since_mark()
        self.stack.append(tuple(items))

    def new_dict(self) -> None:
        """A dictionary of what follows the mark."""
        items = self.since_mark()
        self.stack.append({})
        self.set_items(items)

    def set_item(self) -> None:
        """One key and value into the dictionary below them."""
        value, key = self.pop(), self.pop()
        self.set_items([key, value])

    def append(self, items: list[Any]) -> None:
        """Items to the list on top."""
        self.top(list).extend(items)

    def global_by_line(self) -> None:
        """GLOBAL: two lines, module and name."""
        module, name = self.cursor.line(), self.cursor.line()
        self.stack.append(look_up(module, name))

    def global_by_stack(self) -> None:
        """STACK_GLOBAL: module and name are strings on the stack."""
        name, module = self.pop(), self.pop()
        if not isinstance(name, str) or not isinstance(module, str):
            raise Refusal("its pickle stream is damaged")
        self.stack.append(look_up(module, name))

    def call(self) -> None:
        """REDUCE and NEWOBJ: only names of the allow-list, only our functions."""
        args, name = self.pop(), self.pop()
        if not isinstance(args, tuple) or not isinstance(name, Name) or name.make is None:
            shown = quoted(f"{name.module}.{name.name}") if isinstance(name, Name) else "something"
            raise Refusal(f"it tries to call {shown}; nothing in it was run")
        self.stack.append(name.make(self, args))

    def build(self) -> None:
        """BUILD: attributes of a stand-in, each at most once."""
        state = self.pop()
        target = self.top(object)
        if isinstance(target, ModuleState) and target.state is None and isinstance(state, dict):
            target.state = state
        elif isinstance(target, Options) and target.values is None and isinstance(state, dict):
            target.values = state
        elif isinstance(target, NumpyType) and isinstance(state, tuple) and len(state) >= 2:
            if state[1] not in ("<", "|", "="):
                raise Refusal("its numbers are stored in big-endian order")
        elif isinstance(target, NumpyArray) and target.dtype is None and isinstance(state, tuple) and len(state) == 5:
            _, shape, dtype, fortran, raw = state
            kinds = isinstance(dtype, NumpyType) and isinstance(raw, (Window, bytes))
            if not kinds or not isinstance(shape, tuple) or not all(type(size) is int and size >= 0 for size in shape):
                raise Refusal("it holds a numpy array of something else than numbers")
            target.shape, target.dtype, target.raw, target.fortran = shape, dtype, raw, bool(fortran)
        elif isinstance(target, dict):
            pass  # OrderedDict keeps ``_metadata`` as an attribute; no weights are in it
        else:
            raise Refusal("it gives attributes to something that has none; nothing in it was run")

    def persistent(self) -> None:
        """BINPERSID: torch's ('storage', type, key, location, count[, view])."""
        ident = self.pop()
        if self.find_storage is None or not isinstance(ident, tuple) or not 5 <= len(ident) <= 6:
            raise Refusal("it refers to something outside of the file")
        kind, dtype, key, count = ident[0], ident[1], ident[2], ident[4]
        if len(ident) == 6 and ident[5] is not None:
            raise Refusal("it was written by a torch older than 0.4", "Load and save it again with a current torch.")
        untyped = isinstance(dtype, Name) and dtype.name == "UntypedStorage"
        if kind != "storage" or not (untyped or isinstance(dtype, torch.dtype)) or not isinstance(key, str):
            raise Refusal("it refers to something outside of the file")
        if type(count) is not int or count < 0:
            raise Refusal("one of its tensors has an impossible shape")
        self.stack.append(self.find_storage(None if untyped else dtype, key, count))

    def protocol(self) -> None:
        """PROTO: 2 to 5."""
        version = self.number(1)
        if version > 5:
            raise Refusal(f"it uses pickle protocol {version}, which does not exist")

    def bytes_(self, size: int) -> None:
        """Push a byte range, unread."""
        self.stack.append(self.cursor.skip(size))


def _double(m: Machine) -> None:
    m.stack.append(struct.unpack(">d", m.cursor.take(8))[0])


STEPS: dict[int, Callable[[Machine], object]] = {
    0x80: Machine.protocol,
    0x95: lambda m: m.cursor.take(8),  # FRAME: only a hint about sizes
    ord("("): Machine.mark,
    ord("0"): Machine.pop,
    ord("1"): Machine.since_mark,  # POP_MARK
    ord("N"): lambda m: m.stack.append(None),
    0x88: lambda m: m.stack.append(True),
    0x89: lambda m: m.stack.append(False),
    ord("J"): lambda m: m.stack.append(int.from_bytes(m.cursor.take(4), "little", signed=True)),
    ord("K"): lambda m: m.stack.append(m.number(1)),
    ord("M"): lambda m: m.stack.append(m.number(2)),
    0x8A: lambda m: m.integer(m.number(1)),
    0x8B: lambda m: m.integer(m.number(4)),
    ord("G"): _double,
    ord("X"): lambda m: m.text(m.number(4)),
    0x8C: lambda m: m.text(m.number(1)),
    0x8D: lambda m: m.text(m.number(8)),
    ord("T"): lambda m: m.text(m.number(4)),  # Python 2 strings
    ord("U"): lambda m: m.text(m.number(1)),
    ord("B"): lambda m: m.bytes_(m.number(4)),
    ord("C"): lambda m: m.bytes_(m.number(1)),
    0x8E: lambda m: m.bytes_(m.number(8)),
    0x96: lambda m: m.bytes_(m.number(8)),  # BYTEARRAY8
    ord("]"): lambda m: m.stack.append([]),
    ord("}"): lambda m: m.stack.append({}),
    ord(")"): lambda m: m.stack.append(()),
    0x8F: lambda m: m.stack.append(set()),
    ord("l"): Machine.new_list,
    ord("d"): Machine.new_dict,
    ord("t"): Machine.new_tuple,
    0x85: lambda m: m.take_tuple(1),
    0x86: lambda m: m.take_tuple(2),
    0x87: lambda m: m.take_tuple(3),
    ord("a"): lambda m: m.append([m.pop()]),
    ord("e"): lambda m: m.append(m.since_mark()),
    ord("s"): Machine.set_item,
    ord("u"): lambda m: m.set_items(m.since_mark()),
    0x90: Machine.add_to_set,
    0x91: Machine.frozen_set,
    ord("c"): Machine.global_by_line,
    0x93: Machine.global_by_stack,
    ord("R"): Machine.call,
    0x81: Machine.call,  # NEWOBJ
    ord("b"): Machine.build,
    ord("h"): lambda m: m.recall(m.number(1)),
    ord("j"): lambda m: m.recall(m.number(4)),
    ord("q"): lambda m: m.remember(m.number(1)),
    ord("r"): lambda m: m.remember(m.number(4)),
    0x94: lambda m: m.remember(len(m.memo)),
    ord("Q"): Machine.persistent,
}
