"""The measurements of `sgim evaluate`: name → module with ``add_arguments(parser)`` and ``run(args) -> dict | int``.

Names only, so that `sgim evaluate --help` imports neither torch nor any of the modules.
"""

from __future__ import annotations

REGISTRY: dict[str, str] = {
    "starter": "engine.evaluation.starter",
    "portraits": "engine.evaluation.portraits",
}
SUMMARIES: dict[str, str] = {
    "starter": "everything the scene pack must show, on held-out pictures and sounds",
    "portraits": "faces: finding, repeating, inverting, smiling, staying the same person",
}
