"""The measurements of `sgim evaluate`: name → module with ``add_arguments(parser)`` and ``run(args) -> dict | int``.

Names only, so that `sgim evaluate --help` imports neither torch nor any of the modules.
"""

from __future__ import annotations

REGISTRY: dict[str, str] = {}
SUMMARIES: dict[str, str] = {}
