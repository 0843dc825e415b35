"""Parts of an open file as lazy byte ranges, so that 380 MB are never held to look at 4 KB."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from engine.checkpoints.limits import MAX_ARRAY
from engine.checkpoints.refusal import Refusal

CHUNK = 4096


class FileBytes:
    """A file opened for random reads. Use as a context manager."""

    def __init__(self, path: Path) -> None:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise Refusal("it is a pipe or device and not a file")  # opening one could wait for ever
        self.path = path
        self._file: BinaryIO = open(path, "rb", buffering=0)  # noqa: SIM115 - closed by __exit__
        self.size = self._file.seek(0, 2)

    def __enter__(self) -> FileBytes:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self._file.close()

    def read_into(self, offset: int, buffer: memoryview) -> None:
        """Fill ``buffer`` from ``offset``; raises Refusal when the file ends before."""
        self._file.seek(offset)
        done = 0
        while done < len(buffer):
            got = self._file.readinto(buffer[done : done + (64 << 20)])  # type: ignore[attr-defined]
            if not got:
                raise Refusal("it ends too early")
            done += got

    def read(self, offset: int, count: int) -> bytes:
        """``count`` bytes at ``offset``."""
        buffer = bytearray(count)
        self.read_into(offset, memoryview(buffer))
        return bytes(buffer)

    def window(self) -> Window:
        """The whole file as one window."""
        return Window(self, 0, self.size)


class HeldBytes(FileBytes):
    """Bytes in memory that are read like a file: what protocol 2 writes as text has no place in the file as it is."""

    def __init__(self, content: bytes) -> None:
        self._content, self.size = content, len(content)

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        pass

    def read_into(self, offset: int, buffer: memoryview) -> None:
        """Fill ``buffer`` from ``offset``; raises Refusal when the bytes end before."""
        if offset + len(buffer) > self.size:
            raise Refusal("it ends too early")
        buffer[:] = self._content[offset : offset + len(buffer)]


class Window:
    """A byte range of a file that is read only when asked for."""

    __slots__ = ("file", "start", "end")

    def __init__(self, file: FileBytes, start: int, end: int) -> None:
        if not 0 <= start <= end <= file.size:
            raise Refusal("it ends too early")
        self.file, self.start, self.end = file, start, end

    def __len__(self) -> int:
        return self.end - self.start

    def part(self, offset: int, count: int) -> Window:
        """``count`` bytes from ``offset`` within this window; raises Refusal outside of it."""
        if offset < 0 or count < 0 or offset + count > len(self):
            raise Refusal("it ends too early")
        return Window(self.file, self.start + offset, self.start + offset + count)

    def read(self, longest: int = MAX_ARRAY) -> bytes:
        """All bytes; raises Refusal when there are more than ``longest``."""
        if len(self) > longest:
            raise Refusal(f"one of its entries holds {len(self)} bytes where at most {longest} make sense")
        return self.file.read(self.start, len(self))


class Cursor:
    """Reads a window from its start to its end in small chunks."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self._base = window.start
        self._buffer = b""
        self._at = 0

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self._base + self._at - self.window.start

    def take(self, count: int) -> bytes:
        """The next ``count`` bytes; raises Refusal at the end of the window."""
        at = self._at
        end = at + count
        if end > len(self._buffer):
            self._fill(count)
            at, end = 0, count
        self._at = end
        return self._buffer[at:end]

    def _fill(self, count: int) -> None:
        start = self._base + self._at
        left = self.window.end - start
        if count > left:
            raise Refusal("it ends too early")
        self._buffer = self.window.file.read(start, min(left, max(count, CHUNK)))
        self._base, self._at = start, 0

    def skip(self, count: int) -> Window:
        """Step over ``count`` bytes without reading them."""
        found = self.window.part(self.position, count)
        if self._at + count <= len(self._buffer):
            self._at += count
        else:
            self._base, self._buffer, self._at = found.end, b"", 0
        return found

    def line(self, longest: int = 512) -> str:
        """The next line without its end, as in pickle's text opcodes."""
        found = bytearray()
        while (byte := self.take(1)) != b"\n":
            found += byte
            if len(found) > longest:
                raise Refusal("one of its names is longer than any real one")
        return found.decode("utf-8")
