"""The measures of `sgim evaluate portraits`, one method per part; pictures are read and aligned once."""

from __future__ import annotations

import csv
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from engine.alignment.crop import align
from engine.alignment.faces import find_faces
from engine.errors import DataError
from engine.evaluation import portrait_edits as edits
from engine.evaluation.alignment_measures import repeatability
from engine.evaluation.contact_sheet import Cell, in_rows, save_sheet
from engine.evaluation.identity_measures import Embed, new_pictures, top1
from engine.evaluation.portrait_region import shift_elsewhere
from engine.evaluation.smile_judge import SmileJudge
from engine.media.pictures import Picture, load_picture, picture_from_pixels
from engine.media.sounds import Sound, load_sound
from engine.studio import Studio
from engine.training.portrait_crops import HELD_OUT_FOLD, PortraitCrops, crop_portraits, portrait_rows

GALLERY = 100
_SIX_MEGAPIXELS = (2000, 3000)
_STRENGTHS = (0.25, 0.5, 0.75, 1.0)


def measure(value: float, target: float, n: int, *, at_most: bool = False) -> dict[str, Any]:
    """One line of the table."""
    holds = value <= target if at_most else value >= target
    return {"value": round(float(value), 4), "target": ("≤ " if at_most else "≥ ") + str(target), "holds": bool(holds),
            "n": n}


@dataclass
class Bench:
    """Held-out portraits (fold 4) and what measures share. ``people`` limits the costly parts."""

    data: Path
    judge_data: Path
    pack: str
    out: Path
    people: int = 24
    fidelity: str = "balanced"
    seed: int = 0
    device: str = "auto"
    identity_file: str | None = None
    _edits: list[edits.Edit] = field(default_factory=list)

    @cached_property
    def rows(self) -> list[dict[str, str]]:
        """Held-out rows."""
        rows = [row for row in portrait_rows(self.data) if row["fold"] == HELD_OUT_FOLD]
        if not rows:
            raise DataError(f"{self.data} has no portraits of fold {HELD_OUT_FOLD}; give one with held-out ones.")
        return rows

    @cached_property
    def studio(self) -> Studio:
        """The studio with the pack loaded; ``PackError`` when there is none."""
        studio = Studio(self.device)
        studio.load_pack(self.pack)
        return studio

    def pixels(self, row: dict[str, str]) -> np.ndarray:
        """(H, W, 3) uint8 sRGB."""
        bgr = cv2.imread(str(self.data / "images" / row["path"]), cv2.IMREAD_COLOR)
        if bgr is None:
            raise DataError(f"{row['path']} cannot be read; fetch the data set again.")
        return np.ascontiguousarray(np.asarray(bgr)[:, :, ::-1])

    def chosen(self, count: int, *labels: str) -> list[dict[str, str]]:
        """``count`` held-out rows of these labels (all labels: none given), spread over the fold."""
        rows = [row for row in self.rows if not labels or row["label"] in labels]
        order = np.random.default_rng(self.seed).permutation(len(rows))[:count]
        return [rows[i] for i in sorted(order)]

    def finding(self) -> dict[str, Any]:
        """Faces found, photographs and painted; every aligned crop on a sheet."""
        result, cells = {}, []
        for name, painted, target in (("photographs", False, 0.97), ("painted", True, 0.80)):
            rows = [row for row in self.rows if ("painted" in row["label"]) == painted]
            found = 0
            for row in rows:
                pixels = self.pixels(row)
                faces = find_faces(pixels)
                found += bool(faces)
                crop = align(pixels, faces[0].alignment, 96) if faces else pixels // 3
                cells.append(Cell(crop, Path(row["path"]).stem if faces else "NOT FOUND"))
            result[f"face found, {name}"] = measure(found / max(len(rows), 1), target, len(rows))
        save_sheet(self.out / "aligned.jpg", in_rows(cells, 20), side=72, title="held-out portraits, aligned")
        return result

    def repeating(self) -> dict[str, Any]:
        """Corner displacement under rotation, scale, shift, blur and JPEG."""
        rng, values = np.random.default_rng(self.seed), []
        for row in self.chosen(max(self.people, 12)):
            values += repeatability(self.pixels(row), rng, copies=2)
        return {"alignment repeats, median corner displacement": measure(
            float(np.median(values)), 0.10, len(values), at_most=True)}

    def embed(self, crops: np.ndarray) -> np.ndarray:
        """The identity network under test on (n, S, S, 3) uint8 crops."""
        return self._embedder(crops)

    @cached_property
    def _embedder(self) -> Embed:
        import torch

        from engine.training.identity import as_network_input

        if self.identity_file is not None:
            from safetensors.torch import load_file

            from engine.networks.identity import IdentityNetwork, identity_vectors

            network = IdentityNetwork()
            network.load_state_dict({k: v.float() for k, v in load_file(self.identity_file).items()})
            network.eval()
            vectors = lambda x: identity_vectors(network, x)  # noqa: E731
        else:
            from engine.embedding.identity import open_identity

            vectors = open_identity(self.studio.loaded.pack)

        def embed(crops: np.ndarray) -> np.ndarray:
            with torch.inference_mode():
                parts = [vectors(as_network_input(crops[i : i + 64])) for i in range(0, len(crops), 64)]
            return np.asarray(torch.cat(parts).float().numpy())

        return embed

    @cached_property
    def gallery(self) -> tuple[list[np.ndarray], PortraitCrops]:
        """100 held-out people (photographs): originals and aligned crops."""
        rows = [row for row in self.chosen(10_000, "smiling", "neutral", "portrait_photo")]
        rows = [rows[i] for i in np.random.default_rng(self.seed).permutation(len(rows))[: GALLERY + 5]]
        crops = crop_portraits(self.data, rows, 128)
        crops = PortraitCrops(crops.pixels[:GALLERY], crops.paths[:GALLERY], crops.labels[:GALLERY],
                              crops.points[:GALLERY], crops.frames[:GALLERY])
        return [self.pixels({"path": str(path)}) for path in crops.paths], crops

    def identity(self) -> dict[str, Any]:
        """Top-1 among 100 people under new crop, light, blur and a changed mouth."""
        embed = self._embedder  # first: a missing pack is said before the work
        originals, crops = self.gallery
        pictures, people = new_pictures(originals, crops, np.random.default_rng(self.seed))
        value = top1(embed(crops.pixels), embed(pictures), people)
        cells = [Cell(np.hstack([crops.pixels[p], picture])) for p, picture in zip(people, pictures, strict=True)]
        save_sheet(self.out / "identity_probes.jpg", in_rows(cells[:48], 8), title="gallery | new picture")
        return {"identity, right person among 100": measure(value, 0.90, len(people))}

    def picture(self, row: dict[str, str]) -> Picture:
        """The original as a picture."""
        return load_picture(self.data / "images" / row["path"])

    def inverting(self) -> dict[str, Any]:
        """Median PSNR per tier; ``high`` on fewer people because it tunes the generator."""
        result, cells = {}, []
        for fidelity, target, count in (("fast", 19, self.people), ("balanced", 22, self.people // 2),
                                        ("high", 28, max(self.people // 4, 3))):
            values = []
            for row in self.chosen(count):
                source = edits.invert(self.studio, self.picture(row), fidelity, self.seed)
                values.append(source.psnr)
                cells.append(Cell(np.hstack([source.crop, source.reconstruction]), f"{fidelity} {source.psnr:.1f} dB"))
            result[f"reconstruction PSNR, {fidelity}"] = measure(float(np.median(values)), target, len(values))
        save_sheet(self.out / "reconstructions.jpg", in_rows(cells, 6), title="original | reconstruction")
        return result

    @cached_property
    def judge(self) -> SmileJudge:
        """Learned from labelled portraits outside the held-out fold."""
        rows = [row for row in portrait_rows(self.judge_data)
                if row["label"] in ("smiling", "neutral") and row["fold"] != HELD_OUT_FOLD]
        crops = crop_portraits(self.judge_data, rows, 128)
        return SmileJudge().learn(crops.pixels, crops.labels == "smiling")

    def sounds(self, label: str) -> list[Sound]:
        """Held-out sounds of a label."""
        with (self.data / "audio" / "index.csv").open(newline="", encoding="utf-8") as file:
            paths = [row["path"] for row in csv.DictReader(file)
                     if row["label"] == label and row["fold"] == HELD_OUT_FOLD]
        if not paths:
            raise DataError(f"{self.data} has no held-out sound {label}; give a data set with one.")
        return [load_sound(self.data / "audio" / path) for path in paths]

    def smiling(self) -> dict[str, Any]:
        """Laughing on people the judge calls neutral: smiles, identity, colour elsewhere, border; crying likewise."""
        studio, judge = self.studio, self.judge
        rows = self.chosen(10_000, "neutral", "portrait_photo")
        done, cells = self._laughing(studio, judge, rows)
        after = np.stack([edit.after for edit in done])
        smiles = judge.smiling(after) >= 0.5
        save_sheet(self.out / "laughing.jpg", cells, side=150, title="original | reconstruction | generator | finished")
        gallery = self._gallery_with(done)
        embedded = self.embed(after)
        right = top1(self.embed(gallery), embedded, np.arange(len(done)))
        shifts = [shift_elsewhere(edit.before, edit.after) for edit in done]
        outside = [edits.pixels_changed_outside(edit) for edit in done]
        return {
            "laughing makes neutral people smile": measure(float(smiles.mean()), 0.70, len(done)),
            "smile judge on held-out labels": self._judge_accuracy(),
            "identity kept, top-1 among 100": measure(right, 0.85, len(done)),
            "mean ΔE outside mouth, eyes, cheeks (CIE76)": measure(
                float(np.mean(shifts)), 3.0, len(done), at_most=True),
            "pixels that differ outside the blend mask": measure(float(np.sum(outside)), 0, len(done), at_most=True),
        } | {f"{label} (reported, no target)": self._other_sound(label) for label in ("baby_crying", "sobbing",
                                                                                     "screaming", "coughing")}

    def _laughing(
        self, studio: Studio, judge: SmileJudge, rows: list[dict[str, str]]
    ) -> tuple[list[edits.Edit], list[list[Cell]]]:
        sounds, cells = self.sounds("laughing"), []
        for row in rows:
            if len(self._edits) >= self.people:
                break
            source = edits.invert(studio, self.picture(row), self.fidelity, self.seed)
            before = float(judge.smiling(source.crop[None])[0])
            if before >= 0.5:
                continue
            sound = sounds[len(self._edits) % len(sounds)]
            edit = edits.edit_by_sound(studio, source, sound, self.pack, seed=self.seed)
            self._edits.append(edit)
            now = float(judge.smiling(edit.after[None])[0])
            cells.append([Cell(source.crop, f"smile {before:.2f}"),
                          Cell(source.reconstruction, f"{source.psnr:.1f} dB"),
                          Cell(edit.drawn, f"sim {edit.similarity:.2f}"), Cell(edit.after, f"smile {now:.2f}")])
        wide = [sum(cells[i : i + 2], []) for i in range(0, len(cells), 2)]
        return self._edits, wide

    def _gallery_with(self, done: list[edits.Edit]) -> np.ndarray:
        """The edited people's originals first, then other held-out people up to 100."""
        own = np.stack([edit.before for edit in done])
        names = {edit.source.picture.name for edit in done}
        _, crops = self.gallery
        size = own.shape[1]
        rest = [cv2.resize(pixels, (size, size), interpolation=cv2.INTER_AREA)
                for pixels, path in zip(crops.pixels, crops.paths, strict=True) if Path(str(path)).name not in names]
        return np.concatenate([own, np.stack(rest)])[: max(GALLERY, len(own))]

    def _judge_accuracy(self) -> dict[str, Any]:
        rows = [row for row in self.rows if row["label"] in ("smiling", "neutral")]
        crops = crop_portraits(self.data, rows, 128)
        said = self.judge.smiling(crops.pixels) >= 0.5
        truth = crops.labels == "smiling"
        per_class = [float((said == truth)[truth == value].mean()) for value in (True, False)]
        return {"value": round(float(np.mean(per_class)), 4), "n": len(rows), "smiling": per_class[0],
                "neutral": per_class[1], "note": "mean of both classes; the labels themselves are about 86 % right"}

    def _other_sound(self, label: str) -> dict[str, Any]:
        """What the judge says before and after another sound, on a few people of both labels."""
        try:
            sounds = self.sounds(label)
        except DataError as error:
            return {"not measured": error.sentence}
        rows = self.chosen(max(self.people // 4, 2), "smiling")
        before, after, cells = [], [], []
        for i, row in enumerate(rows):
            source = edits.invert(self.studio, self.picture(row), self.fidelity, self.seed)
            edit = edits.edit_by_sound(self.studio, source, sounds[i % len(sounds)], self.pack, seed=self.seed)
            pair = self.judge.smiling(np.stack([edit.before, edit.after]))
            before.append(float(pair[0]))
            after.append(float(pair[1]))
            cells += [Cell(edit.before, f"smile {pair[0]:.2f}"), Cell(edit.after, f"smile {pair[1]:.2f}")]
        save_sheet(self.out / f"{label}.jpg", in_rows(cells, 8), side=150, title=f"{label}: before | after")
        return {"smile before": round(float(np.mean(before)), 3), "smile after": round(float(np.mean(after)), 3),
                "n": len(rows)}

    def ablation(self) -> dict[str, Any]:
        """Identity kept at the same similarity: with and without identity loss; trained, detached and plain mask."""
        settings: dict[str, dict[str, Any]] = {
            "identity loss, trained mask": {}, "no identity loss": {"lambda_id": 0.0},
            "detached mask": {"mask": "detached"}, "plain L2": {"mask": "l2"},
        }
        kept: dict[str, list[float]] = {name: [] for name in settings}
        sound = self.sounds("laughing")[0]
        guide = self.studio.loaded.embedder.sound(sound).vector
        for row in self.chosen(max(self.people // 4, 3), "neutral"):
            source = edits.invert(self.studio, self.picture(row), self.fidelity, self.seed)
            results = {
                name: edits.edit_by_sound(self.studio, source, sound, self.pack, seed=self.seed, **chosen).result
                for name, chosen in settings.items()
            }
            strengths = edits.at_same_similarity(self.studio, source, results, guide, _STRENGTHS)
            own = self.embed(source.reconstruction[None])[0]
            for name, result in results.items():
                drawn = self.studio.render(source, result, strength=strengths[name])
                kept[name].append(float(self.embed(drawn[None])[0] @ own))
        return {f"identity cosine at equal similarity: {name}": {"value": round(float(np.mean(v)), 4), "n": len(v)}
                for name, v in kept.items()}

    def speed(self) -> dict[str, Any]:
        """A six-megapixel photograph, pixels to pixels, balanced (process start and files are `sgim bench`'s)."""
        row = self.chosen(1, "neutral")[0]
        large = cv2.resize(self.pixels(row), _SIX_MEGAPIXELS[::-1], interpolation=cv2.INTER_CUBIC)
        studio, sound = self.studio, self.sounds("laughing")[0]
        began = time.monotonic()
        source = edits.invert(studio, picture_from_pixels(large, "six-megapixel.png"), "balanced", self.seed)
        edits.edit_by_sound(studio, source, sound, self.pack, seed=self.seed)
        return {"seconds, balanced, 6 megapixels": measure(time.monotonic() - began, 45, 1, at_most=True)}
