"""Run by test_session: works on a session in a child process, kills it (-9) at a random moment, reopens it.

``python killed_sessions.py COUNT FOLDER``; prints {"killed": …, "actions": …, "lost": […]}.
"""

from __future__ import annotations

import json
import os
import random
import signal
import struct
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from PySide6.QtCore import QCoreApplication, QTimer  # noqa: E402
from session_records import add_clip, add_result, add_source  # noqa: E402

from sgim_desktop.document.document import Document  # noqa: E402


def work(path: Path, pipe: int, seed: int) -> None:
    """Endless actions; each is reported through the pipe once the document says that it is saved."""
    app = QCoreApplication([])
    document = Document(path)
    numbers = random.Random(seed)
    promised: dict[int, tuple[int, int]] = {}

    def saved(number: int) -> None:
        if number in promised:
            os.write(pipe, struct.pack("qq", *promised.pop(number)))

    document.saved.connect(saved)
    counts = [0, 0]

    def act() -> None:
        source = document.source
        kind = numbers.randrange(3)
        if source is None:
            add_source(document, 0)
        elif kind == 0:
            counts[0] += 1
            document.change_settings(seed=counts[0])
        elif kind == 1:
            add_clip(document, numbers.randrange(1000))
            document.rate([item.id for item in document.results[:1]], numbers.randrange(6))
        else:
            counts[1] += 1
            add_result(document, source, counts[1])
        promised[document.last_action] = (counts[0], counts[1])

    timer = QTimer()
    timer.timeout.connect(act)
    timer.start(1)
    app.exec()


def check(path: Path, seed_at_least: int, results_at_least: int) -> str:
    """What is missing in the reopened session, or nothing."""
    document = Document(path)
    try:
        if document.settings.seed < seed_at_least:
            return f"settings {document.settings.seed} < {seed_at_least}"
        if len(document.results) < results_at_least:
            return f"results {len(document.results)} < {results_at_least}"
        for item in document.results:
            document.blob(item.latent), document.blob(item.picture)
        for item in document.clips:
            document.blob(item.sha256)
        document.change_settings(text="still writable")
        return "" if document.flush() else "cannot be written any more"
    finally:
        document.close()


def main() -> None:
    """Kill, reopen, compare, ``COUNT`` times."""
    count, folder = int(sys.argv[1]), Path(sys.argv[2])
    numbers = random.Random(20)
    lost, actions = [], 0
    for run in range(count):
        path = folder / f"killed-{run}.sgim"
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            work(path, writer, run)
            os._exit(0)
        os.close(writer)
        first = os.read(reader, 16)
        time.sleep(numbers.uniform(0.0, 0.25))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        data = first
        while chunk := os.read(reader, 1 << 16):
            data += chunk
        os.close(reader)
        whole = len(data) // 16
        actions += whole
        seed, results = struct.unpack("qq", data[16 * (whole - 1) : 16 * whole])
        if problem := check(path, seed, results):
            lost.append(f"{path.name}: {problem}")
    print(json.dumps({"killed": count, "actions": actions, "lost": lost}))


if __name__ == "__main__":
    main()
