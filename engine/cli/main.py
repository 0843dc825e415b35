"""``sgim``: one command, one file per verb (DESIGN §4). Importing it does not import torch."""

from __future__ import annotations

import argparse
import errno
import importlib
import importlib.util
import os
import re
import sys
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

from engine import __version__
from engine.cli.streams import escape_what_cannot_be_shown
from engine.errors import SgimError

EXIT_DONE, EXIT_OTHER, EXIT_INPUT = 0, 1, 2

# Order is the order of ``sgim --help``. Each module has ``register(subparsers)``.
VERBS = (
    "edit",
    "sample",
    "invert",
    "render",
    "batch",
    "replay",
    "morph",
    "embed",
    "packs",
    "train",
    "evaluate",
    "bench",
)

DEBUG_VARIABLE = "SGIM_DEBUG"


class OneSentenceParser(argparse.ArgumentParser):
    """argparse without the usage dump: what is wrong and where to look, in one sentence, exit 2."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # No option looks like a number, so "--face -12,40,300,300,0" and "--trim -1:2" are values.
        self._negative_number_matcher = re.compile(r"-\.?\d")

    def error(self, message: str) -> NoReturn:
        """Print one sentence to stderr and exit with 2."""
        self.exit(EXIT_INPUT, f"{self.prog}: {message.rstrip('.')}; see {self.prog} --help.\n")


def build_parser() -> argparse.ArgumentParser:
    """The whole command line; imports every verb's arguments, nothing heavy."""
    parser = OneSentenceParser(
        prog="sgim",
        description="Edit pictures by what a sound means and how loud it is; by text; or by both mixed.",
        epilog="Exit status: 0 done, 2 the input or the arguments are at fault, 1 anything else.",
    )
    parser.add_argument("--version", action="version", version=f"sgim {__version__}")
    subparsers = parser.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=OneSentenceParser)
    for verb in VERBS:
        importlib.import_module(f"engine.cli.{verb}").register(subparsers)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``sgim`` with ``argv`` (the process's own when None); returns the exit status."""
    escape_what_cannot_be_shown()
    try:
        args = build_parser().parse_args(argv)
    except SystemExit as stop:  # --help, --version, or arguments at fault
        return stop.code if isinstance(stop.code, int) else EXIT_OTHER
    try:
        return int(args.run(args) or EXIT_DONE)
    except SgimError as error:
        return _say(error.sentence, error.exit_code, error)
    except KeyboardInterrupt:
        return _say("Stopped; nothing was written.", EXIT_OTHER)
    except BrokenPipeError:
        # The reader of stdout has gone (sgim … | head); flushing again at exit would only complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OTHER
    except MemoryError as error:
        return _say("There is not enough memory; use a smaller picture, or --device cpu.", EXIT_OTHER, error)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            where = error.filename or "the result"
            return _say(f"No space is left to write {where}; free some, or choose another disk.", EXIT_INPUT, error)
        return _say(f"The system refused ({error}); check the disk and the permissions.", EXIT_OTHER, error)
    except Exception as error:
        kind = f"{type(error).__name__}: {error}".splitlines()[0]
        return _say(f"Something went wrong inside ({kind}); set {DEBUG_VARIABLE}=1 for details.", EXIT_OTHER, error)


def _say(sentence: str, code: int, error: BaseException | None = None) -> int:
    if error is not None and os.environ.get(DEBUG_VARIABLE):
        traceback.print_exception(error)
    # One line whatever a file is called; its name must not steer the terminal either.
    shown = "".join(c if c.isprintable() else " " for c in sentence)
    print(f"sgim: {shown}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
