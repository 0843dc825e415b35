"""``sgim train``: the training verbs live in ``engine.training``; here they are only found and started."""

from __future__ import annotations

import argparse
from typing import Any

from engine.cli.dispatch import dispatch


def register(subparsers: Any) -> None:
    """Add the verb; which trainings there are is asked only when it is used."""
    parser = subparsers.add_parser("train", help="train the parts of a pack", add_help=False)
    parser.add_argument("-h", "--help", action="store_true", dest="help_asked")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="WHAT …")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Parse the training's own options and run it. Raises ``RequestError`` for an unknown one."""
    from engine.training.verbs import REGISTRY, SUMMARIES

    return dispatch("train", REGISTRY, SUMMARIES, ["-h"] if args.help_asked else args.rest)
