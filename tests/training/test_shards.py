"""Shards: standard tars, resumable, streaming the same clips to everyone; damage is counted, never a stop."""

from __future__ import annotations

import json
import os
import resource
import signal
import tarfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest
import torch
from small_collection import MEL, RATE, WordTowers, make_shards, write_collection

from engine.errors import DataError, SaveError, SgimError
from engine.training.feature_cache import ShardFeatures, cache_features
from engine.training.shard_format import ShardList, index_of, index_path, scan
from engine.training.shard_stream import ShardStream, read_ahead
from engine.training.shard_writer import ShardPlan, write_shards


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_shard_is_a_tar_that_webdataset_reads(tmp_path: Path) -> None:
    webdataset = pytest.importorskip("webdataset")
    write_collection(tmp_path / "c", 6)
    write_shards(tmp_path / "c", tmp_path / "s", ShardPlan(rate=RATE))
    samples = list(webdataset.WebDataset(str(tmp_path / "s" / "shard-000000.tar"), shardshuffle=False))
    assert len(samples) == 6
    assert {"wav", "json", "__key__"} <= set(samples[0]) and samples[0]["wav"][:4] == b"RIFF"
    assert sum("jpg" in s for s in samples) == 6


def test_the_index_agrees_with_reading_the_tar_through(tmp_path: Path) -> None:
    write_collection(tmp_path / "c", 9)
    write_shards(tmp_path / "c", tmp_path / "s", ShardPlan(rate=RATE))
    tar = tmp_path / "s" / "shard-000000.tar"
    assert index_of(tar) == scan(tar)
    assert {clip.samples for clip in index_of(tar)} == {RATE // 2}
    index_path(tar).unlink()
    (tmp_path / "s" / "shards.json").unlink()
    foreign = ShardList.load(tmp_path / "s")
    assert (foreign.total, foreign.rate) == (9, RATE)


def test_broken_and_missing_files_are_passed_over_and_listed(tmp_path: Path) -> None:
    folder = write_collection(tmp_path / "c", 9)
    (folder / "000.wav").write_bytes(b"RIFF, or so it says")
    (folder / "001.wav").write_bytes((folder / "001.wav").read_bytes()[:44])  # a header and no sound
    (folder / "002.wav").write_bytes(b"")
    (folder / "003.wav").unlink()
    done = write_shards(folder, tmp_path / "s", ShardPlan(rate=RATE))
    assert done.complete and done.total == 5
    assert (done.tally["missing"], done.tally["broken"]) == (1, 3)
    listed = (tmp_path / "s" / "passed_over.txt").read_text()
    assert all(name in listed for name in ("000.wav", "001.wav", "002.wav", "missing\t003.wav"))


def test_writing_goes_on_after_the_last_finished_shard(tmp_path: Path) -> None:
    folder, plan = write_collection(tmp_path / "c", 20), ShardPlan(rate=RATE, clips_per_shard=6)
    write_shards(folder, tmp_path / "whole", plan)

    class Killed(Exception):
        pass

    def kill(line: str) -> None:
        raise Killed

    with pytest.raises(Killed):
        write_shards(folder, tmp_path / "s", plan, report=kill)
    assert len(ShardList.load(tmp_path / "s").shards) == 1
    (tmp_path / "s" / ".shard-000001.abcd.tar").write_bytes(b"half a shard")  # what a kill leaves behind
    done = write_shards(folder, tmp_path / "s", plan)
    assert done.complete and done.total == 20
    for name in done.shards:
        one, two = tmp_path / "whole" / name, tmp_path / "s" / name
        assert index_of(one) == index_of(two)
        assert one.stat().st_size == two.stat().st_size


def test_another_collection_is_not_mixed_into_finished_shards(tmp_path: Path) -> None:
    write_shards(write_collection(tmp_path / "c", 6), tmp_path / "s", ShardPlan(rate=RATE))
    with pytest.raises(SgimError, match="choose an empty folder"):
        write_shards(write_collection(tmp_path / "other", 6), tmp_path / "s", ShardPlan(rate=RATE))


def test_features_are_computed_once_and_again_only_for_another_embedder(tmp_path: Path) -> None:
    shards = make_shards(tmp_path, clips=18)
    assert cache_features(shards, WordTowers(), variants=4) == 0
    stored = ShardFeatures.load(shards / "shard-000000.tar")
    assert stored.text.shape[1:] == (4, WordTowers.width) and stored.has_picture.dtype == torch.bool
    caption = sorted({clip.caption for clip in index_of(shards / "shard-000000.tar")})
    assert torch.allclose(stored.text[:, 0].float(), WordTowers().texts(caption), atol=2e-3)

    class Retrained(WordTowers):
        fingerprint = "word-towers-2"

    assert cache_features(shards, Retrained(), variants=4) == len(ShardList.load(shards).shards)


def stream(shards: Path, **options: int) -> ShardStream:
    return ShardStream(shards, MEL, 8, seed=3, **options)


def test_two_ranks_together_see_what_one_sees(tmp_path: Path) -> None:
    shards = make_shards(tmp_path)
    whole = list(islice(stream(shards).batches(), 7))
    halves = [list(islice(stream(shards, rank=r, world=2).batches(), 7)) for r in (0, 1)]
    for one, left, right in zip(whole, *halves, strict=True):
        for name in ("samples", "masks", "text", "picture", "resampled", "number"):
            assert torch.equal(getattr(one, name), torch.cat([getattr(left, name), getattr(right, name)])), name


def test_starting_in_the_middle_of_an_epoch_gives_the_same_batches(tmp_path: Path) -> None:
    shards = make_shards(tmp_path)
    assert stream(shards).batches_per_epoch == 3
    whole = list(islice(stream(shards).batches(), 8))
    later = list(islice(stream(shards).batches(start=4), 4))
    for a, b in zip(whole[4:], later, strict=True):
        assert torch.equal(a.samples, b.samples) and torch.equal(a.text, b.text) and torch.equal(a.number, b.number)


def test_an_epoch_holds_every_clip_once_and_epochs_differ(tmp_path: Path) -> None:
    shards = make_shards(tmp_path)
    batches = list(islice(read_ahead(stream(shards).batches()), 6))
    first, second = (torch.cat([b.number for b in batches[i : i + 3]]) for i in (0, 3))
    assert sorted(first.tolist()) == list(range(24)) == sorted(second.tolist())
    assert not torch.equal(first, second)
    assert all(b.valid.all() for b in batches)


def test_clips_without_a_picture_get_one_of_their_label_and_resampling_changes_by_epoch(tmp_path: Path) -> None:
    shards = make_shards(tmp_path)
    batches = list(islice(stream(shards).batches(), 6))
    assert all(b.has_picture.all() for b in batches)
    seen: dict[int, list[tuple[torch.Tensor, torch.Tensor]]] = {}
    for batch in batches:
        for row, number in enumerate(batch.number.tolist()):
            seen.setdefault(number, []).append((batch.picture[row], batch.resampled[row]))
    assert all(torch.equal(a[0], b[0]) for a, b in seen.values())  # the frame stays
    assert sum(not torch.equal(a[1], b[1]) for a, b in seen.values()) > 12  # Eq. 9's picture does not


def test_a_truncated_tar_costs_its_lost_clips_and_nothing_else(tmp_path: Path) -> None:
    shards = make_shards(tmp_path)
    tar = shards / "shard-000001.tar"
    clips = index_of(tar)
    os.truncate(tar, clips[3].offset + 100)
    reader = stream(shards)
    batches = list(islice(reader.batches(), 3))
    lost = [n for b in batches for n, good in zip(b.number.tolist(), b.valid.tolist(), strict=True) if not good]
    first = int(reader.first[1])
    assert sorted(lost) == list(range(first + 3, first + len(clips)))
    assert reader.unreadable == len(lost)
    assert set(reader.unreadable_names) == {f"shard-000001.tar: {c.key}" for c in clips[3:]}
    index_path(tar).unlink()
    assert len(scan(tar)) == 3  # without an index, what lies before the cut is found


def test_a_zero_length_clip_inside_a_shard_is_left_out_of_the_loss(tmp_path: Path) -> None:
    shards = make_shards(tmp_path)
    path = index_path(shards / "shard-000000.tar")
    rows = json.loads(path.read_text())
    rows[2][4] = 0
    path.write_text(json.dumps(rows))
    reader = stream(shards)
    batches = list(islice(reader.batches(), 3))
    assert sum(int((~b.valid).sum()) for b in batches) == 1


@pytest.fixture
def small_disk() -> Iterator[Callable[[int], None]]:
    """A real refusal of the system: no file may grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    yield lambda most: resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    signal.signal(signal.SIGXFSZ, handler)


def test_a_full_disk_while_cutting_stops_with_a_sentence_and_goes_on_later(
    tmp_path: Path, small_disk: Callable[[int], None]
) -> None:
    folder, plan = write_collection(tmp_path / "c", 12), ShardPlan(rate=RATE, clips_per_shard=6)
    small_disk(20_000)
    with pytest.raises(SaveError, match="No space is left to write"):
        write_shards(folder, tmp_path / "s", plan)
    small_disk(50_000_000)
    assert write_shards(folder, tmp_path / "s", plan).total == 12
    assert ShardList.load(tmp_path / "s").total == 12


def test_a_full_disk_while_caching_features_leaves_no_half_features(
    tmp_path: Path, small_disk: Callable[[int], None]
) -> None:
    shards = make_shards(tmp_path)
    (shards / "shard-000000.features.safetensors").unlink()
    small_disk(500)
    with pytest.raises(SaveError, match="No space is left to write"):
        cache_features(shards, WordTowers(), variants=4)
    small_disk(50_000_000)
    assert not (shards / "shard-000000.features.safetensors").exists()
    assert cache_features(shards, WordTowers(), variants=4) == 1


def test_what_is_no_shard_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="sgim train shard"):
        ShardList.load(tmp_path)
    (tmp_path / "x.tar").write_bytes(b"not a tar" * 200)
    with pytest.raises(DataError, match="x.tar is not a readable tar"):
        ShardList.load(tmp_path)
    shards = make_shards(tmp_path / "good")
    with pytest.raises(DataError, match="8000 Hz .* 32000 Hz"):
        ShardStream(shards, type(MEL)(), 8)
    with pytest.raises(DataError, match="fewer than one batch"):
        ShardStream(shards, MEL, 64)


def test_a_video_gives_its_middle_frame(tmp_path: Path) -> None:
    import av
    import numpy as np

    folder = write_collection(tmp_path / "c", 1, pictured=False)
    with av.open(str(folder / "film.mp4"), "w") as film:
        picture = film.add_stream("mpeg4", rate=10)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        sound = film.add_stream("aac", rate=16000)
        for i in range(20):
            colour = (255, 0, 0) if i < 7 else (0, 255, 0) if i < 14 else (0, 0, 255)
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), colour, np.uint8), format="rgb24")
            for packet in picture.encode(frame):
                film.mux(packet)
        tone = (0.3 * np.sin(np.arange(32000) / 5)).astype(np.float32)[None]
        block = av.AudioFrame.from_ndarray(tone, format="fltp", layout="mono")
        block.sample_rate = 16000
        for stream_, item in ((sound, block), (picture, None), (sound, None)):
            for packet in stream_.encode(item):
                film.mux(packet)
    (folder / "index.csv").write_text("path,label,caption\nfilm.mp4,rain,rain\n")
    write_shards(folder, tmp_path / "s", ShardPlan(rate=RATE, picture_side=32))
    with tarfile.open(tmp_path / "s" / "shard-000000.tar") as archive:
        from PIL import Image

        handle = archive.extractfile("000000000.jpg")
        assert handle is not None
        red, green, blue = Image.open(handle).resize((1, 1)).getpixel((0, 0))
    assert green > 150 > max(red, blue)
