"""``sgim evaluate``: the papers' tables and figures; each measurement lives in ``engine.evaluation``."""

from __future__ import annotations

import argparse
from typing import Any

from engine.cli.dispatch import dispatch


def register(subparsers: Any) -> None:
    """Add the verb; which measurements there are is asked only when it is used."""
    parser = subparsers.add_parser("evaluate", help="measure a pack: the papers' tables and figures", add_help=False)
    parser.add_argument("-h", "--help", action="store_true", dest="help_asked")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="WHAT …")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Parse the measurement's own options and run it. Raises ``RequestError`` for an unknown one."""
    from engine.evaluation.verbs import REGISTRY, SUMMARIES

    return dispatch("evaluate", REGISTRY, SUMMARIES, ["-h"] if args.help_asked else args.rest)
