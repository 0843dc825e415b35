"""The tokenizer of a pack's text tower: open_clip's byte-pair tables, optionally with fewer merges.

A table of 49,408 rows would be most of a small model (KNOWLEDGE §7). Keeping only the first N merges
splits rare words into more pieces and needs no other change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

SPECIAL_TOKENS = 2
BYTE_TOKENS = 512


def build_tokenizer(context_length: int, merges: int | None = None) -> Callable[[Sequence[str]], Tensor]:
    """A function texts → token ids (N, context_length); ``merges`` None keeps CLIP's whole table."""
    from open_clip.tokenizer import SimpleTokenizer

    tokenizer = SimpleTokenizer(context_length=context_length)
    if merges is not None:
        keep = sorted(tokenizer.bpe_ranks.items(), key=lambda item: item[1])[:merges]
        tokenizer.bpe_ranks = dict(keep)
        words = sorted(tokenizer.encoder, key=tokenizer.encoder.__getitem__)[: BYTE_TOKENS + merges]
        specials = [w for w, _ in sorted(tokenizer.encoder.items(), key=lambda item: item[1])[-SPECIAL_TOKENS:]]
        tokenizer.encoder = {w: i for i, w in enumerate([*words, *specials])}
        tokenizer.decoder = {i: w for w, i in tokenizer.encoder.items()}
        tokenizer.vocab_size = len(tokenizer.encoder)
        tokenizer.sot_token_id = tokenizer.encoder[specials[0]]
        tokenizer.eot_token_id = tokenizer.encoder[specials[1]]
        tokenizer.all_special_ids = [tokenizer.sot_token_id, tokenizer.eot_token_id]
        tokenizer.cache = {w: w for w in specials}

    def tokenize(texts: Sequence[str]) -> Tensor:
        return tokenizer(list(texts), context_length=context_length)

    return tokenize
