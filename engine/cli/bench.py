"""``sgim bench``: how fast this machine is, on a bundled picture and sound."""

from __future__ import annotations

import argparse
import platform
import time
from pathlib import Path
from typing import Any

from engine.cli.common_options import add_device, add_json, add_pack, positive_int


def register(subparsers: Any) -> None:
    """Add the verb."""
    parser = subparsers.add_parser("bench", help="how fast this machine edits")
    add_pack(parser)
    parser.add_argument("--steps", type=positive_int, default=20, metavar="N", help="optimisation steps to time")
    add_device(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Time loading, inversion, steps and finishing; prints seconds, memory, and what machine it was."""
    from engine.cli.report import dumps
    from engine.cli.run_edit import Stopwatch, edit, finish, invert, open_studio
    from engine.media.pictures import load_picture
    from engine.media.samples import sample
    from engine.media.sounds import load_sound
    from engine.peak_memory import peak_memory_mb
    from engine.request import Request, SoundGuide

    watch = Stopwatch()
    start = time.perf_counter()
    import torch

    watch.seconds["import torch"] = time.perf_counter() - start
    picture, sound = load_picture(sample("coast.jpg")), load_sound(sample("rain.ogg"))
    studio = open_studio(args.pack, args.device, args.threads, watch)
    request = Request(
        pack=args.pack,
        picture_sha256=picture.sha256,
        sounds=(SoundGuide(sound.sha256),),
        steps=args.steps,
        fidelity="fast",
        align=False,
    )
    source = invert(studio, picture, request, watch)
    run_, _ = edit(studio, source, request, {sound.sha256: sound}, None, watch)
    finish(studio, source, run_.result, request, None, watch)
    steps = max(1, len(run_.result.steps))
    value = {
        "machine": {"cpu": cpu_name(), "system": platform.platform(), "torch": torch.__version__},
        "pack": args.pack,
        "device": str(studio.device),
        "threads": studio.threads,
        "seconds": watch.total(),
        "seconds_per_step": watch.seconds["edit"] / steps,
        "steps": steps,
        "peak_memory_mb": peak_memory_mb(),
    }
    if args.json:
        print(dumps(value))
        return 0
    print(f"{value['machine']['cpu']}, {value['device']}, {value['threads']} threads, pack {args.pack}")  # type: ignore[index]
    for phase, seconds in watch.total().items():
        print(f"  {phase:14s} {seconds:7.2f} s")
    print(f"  {'one step':14s} {value['seconds_per_step']:7.3f} s   peak memory {value['peak_memory_mb']:.0f} MB")
    return 0


def cpu_name() -> str:
    """The processor's name as the system tells it."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
