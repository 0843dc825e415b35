"""Sound encoder of Lee et al. 2022 (kuai-lab): a scrambled mel picture becomes a CLIP ViT-B/32 vector."""

from __future__ import annotations

from torch import Tensor, nn

from engine.networks.resnet18 import ResNet18


class Lee2022SoundEncoder(nn.Module):
    """3×3 convolution 1→3 (no padding), then ResNet-18 with 512 outputs.

    Its input is made by ``engine.embedding.fronts.lee2022`` and is *not* a plain mel spectrogram: the
    published code reshapes instead of transposing, and the weights expect that.
    """

    embedding_size = 512

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 3, 3)
        self.feature_extractor = ResNet18(3, 512)

    def forward(self, mels: Tensor) -> Tensor:
        """(N,1,128,512) in [0,1] → (N,512), not normalised."""
        return self.feature_extractor(self.conv(mels))
