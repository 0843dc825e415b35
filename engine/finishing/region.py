"""The region as the networks see it: painted on the whole picture, it is cut as their crop is."""

from __future__ import annotations

import cv2
import numpy as np

from engine.inversion.invert import central_square, sees_whole_picture
from engine.loaded_pack import LoadedPack
from engine.media.pictures import Picture
from engine.results import Source


def fitted_region(region: np.ndarray, picture: Picture) -> np.ndarray:
    """``region`` (h, w) in [0, 1] at the size of ``picture``: float32 (H, W)."""
    size = (picture.width, picture.height)
    if region.shape == size[::-1]:
        return region.astype(np.float32, copy=False)
    return cv2.resize(region.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)


def region_in_crop(loaded: LoadedPack, source: Source, region: np.ndarray) -> np.ndarray:
    """The part of ``region`` that lies on ``source.crop``, in the crop's form at any size: float32 in [0, 1]."""
    region = fitted_region(region, source.picture)
    if source.alignment is not None:
        from engine.alignment.crop import align

        return align(region, source.alignment, source.crop.shape[0])
    if sees_whole_picture(loaded):
        return region
    return np.ascontiguousarray(region[central_square(region)])
