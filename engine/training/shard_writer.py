"""Any collection → shards: streaming, resumable, broken files passed over and listed (`sgim train shard`)."""

from __future__ import annotations

import dataclasses
import io
import json
import random
import tarfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from engine.errors import SgimError, SoundError
from engine.media.atomic_files import save_error, write_file, written_beside
from engine.media.clips import resampled
from engine.media.load_sounds import load_sound
from engine.training.readers import ClipEntry, Tally, read_collection
from engine.training.shard_format import LIST_NAME, WAV_HEADER, ShardClip, ShardList, index_path, wav_bytes

_SHUFFLE = 20_000  # entries held back so that a table sorted by label does not make shards of one label
_VIDEO = {".mp4", ".mkv", ".webm", ".mov", ".avi", ".m4v"}


@dataclasses.dataclass(frozen=True)
class ShardPlan:
    """How shards are cut. ``seconds`` the longest clip kept (from its start), ``picture_side`` pixels of the shorter
    side of stored pictures, ``splits``/``without_folds`` choose clips by what their table says."""

    rate: int = 32_000
    clips_per_shard: int = 1000
    seconds: float = 10.0
    picture_side: int = 256
    seed: int = 0
    splits: tuple[str, ...] = ()
    without_folds: tuple[str, ...] = ()


def shuffled(entries: Iterator[ClipEntry], seed: int, held: int = _SHUFFLE) -> Iterator[ClipEntry]:
    """The same entries in another order, the same each time, holding at most ``held`` of them."""
    source = random.Random(seed)
    waiting = list(islice(entries, held))
    source.shuffle(waiting)
    for entry in entries:
        place = source.randrange(len(waiting))
        yield waiting[place]
        waiting[place] = entry
    yield from waiting


def middle_picture(entry: ClipEntry, side: int) -> bytes | None:
    """JPEG of the clip's picture, or of its video's middle frame, shorter side ``side``; None where there is none."""
    from PIL import Image, UnidentifiedImageError

    image = None
    try:
        if entry.picture is not None:
            with Image.open(entry.picture) as opened:
                image = opened.convert("RGB")
        elif entry.sound.suffix.lower() in _VIDEO:
            image = _middle_frame(entry.sound)
    except (OSError, UnidentifiedImageError, ValueError):
        return None
    if image is None:
        return None
    scale = side / min(image.size)
    image = image.resize((max(side, round(image.width * scale)), max(side, round(image.height * scale))))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def _middle_frame(path: Path):  # type: ignore[no-untyped-def]  # PIL is imported lazily
    import av

    with av.open(str(path)) as container:
        if not container.streams.video:
            return None
        stream = container.streams.video[0]
        if container.duration:
            container.seek(container.duration // 2)
        return next((frame.to_image() for frame in container.decode(stream)), None)


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> int:
    """Append a member; returns the offset of its data."""
    info = tarfile.TarInfo(name)
    info.size = len(data)
    archive.addfile(info, io.BytesIO(data))
    padded = -(-len(data) // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
    return int(archive.offset - padded)


def write_shard(path: Path, entries: list[tuple[int, ClipEntry]], plan: ShardPlan, tally: Tally) -> int:
    """One shard and its index, each appearing only when whole; returns how many clips it holds."""
    index: list[ShardClip] = []
    with written_beside(path) as beside:
        with tarfile.open(beside, "w", format=tarfile.USTAR_FORMAT) as archive:
            for number, entry in entries:
                try:
                    sound = resampled(load_sound(entry.sound, allow_silence=True), plan.rate)
                except SoundError as error:
                    tally.passed_over("broken", f"{entry.key}: {error.sentence}")
                    continue
                data = wav_bytes(sound.samples[: round(plan.seconds * plan.rate)], plan.rate)
                picture = middle_picture(entry, plan.picture_side)
                name = f"{number:09d}"
                offset = _add(archive, f"{name}.wav", data) + WAV_HEADER
                place = _add(archive, f"{name}.jpg", picture) if picture else 0
                meta = {"key": entry.key, "label": entry.label, "caption": entry.caption, "fold": entry.fold,
                        "split": entry.split}
                _add(archive, f"{name}.json", json.dumps(meta).encode())
                index.append(ShardClip(name, entry.label, entry.caption, offset, (len(data) - WAV_HEADER) // 2,
                                       place, len(picture or b"")))
    rows = [dataclasses.astuple(clip) for clip in index]
    write_file(index_path(path), json.dumps(rows, separators=(",", ":")).encode())
    return len(index)


def write_shards(
    folder: str | Path, out: str | Path, plan: ShardPlan | None = None, *, layout: str = "auto",
    table: str | Path | None = None, report: Callable[[str], None] = lambda line: None,
) -> ShardList:
    """Write (or continue writing) the shards of a collection into ``out``; returns their list.

    ``passed_over.txt`` in ``out`` names missing and broken clips. Raises DataError for a table that cannot be read
    and SaveError when the disk is full; finished shards stay and a second call goes on after them.
    """
    plan, out = plan or ShardPlan(), Path(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise save_error(out, error) from error
    origin = {"folder": str(folder), "layout": layout, **json.loads(json.dumps(dataclasses.asdict(plan)))}
    done = ShardList.load(out) if (out / LIST_NAME).is_file() else ShardList(rate=plan.rate, origin=origin)
    if done.origin != origin:
        raise SgimError(f"{out} holds shards cut from {done.origin.get('folder')} in another way; "
                        "choose an empty folder for --out.")
    if done.complete:
        return done
    tally = Tally(broken=done.tally.get("broken", 0))
    if tally.broken:  # broken files of an earlier run stay listed
        listed = (out / "passed_over.txt").read_text(encoding="utf-8").splitlines()
        tally.names = [("broken", line.split("\t", 1)[1]) for line in listed if line.startswith("broken\t")]
    chosen = (e for e in read_collection(folder, layout, table, tally)
              if (not plan.splits or e.split in plan.splits) and e.fold not in plan.without_folds)
    stream = enumerate(shuffled(chosen, plan.seed))
    position = done.position
    for _ in islice(stream, position):
        pass
    while group := list(islice(stream, plan.clips_per_shard)):
        path = out / f"shard-{len(done.shards):06d}.tar"
        count = write_shard(path, group, plan, tally)
        position += len(group)
        done.position = position
        if count:
            done.shards.append(path.name)
            done.clips.append(count)
        else:
            path.unlink(missing_ok=True)
            index_path(path).unlink(missing_ok=True)
        _save(done, out, tally)
        report(f"{done.total} clips in {len(done.shards)} shards; {tally.missing} missing, {tally.broken} broken")
    done.complete = True
    _save(done, out, tally)
    return done


def _save(done: ShardList, out: Path, tally: Tally) -> None:
    done.tally = {"clips": done.total, "missing": tally.missing, "broken": tally.broken,
                  "unknown_label": tally.unknown_label}
    write_file(out / "passed_over.txt", "".join(f"{kind}\t{name}\n" for kind, name in tally.names).encode())
    done.save(out)
