"""Verbs with verbs of their own (``sgim train …``, ``sgim evaluate …``), imported only when they are used."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence

from engine.errors import RequestError


def dispatch(verb: str, registry: Mapping[str, str], summaries: Mapping[str, str], words: Sequence[str]) -> int:
    """Run ``registry[words[0]]``: a module with ``add_arguments(parser)`` and ``run(args)``.

    ``run`` may return a dict, which is printed (as JSON with ``--json``), or an exit status.
    Raises ``RequestError`` when the first word is not in the registry.
    """
    from engine.cli.main import OneSentenceParser

    if words and words[0] in ("-h", "--help"):
        width = max(map(len, registry), default=0)
        print(f"usage: sgim {verb} WHAT …\n\nWHAT is one of (each has its own --help):")
        for name in registry:
            print(f"  {name:{width}s}  {summaries.get(name, '')}".rstrip())
        return 0
    names = ", ".join(registry)
    if not words or words[0] not in registry:
        asked = f"Nothing was named to {verb}" if not words else f"There is no sgim {verb} {words[0]}"
        raise RequestError(f"{asked}; choose one of: {names}.")
    name = words[0]
    module = importlib.import_module(registry[name])
    parser = OneSentenceParser(prog=f"sgim {verb} {name}", description=summaries.get(name))
    module.add_arguments(parser)
    if "--json" not in parser._option_string_actions:
        parser.add_argument("--json", action="store_true", help="print machine-readable output")
    try:
        args = parser.parse_args(list(words[1:]))
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    done = module.run(args)
    if isinstance(done, dict):
        from engine.cli.report import dumps

        print(dumps(done) if args.json else "\n".join(f"{key}: {_short(value)}" for key, value in done.items()))
        return 0
    return int(done or 0)


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
