"""The detail finish: nothing changed gives the original, darkening keeps edges, new detail is added."""

from __future__ import annotations

import cv2
import numpy as np

from engine.evaluation.picture_measures import edge_recall, newly_clipped
from engine.finishing.detail import FAINT, CarriedChange, carry, split_change


def scene(size: int = 192, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    coarse = cv2.resize(rng.random((9, 9, 3)).astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)
    fine = rng.normal(0, 0.06, (size, size, 1)).astype(np.float32)
    return (np.clip(coarse * 0.8 + 0.1 + fine, 0.05, 0.95) * 255).astype(np.uint8)


def drawn(picture: np.ndarray, size: int = 64) -> np.ndarray:
    return cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def test_an_edit_that_changes_nothing_returns_the_original() -> None:
    picture = scene()
    before = drawn(picture)
    assert np.array_equal(carry(picture, split_change(before, before)), picture)


def test_darkening_keeps_the_edges_and_darkens() -> None:
    picture = scene()
    before = drawn(picture)
    edited = carry(picture, split_change(before, before * 0.4))
    assert edited.mean() < 0.6 * picture.mean()
    assert edge_recall(picture, edited) > 0.9


def test_what_is_new_is_added() -> None:
    picture = scene()
    before = drawn(picture)
    after = before.copy()
    after[:, 31:33] = 1.0
    edited = carry(picture, split_change(before, after)).astype(int)
    line = edited[:, 94:98].mean() - picture[:, 94:98].mean()
    elsewhere = np.abs(edited[:, :60].astype(int) - picture[:, :60]).mean()
    assert line > 40 and elsewhere < 6


def test_what_counts_as_grain_is_said_of_luminance_and_colour_apart() -> None:
    before = np.full((64, 64, 3), 0.5, np.float32)
    grain = np.random.default_rng(2).normal(0, 0.03, before.shape).astype(np.float32)
    plain = split_change(before, before + grain)
    coarser = split_change(before, before + grain, faint=np.array([2 * FAINT, FAINT, FAINT], np.float32))
    assert np.abs(coarser.new[..., 0]).mean() < 0.5 * np.abs(plain.new[..., 0]).mean()
    assert np.array_equal(coarser.new[..., 1:], plain.new[..., 1:])


def test_outside_the_mask_no_pixel_changes() -> None:
    picture = scene()
    before = drawn(picture)
    mask = np.zeros(picture.shape[:2], np.float32)
    mask[:80] = 1.0
    edited = carry(picture, split_change(before, before * 0.3), mask)
    assert np.array_equal(edited[80:], picture[80:])
    assert not np.array_equal(edited[:80], picture[:80])


def test_strips_meet_without_a_seam() -> None:
    picture = cv2.resize(scene(), (96, 1200))
    smooth = np.linspace(0, 0.3, 300, dtype=np.float32)[:, None, None].repeat(24, 1).repeat(3, 2)
    zero = np.zeros_like(smooth)
    flat = np.full_like(picture, 100)
    edited = carry(flat, CarriedChange(zero, smooth, zero)).astype(int)
    assert np.abs(np.diff(edited[:, 48, 0])).max() <= 1
    assert edited.shape == picture.shape


def test_a_brightening_edit_clips_hardly_any_pixel() -> None:
    picture = scene()
    before = drawn(picture)
    edited = carry(picture, split_change(before, np.clip(before + 0.5, 0, 1)))
    assert newly_clipped(picture, edited) < 0.02


def test_edge_recall_of_an_unrelated_picture_is_low() -> None:
    assert edge_recall(scene(seed=0), scene(seed=1)) < 0.5
    assert edge_recall(scene(seed=0), scene(seed=0)) == 1.0
