"""The losses that teach a sound encoder the joint space: Eq. 1-13 of Lee et al. 2024 and their predecessors.

Everywhere: rows are unit vectors (N, d) from the joint space, row i of every argument belongs to the same clip,
``temperature`` divides cosine similarities (CLIP's logit scale is 1/temperature; the published 2022 code multiplies
by exp(0.07) ≈ 1.07 instead, which leaves the softmax almost flat — KNOWLEDGE §1), and results are scalars ≥ 0
unless said otherwise. Nothing here normalises: a caller that passes longer vectors gets a different temperature.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn import functional

TEMPERATURE = 0.07
PUBLISHED_2022_TEMPERATURE = math.exp(-0.07)


def similarity_matrix(queries: Tensor, keys: Tensor, temperature: float = TEMPERATURE) -> Tensor:
    """Eq. 1 (a→t), Eq. 3 (t→a), Eq. 7 (a→â), Eq. 9 (a→ṽ): M(i,j) = softmax_j(q_i·k_j / τ), (N, N), rows sum to 1."""
    return _log_similarity(queries, keys, temperature).exp()


def _log_similarity(queries: Tensor, keys: Tensor, temperature: float) -> Tensor:
    # log_softmax instead of log(softmax): at τ = 0.01 a far pair underflows to log(0).
    return functional.log_softmax(queries.float() @ keys.float().T / temperature, dim=1)


def one_way_nce(queries: Tensor, keys: Tensor, temperature: float = TEMPERATURE) -> Tensor:
    """Eq. 2 (a→t) and Eq. 4 (t→a): l_i = -log M(i,i) of :func:`similarity_matrix`; (N,), one value per row."""
    return -_log_similarity(queries, keys, temperature).diagonal()


def _both_ways(first: Tensor, second: Tensor, temperature: float) -> Tensor:
    return (one_way_nce(first, second, temperature) + one_way_nce(second, first, temperature)).mean()


def audio_text_nce(audio: Tensor, text: Tensor, temperature: float = TEMPERATURE) -> Tensor:
    """Eq. 5: L_nce(a↔t) = 1/N Σ_i (l_i(a→t) + l_i(t→a))."""
    return _both_ways(audio, text, temperature)


def audio_picture_nce(audio: Tensor, picture: Tensor, temperature: float = TEMPERATURE) -> Tensor:
    """Eq. 6: L_nce(a↔v) = 1/N Σ_i (l_i(a→v) + l_i(v→a)); ``picture`` is the clip's own (middle) frame."""
    return _both_ways(audio, picture, temperature)


def audio_self_nce(audio: Tensor, augmented: Tensor, temperature: float = TEMPERATURE) -> Tensor:
    """Eq. 8: L_self(a↔â) = 1/N Σ_i (l_i(a→â) + l_i(â→a)), with the matrix of Eq. 7.

    The only positive of a clip is its own augmented view: another clip of the same class (a louder rain, say) is a
    negative, which is what makes the representation intensity-aware.
    """
    return _both_ways(audio, augmented, temperature)


def weakly_paired_divergence(
    audio: Tensor, text: Tensor, resampled: Tensor, temperature: float = TEMPERATURE, *, diagonal_only: bool = False
) -> Tensor:
    """Eq. 10 and 11 per clip, (N,): how far the audio→picture row is from frozen CLIP's text→picture row.

    ``resampled`` are pictures ṽ drawn anew from the clip's label (not the clip's own frame); ``text`` the clip's
    label in CLIP's space. Teacher M(t→ṽ), no gradient; student M(a→ṽ) of Eq. 9.

    Eq. 10/11 print only the diagonal term, -M(t→ṽ)(i,i) · log M(a→ṽ)(i,i), which the text calls a KL divergence of
    two softmax distributions. As read here (KNOWLEDGE §1): the divergence of whole rows,
    Σ_j T(i,j) (log T(i,j) - log S(i,j)), which is 0 exactly when the student equals the teacher.
    ``diagonal_only`` gives the printed expression, whose minimum is not the teacher.
    """
    student = _log_similarity(audio, resampled, temperature)
    with torch.no_grad():
        teacher = _log_similarity(text, resampled, temperature)
    if diagonal_only:
        return -(teacher.exp() * student).diagonal()
    return (teacher.exp() * (teacher - student)).sum(dim=1)


def weakly_paired_kl(
    audio: Tensor, text: Tensor, resampled: Tensor, temperature: float = TEMPERATURE, *, diagonal_only: bool = False
) -> Tensor:
    """Eq. 12: L_KL(a↔ṽ) = 1/N Σ_i l_i(KL); see :func:`weakly_paired_divergence`."""
    return weakly_paired_divergence(audio, text, resampled, temperature, diagonal_only=diagonal_only).mean()


@dataclass(frozen=True)
class LossWeights:
    """Weights of the four terms of Eq. 13 (the paper: all 1); 0 removes a term, for ablation."""

    text: float = 1.0
    picture: float = 1.0
    self_supervised: float = 1.0
    weakly_paired: float = 1.0


@dataclass(frozen=True)
class JointBatch:
    """Embeddings of one global batch, unit rows (N, d). ``has_picture`` (N,) bool: rows whose pictures are real.

    ``augmented``, ``picture`` and ``resampled`` may be None when their term is switched off.
    """

    audio: Tensor
    text: Tensor
    augmented: Tensor | None = None
    picture: Tensor | None = None
    resampled: Tensor | None = None
    has_picture: Tensor | None = None


@dataclass(frozen=True)
class JointLoss:
    """The sum of Eq. 13 and its unweighted terms by name (``a-t``, ``a-v``, ``a-a``, ``kl``)."""

    total: Tensor
    terms: dict[str, Tensor] = field(default_factory=dict)


def total_loss(batch: JointBatch, weights: LossWeights | None = None, temperature: float = TEMPERATURE) -> JointLoss:
    """Eq. 13: L_total = L_nce(a↔t) + L_nce(a↔v) + L_self(a↔â) + L_KL(a↔ṽ), each times its weight.

    Clips without a picture take part in the text and self terms only; with fewer than two pictured clips in the
    batch the picture terms are 0 (a softmax over one entry teaches nothing).
    """
    weights = weights or LossWeights()
    audio, text = batch.audio, batch.text
    terms: dict[str, Tensor] = {}
    total = audio.sum() * 0.0  # keeps the graph alive when every term is off, so that backward() still works
    if weights.text:
        terms["a-t"] = audio_text_nce(audio, text, temperature)
        total = total + weights.text * terms["a-t"]
    if weights.self_supervised and batch.augmented is not None:
        terms["a-a"] = audio_self_nce(audio, batch.augmented, temperature)
        total = total + weights.self_supervised * terms["a-a"]
    rows = torch.arange(len(audio), device=audio.device)
    if batch.has_picture is not None:
        rows = rows[batch.has_picture.to(audio.device)]
    if len(rows) >= 2:
        if weights.picture and batch.picture is not None:
            terms["a-v"] = audio_picture_nce(audio[rows], batch.picture[rows], temperature)
            total = total + weights.picture * terms["a-v"]
        if weights.weakly_paired and batch.resampled is not None:
            terms["kl"] = weakly_paired_kl(audio[rows], text[rows], batch.resampled[rows], temperature)
            total = total + weights.weakly_paired * terms["kl"]
    return JointLoss(total, terms)


def predecessor_loss(
    audio: Tensor, augmented: Tensor, text: Tensor, picture: Tensor | None = None,
    temperature: float = PUBLISHED_2022_TEMPERATURE,
) -> Tensor:
    """The CVPR 2022 loss: symmetric InfoNCE a↔t and a↔â (and a↔v when ``picture`` is given), averaged.

    The published code averages the one-way terms (two pairs: a quarter of their sum), takes no picture, and scales
    similarities by exp(0.07), the default here; pass ``temperature=0.07`` for what the text says.
    """
    pairs = [text, augmented] + ([picture] if picture is not None else [])
    return torch.stack([_both_ways(audio, other, temperature) / 2 for other in pairs]).mean()


def workshop_loss(audio: Tensor, text: Tensor) -> Tensor:
    """Workshop 2021, Eq. 1: Σ_ij y log(a_i·t_j) + (1-y) log(1 - a_i·t_j), y = 1 for i = j; minimised, so negated.

    Printed with log of a cosine, which is undefined below 0; read as the cross-entropy of p = (1 + a_i·t_j)/2, the
    same order on [0, 1]. Summed over the batch as printed, then divided by N² so that it does not grow with N.
    """
    probability = ((1.0 + audio.float() @ text.float().T) / 2.0).clamp(1e-6, 1.0 - 1e-6)
    wanted = torch.eye(len(audio), device=audio.device)
    return functional.binary_cross_entropy(probability, wanted)
