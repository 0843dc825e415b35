"""The measurements of `sgim evaluate`: name → module with ``add_arguments(parser)`` and ``run(args) -> dict | int``.

Names only, so that `sgim evaluate --help` imports neither torch nor any of the modules.
"""

from __future__ import annotations

REGISTRY: dict[str, str] = {
    "starter": "engine.evaluation.starter",
    "portraits": "engine.evaluation.portraits",
    "ablation": "engine.evaluation.ablation",
    "directions": "engine.evaluation.directions",
    "intensity": "engine.evaluation.intensity",
    "masking": "engine.evaluation.masking",
    "mixing": "engine.evaluation.mixing",
    "music": "engine.evaluation.music",
    "probe": "engine.evaluation.probe",
    "retention": "engine.evaluation.retention",
    "semantic": "engine.evaluation.semantic",
    "speed": "engine.evaluation.speed",
    "study": "engine.evaluation.study",
    "zero-shot": "engine.evaluation.zero_shot",
}
SUMMARIES: dict[str, str] = {
    "starter": "everything the scene pack must show, on held-out pictures and sounds",
    "portraits": "faces: finding, repeating, inverting, smiling, staying the same person",
    "ablation": "which of the four losses of Eq. 13 helps, several seeds",
    "directions": "Table 2 and Fig. 8: how far sound and text move a latent",
    "intensity": "the same sound from -18 to +12 dB, coupling on and off",
    "masking": "Fig. 13: trained, detached and no layer mask at equal similarity",
    "mixing": "Fig. 15: similarity to either guide along alpha",
    "music": "moods of music against words, and what they do to colours",
    "probe": "Table 1: logistic regression on sound vectors, official folds",
    "retention": "Fig. 12 in numbers: what the weakly paired loss keeps",
    "semantic": "Fig. 17a: edits judged by a classifier of real pictures",
    "speed": "seconds and memory by phase",
    "study": "Fig. 17b/c: a blind comparison page to hand to people",
    "zero-shot": "Table 1: the class whose text is nearest to the sound",
}
