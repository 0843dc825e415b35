"""Run by test_open_sessions: another studio that has a session open, until it is killed.

``python open_session.py SESSION``; prints a line once a change is in the file.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from PySide6.QtCore import QCoreApplication  # noqa: E402
from session_records import add_clip  # noqa: E402

from sgim_desktop.document.document import Document  # noqa: E402

app = QCoreApplication([])
document = Document(Path(sys.argv[1]))
if not document.clips:
    add_clip(document)
assert document.flush()
print("open", flush=True)
time.sleep(600)
