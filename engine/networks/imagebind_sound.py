"""ImageBind's audio branch: log-mel clips become vectors in OpenCLIP ViT-H/14's space."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class _Stem(nn.Module):
    def __init__(self, width: int, kernel: int, stride: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(1, width, kernel, stride, bias=False)
        self.norm_layer = nn.LayerNorm(width)  # eps 1e-5 here, 1e-6 everywhere else

    def forward(self, x: Tensor) -> Tensor:
        return self.norm_layer(self.proj(x).flatten(2).transpose(1, 2))


class _Positions(nn.Module):
    def __init__(self, tokens: int, width: int) -> None:
        super().__init__()
        self.pos_embed = nn.Parameter(torch.zeros(1, tokens, width))


class _Preprocessor(nn.Module):
    def __init__(self, width: int, kernel: int, stride: int, mels: int, frames: int) -> None:
        super().__init__()
        tokens = ((mels - kernel) // stride + 1) * ((frames - kernel) // stride + 1)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.rgbt_stem = _Stem(width, kernel, stride)
        self.pos_embedding_helper = _Positions(tokens + 1, width)

    def forward(self, mels: Tensor) -> Tensor:
        patches = self.rgbt_stem(mels)
        tokens = torch.cat([self.cls_token.expand(len(patches), -1, -1), patches], dim=1)
        return tokens + self.pos_embedding_helper.pos_embed


class _Attention(nn.Module):
    """Self-attention with one learned extra key and value (torch's ``add_bias_kv``)."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.in_proj_weight = nn.Parameter(torch.empty(3 * width, width))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * width))
        self.bias_k = nn.Parameter(torch.zeros(1, 1, width))
        self.bias_v = nn.Parameter(torch.zeros(1, 1, width))
        self.out_proj = nn.Linear(width, width)
        nn.init.xavier_uniform_(self.in_proj_weight)

    def forward(self, x: Tensor) -> Tensor:
        n, tokens, width = x.shape
        q, k, v = F.linear(x, self.in_proj_weight, self.in_proj_bias).chunk(3, dim=-1)
        k = torch.cat([k, self.bias_k.expand(n, 1, width)], dim=1)
        v = torch.cat([v, self.bias_v.expand(n, 1, width)], dim=1)
        q, k, v = (t.unflatten(-1, (self.heads, -1)).transpose(1, 2) for t in (q, k, v))
        out = F.scaled_dot_product_attention(q, k, v)
        return self.out_proj(out.transpose(1, 2).reshape(n, tokens, width))


class _Perceptron(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(F.gelu(self.fc1(x)))


class _Block(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.attn = _Attention(width, heads)
        self.norm_1 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = _Perceptron(width)
        self.norm_2 = nn.LayerNorm(width, eps=1e-6)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.norm_1(x))
        return x + self.mlp(self.norm_2(x))


class _Trunk(nn.Module):
    def __init__(self, width: int, blocks: int, heads: int) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*(_Block(width, heads) for _ in range(blocks)))

    def forward(self, tokens: Tensor) -> Tensor:
        return self.blocks(tokens)


class _LogitScale(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("log_logit_scale", torch.tensor(math.log(20.0)))


class ImageBindSound(nn.Module):
    """The ``*.audio.*`` entries of ``imagebind_huge.pth`` (177 of them), names unchanged.

    ``width``, ``blocks``, ``heads``, ``outputs`` as read from the weights (768, 12, 12, 1024 published).
    """

    def __init__(
        self, width: int = 768, blocks: int = 12, heads: int = 12, outputs: int = 1024,
        kernel: int = 16, stride: int = 10, mels: int = 128, frames: int = 204,
    ) -> None:  # fmt: skip
        super().__init__()
        self.embedding_size = outputs
        self.modality_preprocessors = nn.ModuleDict({"audio": _Preprocessor(width, kernel, stride, mels, frames)})
        self.modality_trunks = nn.ModuleDict({"audio": _Trunk(width, blocks, heads)})
        head = nn.Sequential(nn.LayerNorm(width, eps=1e-6), nn.Identity(), nn.Linear(width, outputs, bias=False))
        self.modality_heads = nn.ModuleDict({"audio": head})
        # Index 0 is the normalisation, which has no weights.
        self.modality_postprocessors = nn.ModuleDict({"audio": nn.Sequential(nn.Identity(), _LogitScale())})

    def tokens(self, mels: Tensor) -> Tensor:
        """(N,1,mels,frames) → (N,229,width): class token and patches with positions."""
        return self.modality_preprocessors["audio"](mels)

    def trunk(self, tokens: Tensor) -> Tensor:
        """(N,229,width) → the same shape."""
        return self.modality_trunks["audio"](tokens)

    def forward(self, mels: Tensor) -> Tensor:
        """(N,1,mels,frames) → (N,outputs), each of length 20 (the published scale); average a sound's clips."""
        token = self.modality_heads["audio"](self.trunk(self.tokens(mels))[:, 0])
        scale = self.modality_postprocessors["audio"].get_buffer("1.log_logit_scale").exp()
        return F.normalize(token, dim=-1) * scale
