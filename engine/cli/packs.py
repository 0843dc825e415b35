"""``sgim packs``: list, look at, add, combine, check, fetch and remove packs."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from engine.cli.ended import tidied_when_ended
from engine.errors import SgimError


def register(subparsers: Any) -> None:
    """Add the verb to the argument parser; heavy modules are imported only when it runs."""
    parser = subparsers.add_parser("packs", help="list, add, combine, check, fetch and remove packs of models")
    verbs = parser.add_subparsers(dest="packs_verb", required=True, metavar="VERB")

    def verb(name: str, run: Callable[[argparse.Namespace], int], help: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = verbs.add_parser(name, help=help)
        made.add_argument("--json", action="store_true", help="machine-readable output")
        made.set_defaults(run=partial(_tidily, run))
        return made

    one = verb("list", _list, "installed packs; --catalogue: published weights that can be fetched")
    one.add_argument("--catalogue", action="store_true", help="list the published weights instead")
    one = verb("info", _info, "what a pack is made of, its licence, limits and consent notes")
    one.add_argument("pack")
    one = verb("add", _add, "convert published weights (a file, or a folder of files) into a pack")
    one.add_argument("source", type=Path, metavar="FILE_OR_FOLDER")
    one.add_argument("--name", help="name of the new pack (default: from the file)")
    one.add_argument("--bare", action="store_true", help="do not complete a generator with the bundled embedder")
    one = verb("combine", _combine, "a new pack out of parts of others")
    one.add_argument("--name", required=True, help="name of the new pack")
    one.add_argument("--generator", required=True, metavar="PACK", help="the pack whose generator draws")
    for part, words in (
        ("embedder", "whose joint embedder compares pictures and guides (default: the generator's pack)"),
        ("sound", "whose sound encoder listens (default: the embedder's pack)"),
        ("encoder", "whose inversion encoder finds latents (default: the generator's pack)"),
        ("identity", "whose identity network keeps faces (default: the generator's pack)"),
    ):
        one.add_argument(f"--{part}", metavar="PACK", help=f"the pack {words}")
    one = verb("verify", _verify, "check sha256, finite values, and that the generator draws")
    one.add_argument("pack")
    one.add_argument("--out", type=Path, help="save the trial picture here (PNG)")
    one = verb("download", _download, "fetch published weights after accepting their licence")
    one.add_argument("pack", metavar="NAME", help="a name of: sgim packs list --catalogue")
    one.add_argument("--name", help="name of the new pack (default: the catalogue's)")
    one.add_argument("--accept-licence", action="store_true", help="you have read and accept the licence shown")
    one.add_argument("--from", dest="from_folder", type=Path, metavar="FOLDER", help="take the file from a folder")
    one.add_argument("--keep", action="store_true", help="keep the published file after converting it")
    one = verb("remove", _remove, "delete a pack that was added")
    one.add_argument("pack")


def _tidily(run: Callable[[argparse.Namespace], int], args: argparse.Namespace) -> int:
    """A pack that was being written leaves nothing, however the program is asked to end."""
    with tidied_when_ended():
        return run(args)


def _list(args: argparse.Namespace) -> int:
    if args.catalogue:
        return _list_catalogue(args)
    from engine.packs.store import PackStore

    store = PackStore()
    rows: list[dict[str, Any]] = []
    damaged: dict[str, str] = {}
    for name in store.names():
        try:
            pack = store.open(name)
        except SgimError as error:  # one bad pack must not hide the others
            damaged[name] = error.sentence
            continue
        about = pack.manifest
        rows.append(
            {
                "name": name,
                "domain": about.domain,
                "resolution": about.resolution,
                "version": about.version,
                "parts": sorted(about.parts),
                "licence": about.licence,
                "megabytes": round(pack.size_bytes() / 1e6, 1),
                "path": str(pack.path),
            }
        )
    if args.json:
        incomplete = [str(path) for path in store.incomplete()]
        return _print_json({"packs": rows, "damaged": damaged, "incomplete": incomplete})
    for row in rows:
        size = f"{row['resolution']}²" if row["resolution"] else "–"
        print(f"{row['name']:<28} {row['domain']:<9} {size:>6} {row['megabytes']:>8} MB  {', '.join(row['parts'])}")
    for name, fault in damaged.items():
        print(f"{name:<28} damaged: {fault}")
    for path in store.incomplete():
        print(f"{path.name:<28} incomplete: adding it was cut off; remove it or add it again")
    if not rows:
        print("No pack is installed.", file=sys.stderr)
    return 0


def _list_catalogue(args: argparse.Namespace) -> int:
    from dataclasses import asdict

    from engine.packs.catalogue import CATALOGUE

    if args.json:
        return _print_json([asdict(entry) for entry in CATALOGUE])
    for entry in CATALOGUE:
        size = f"{entry.size / 1e6:.0f} MB" if entry.size else ""
        print(f"{entry.name:<24} {size:>7}  {entry.purpose}\n{'':<34}{entry.licence}")
    return 0


def _info(args: argparse.Namespace) -> int:
    from engine.packs.manifest_file import manifest_to_json
    from engine.packs.store import PackStore

    pack = PackStore().open(args.pack)
    if args.json:
        return _print_json({**manifest_to_json(pack.manifest), "path": str(pack.path)})
    about = pack.manifest
    print(f"{about.name} (version {about.version}), {about.domain}, {about.resolution} px, in {pack.path}")
    for label, text in (
        ("Licence", about.licence),
        ("Source", about.source),
        ("Trained on", about.training_data),
        ("Limits", about.limits),
        ("Consent", about.consent),
        ("Bias", about.bias),
    ):
        if text:
            print(f"{label}: {text}")
    for kind, part in sorted(about.parts.items()):
        words = kind.replace("_", " ")
        print(f"  {words}: {part.architecture}, {part.file}, sha256 {part.sha256[:16]}…, {part.licence}")
    return 0


def _add(args: argparse.Namespace) -> int:
    from engine.cli.progress import follow
    from engine.packs.add import add_pack
    from engine.packs.store import PackStore

    store = PackStore()
    return _print_report(follow(add_pack(store, args.source, name=args.name, complete=not args.bare)), args)


def _combine(args: argparse.Namespace) -> int:
    from engine.cli.progress import follow
    from engine.packs.combine import combine_packs
    from engine.packs.store import PackStore

    run = combine_packs(
        PackStore(),
        args.name,
        args.generator,
        embedder=args.embedder,
        sound=args.sound,
        encoder=args.encoder,
        identity=args.identity,
    )
    pack = follow(run)
    if args.json:
        return _print_json({"pack": pack.name, "path": str(pack.path), "parts": sorted(pack.manifest.parts)})
    print(f"{pack.name}: {', '.join(sorted(pack.manifest.parts))}")
    return 0


def _verify(args: argparse.Namespace) -> int:
    from engine.cli.progress import follow
    from engine.packs.store import PackStore
    from engine.packs.verify import verify_pack

    pack = PackStore().open(args.pack)
    found = follow(verify_pack(pack))
    if args.out is not None and found.picture is not None:
        from engine.media.pictures import save_picture

        save_picture(args.out, found.picture, recipe=None, licence=pack.manifest.licence, drawn=True)
    if args.json:
        return _print_json({"pack": found.pack, "files": found.files, "tensors": found.tensors, "whole": True})
    drawn = "and it draws" if found.picture is not None else "it has no generator"
    print(f"{found.pack} is whole: {len(found.files)} files, {found.tensors} tensors, all finite, {drawn}.")
    return 0


def _download(args: argparse.Namespace) -> int:
    from engine.cli.download_bar import follow_download
    from engine.packs.catalogue import entry_named
    from engine.packs.download import download_pack
    from engine.packs.licence import accept, licence_text
    from engine.packs.store import PackStore

    entry = entry_named(args.pack)
    print(licence_text(entry), file=sys.stderr)
    accepted = accept(entry) if args.accept_licence else {}
    run = download_pack(
        PackStore(), entry, accepted=accepted, name=args.name, from_folder=args.from_folder, keep=args.keep
    )
    try:
        report = follow_download(run)
    except KeyboardInterrupt:
        print("sgim: Stopped; what has arrived is kept, and the same command goes on from there.", file=sys.stderr)
        return 1
    return _print_report(report, args)


def _remove(args: argparse.Namespace) -> int:
    from engine.packs.remove import remove_pack
    from engine.packs.store import PackStore

    freed = remove_pack(PackStore(), args.pack)
    if args.json:
        return _print_json({"removed": args.pack, "bytes": freed})
    print(f"Removed {args.pack} ({freed / 1e6:.1f} MB).")
    return 0


def _print_report(report: Any, args: argparse.Namespace) -> int:
    pack = report.pack
    if args.json:
        return _print_json(
            {
                "pack": pack.name,
                "path": str(pack.path),
                "parts": {k: p.architecture for k, p in pack.manifest.parts.items()},
                "licences": report.licences,
                "sources": report.sources,
                "notes": list(report.notes),
            }
        )
    print(f"Added {pack.name} ({pack.manifest.domain}, {pack.size_bytes() / 1e6:.1f} MB) to {pack.path}")
    for kind, part in sorted(pack.manifest.parts.items()):
        print(f"  {kind.replace('_', ' ')}: {part.architecture}; licence: {part.licence}; source: {part.source}")
    for note in report.notes:
        print(f"  Note: {note}")
    return 0


def _print_json(value: Any) -> int:
    print(json.dumps(value, indent=1, ensure_ascii=False))
    return 0
