"""``sgim edit``: a picture, a sound or a text or both, an edited picture."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from engine.cli.common_options import add_json, check_writable, keep_originals, with_sidecars
from engine.cli.edit_options import add_edit_options, load_region, request_of
from engine.errors import RequestError

PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff")


def register(subparsers: Any) -> None:
    """Add the verb."""
    parser = subparsers.add_parser("edit", help="edit a picture by a sound, a text, or both")
    parser.add_argument("image", nargs="?", type=Path, metavar="IMAGE")
    parser.add_argument("--sound", nargs="+", action="extend", default=[], type=Path, metavar="FILE", dest="sounds")
    parser.add_argument("--out", required=True, type=Path, metavar="OUT.png")
    add_edit_options(parser)
    parser.add_argument("--report", type=Path, metavar="REPORT.json")
    parser.add_argument("--recipe", type=Path, metavar="RECIPE.json", help="write the recipe, to be replayed")
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Edit; writes --out (and OUT-2 … for more variants), --report, --recipe. Raises ``SgimError``."""
    if args.image is None:
        if len(args.sounds) < 2:
            raise RequestError("There is no picture to edit; name one: sgim edit IMAGE --sound FILE --out OUT.png.")
        args.image = args.sounds.pop()  # "--sound rain.ogg photo.jpg": the picture came last
    check_writable(args.out, PICTURE_ENDINGS)
    for path in (args.report, args.recipe):
        if path is not None:
            check_writable(path)
    outputs = [variant_path(args.out, variant) for variant in range(args.variants)]
    places = with_sidecars(outputs)
    # As the sidecar of the first picture, the recipe takes the place of the one written there.
    own = None if args.recipe is None or args.recipe.resolve() == places[1].resolve() else args.recipe
    keep_originals([args.image, *args.sounds, args.region], [*places, args.report, own])
    from engine.cli.run_edit import Stopwatch, invert, open_studio, parts_needed, sounds_by_sha
    from engine.media.pictures import load_picture
    from engine.media.sounds import load_sound

    watch = Stopwatch()
    with watch.phase("read"):
        picture = load_picture(args.image)
        sounds = [load_sound(path) for path in args.sounds]
        region = load_region(args.region, picture)
    request = request_of(args, picture, sounds, region)
    by_sha = sounds_by_sha(sounds)
    studio = open_studio(args.pack, args.device, args.threads, watch, parts_needed(request))
    source = invert(studio, picture, request, watch)
    files = {picture.sha256: str(args.image.resolve())}
    files |= {s.sha256: str(p.resolve()) for s, p in zip(sounds, args.sounds, strict=True)}
    if region:
        files[region.sha256] = str(region.path.resolve())
    shared = watch.total()
    reports: list[dict[str, Any]] = []
    status = 0
    for variant, out in enumerate(outputs):
        watch = Stopwatch.after(shared)
        try:
            report, stopped = edit_and_save(
                studio, source, request.changed(variant=variant), by_sha, region, out, watch, files, args
            )
        except KeyboardInterrupt:
            if not reports:
                raise
            status = say_cut_short()
            break
        reports.append(report)
        if stopped:
            break
    whole = reports[0] if len(reports) == 1 else {**reports[0], "variants": reports}
    if args.report:
        from engine.cli.report import write_json

        write_json(args.report, whole)
    if args.json:
        from engine.cli.report import dumps

        print(dumps(whole))
    return status


def say_cut_short() -> int:
    """Tell that only earlier pictures were kept; the exit status."""
    print("sgim: Stopped; the pictures finished before were kept.", file=sys.stderr)
    return 1


def variant_path(out: Path, variant: int) -> Path:
    """Where a variant goes: OUT.png, OUT-2.png, OUT-3.png …"""
    return out if variant == 0 else out.with_name(f"{out.stem}-{variant + 1}{out.suffix}")


def edit_and_save(
    studio: Any,
    source: Any,
    request: Any,
    sounds: dict[str, Any],
    region: Any,
    out: Path,
    watch: Any,
    files: dict[str, str],
    args: argparse.Namespace,
) -> tuple[dict[str, Any], bool]:
    """One variant: steps, finish, file. Returns its report and whether Ctrl-C stopped it."""
    from engine.cli.report import report_of, write_json
    from engine.cli.run_edit import edit, finish
    from engine.media.pictures import save_picture

    run, stopped = edit(studio, source, request, sounds, region, watch)
    result = run.result
    picture = finish(studio, source, result, request, region, watch)
    with watch.phase("save"):
        recipe = run.request.to_json()
        save_picture(out, picture, recipe=recipe, strip=args.strip, licence=studio.loaded.manifest.licence)
        if getattr(args, "recipe", None) and request.variant == 0:
            # Paths stay in this file only: a picture that travels names its originals by sha256 alone.
            write_json(args.recipe, {**recipe, "files": files})
    report = report_of(
        result,
        studio.loaded.pack,
        device=str(studio.device),
        threads=studio.threads,
        seconds={**watch.total(), **{f"edit.{k}": v for k, v in result.seconds.items()}},
        source=source,
    )
    report["out"], report["stopped"] = str(out), stopped
    if len(run.results) > 1:
        report["guides"] = {
            kind: {
                "similarity": {"before": r.similarity_before, "after": r.similarity_after},
                "layer_mask": [float(g) for g in r.layer_mask],
                "steps": [dict(s) for s in r.steps],
            }
            for kind, r in run.results.items()
            if kind != "mixed"
        }
        # A mixed result takes no steps of its own: it has those of its guides, one after the other.
        own = report["steps"]
        report["steps"] = own or [{"guide": k, **s} for k, found in report["guides"].items() for s in found["steps"]]
    if not args.json:
        gain = f"similarity {result.similarity_before:.3f} → {result.similarity_after:.3f}"
        print(f"{out}  {result.kind}-guided, {gain}, {watch.total()['total']:.1f} s")
    if stopped:
        print("sgim: Stopped; the best picture so far was kept.", file=sys.stderr)
    return report, stopped
