"""ArcFace IR-SE50: an aligned face crop becomes a unit vector that tells who it is."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from engine.networks.ir_se import input_layer, residual_body


class IRSE50(nn.Module):
    """Face recognition network of InsightFace_Pytorch (``model_ir_se50.pth``, 397 entries).

    BatchNorm statistics are part of the published weights: use it in ``eval()``.
    """

    input_size = 112
    embedding_size = 512

    def __init__(self) -> None:
        super().__init__()
        self.input_layer = input_layer()
        self.output_layer = nn.Sequential(
            nn.BatchNorm2d(512), nn.Dropout(0.6), nn.Flatten(), nn.Linear(512 * 7 * 7, 512), nn.BatchNorm1d(512)
        )
        self.body = residual_body()

    def raw(self, faces: Tensor) -> Tensor:
        """(N,3,112,112) RGB in [-1,1] → (N,512) before normalisation."""
        return self.output_layer(self.body(self.input_layer(faces)))

    def forward(self, faces: Tensor) -> Tensor:
        """(N,3,112,112) RGB in [-1,1] → (N,512) unit vectors."""
        return F.normalize(self.raw(faces), dim=1)


def face_crop(pictures: Tensor) -> Tensor:
    """The part of an FFHQ-aligned picture that the network was trained to see.

    (N,3,H,W) in [-1,1] → (N,3,112,112): pooled to 256×256, rows 35..222 and columns 32..219, pooled to 112.
    Nothing is clamped or aligned, as in StyleCLIP's identity loss.
    """
    if pictures.shape[2] != 256:
        pictures = F.adaptive_avg_pool2d(pictures, (256, 256))
    return F.adaptive_avg_pool2d(pictures[:, :, 35:223, 32:220], (112, 112))


def identity_vectors(network: IRSE50, pictures: Tensor) -> Tensor:
    """(N,3,H,W) aligned pictures in [-1,1] → (N,512) unit vectors; differentiable."""
    return network(face_crop(pictures))
