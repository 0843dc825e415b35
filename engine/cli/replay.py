"""``sgim replay``: do again what a recipe says, on its own picture or on another."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.cli.common_options import add_json, check_writable, keep_originals, thread_count, with_sidecars
from engine.cli.edit import PICTURE_ENDINGS, edit_and_save
from engine.errors import RequestError


def register(subparsers: Any) -> None:
    """Add the verb."""
    parser = subparsers.add_parser("replay", help="repeat an edit from its recipe")
    parser.add_argument("recipe_file", type=Path, metavar="RECIPE.json", help="or a PNG with its recipe inside")
    parser.add_argument("--image", type=Path, metavar="FILE", help="another picture, or where the original now lies")
    parser.add_argument("--sound", nargs="+", action="extend", default=[], type=Path, metavar="FILE", dest="sounds",
                        help="where the recipe's sounds now lie")
    parser.add_argument("--region", type=Path, metavar="MASK.png")
    parser.add_argument("--out", required=True, type=Path, metavar="OUT.png")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), help="default: the recipe's")
    parser.add_argument("--threads", type=thread_count, metavar="N", help="default: the recipe's")
    parser.add_argument("--report", type=Path, metavar="REPORT.json")
    parser.add_argument("--strip", action="store_true", help="leave recipe and provenance out of the picture")
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Find the recipe's files, edit, write. Raises ``SgimError``."""
    check_writable(args.out, PICTURE_ENDINGS)
    if args.report:
        check_writable(args.report)
    from engine.cli.report import dumps, write_json
    from engine.cli.run_edit import Stopwatch, invert, open_studio, parts_needed

    watch = Stopwatch()
    with watch.phase("read"):
        check_sounds(args.recipe_file, args.sounds)
        inputs = read_inputs(args.recipe_file, args.image, args.sounds, args.region)
    keep_originals(
        [*with_sidecars([args.recipe_file]), *map(Path, inputs.files.values())],
        [*with_sidecars([args.out]), args.report],
    )
    request = inputs.request.changed(
        device=args.device or inputs.request.device, threads=args.threads or inputs.request.threads
    )
    studio = open_studio(request.pack, request.device, request.threads, watch, parts_needed(request))
    source = invert(studio, inputs.picture, request, watch)
    report, _ = edit_and_save(
        studio, source, request, inputs.sounds, inputs.region, args.out, watch, inputs.files, args
    )
    if args.report:
        write_json(args.report, report)
    if args.json:
        print(dumps(report))
    return 0


def read_request(recipe_file: Path) -> tuple[dict[str, Any], Any]:
    """A recipe as it is written, and as a request. Raises ``RequestError`` naming the file."""
    from engine.media.pictures import read_recipe
    from engine.request import Request

    recipe = read_recipe(recipe_file)
    if recipe is None:
        raise RequestError(f"{recipe_file.name} holds no recipe; choose a recipe JSON or a picture exported with one.")
    try:
        return recipe, Request.from_json(recipe)
    except RequestError as error:
        raise RequestError(f"{recipe_file.name}: {error.sentence}", error.cause) from error


def check_sounds(recipe_file: Path, given: list[Path]) -> None:
    """Raise ``RequestError`` naming the first of ``given`` that is no sound of the recipe: trim, gain and weight were
    chosen for its own."""
    if not given:
        return
    from engine.cli.find_files import file_sha256

    _, request = read_request(recipe_file)
    known = {guide.sha256 for guide in request.sounds}
    for path in given:
        if not path.is_file():
            raise RequestError(f"There is no file {path}; check the name and the folder.")
        if file_sha256(path) not in known:
            names = ", ".join(guide.name or guide.sha256[:12] for guide in request.sounds) or "it has none"
            raise RequestError(
                f"{path.name} is no sound of {recipe_file.name} ({names}); to edit by another one, use sgim edit."
            )


class RecipeInputs:
    """A recipe with everything it names, read."""

    def __init__(self, request: Any, picture: Any, sounds: dict[str, Any], region: Any, files: dict[str, str]) -> None:
        self.request, self.picture, self.sounds, self.region, self.files = request, picture, sounds, region, files


def read_inputs(recipe_file: Path, image: Path | None, given: list[Path], region_file: Path | None) -> RecipeInputs:
    """The request of a recipe file and its picture, sounds and region. Raises ``SgimError``."""
    from engine.cli.edit_options import load_region
    from engine.cli.find_files import find_by_sha256
    from engine.media.pictures import load_picture
    from engine.media.sounds import load_sound

    recipe, request = read_request(recipe_file)
    folders = list(dict.fromkeys([recipe_file.resolve().parent, Path.cwd()]))
    image = image or find_by_sha256(request.picture_sha256, request.picture_name, recipe, [], folders)
    picture = load_picture(image)
    # A frame drawn by hand lies where the first picture has its face.
    face = request.face if picture.sha256 == request.picture_sha256 else None
    request = request.changed(picture_sha256=picture.sha256, picture_name=picture.name, face=face)
    files = {picture.sha256: str(image.resolve())}
    sounds = {}
    for guide in request.sounds:
        path = find_by_sha256(guide.sha256, guide.name, recipe, given, folders)
        sounds[guide.sha256] = load_sound(path)
        files[guide.sha256] = str(path.resolve())
    region = None
    if region_file is not None:
        region = load_region(region_file, picture)
    elif request.region_sha256:
        region = load_region(find_by_sha256(request.region_sha256, "", recipe, [], folders), picture)
    if region is not None:
        request = request.changed(region_sha256=region.sha256)
        files[region.sha256] = str(region.path.resolve())
    return RecipeInputs(request, picture, sounds, region, files)
