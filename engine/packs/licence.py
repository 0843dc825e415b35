"""Accepting a licence: asked for before any download, recorded in the manifest, carried into exports."""

from __future__ import annotations

from datetime import UTC, datetime

from engine.errors import PackError
from engine.packs.catalogue import CatalogueEntry


def licence_text(entry: CatalogueEntry) -> str:
    """What the artist reads before accepting: licence, where its text is, training data, consent."""
    lines = [
        f"{entry.name}: {entry.purpose}",
        f"Licence: {entry.licence}",
        f"Full text: {entry.licence_url}",
        f"Trained on: {entry.training_data}",
        f"People: {entry.consent}",
    ]
    if entry.notes:
        lines.append(f"Note: {entry.notes}")
    return "\n".join(lines)


def accept(entry: CatalogueEntry) -> dict[str, str]:
    """The record of an acceptance just given, for ``Manifest.accepted``."""
    when = datetime.now(UTC).replace(microsecond=0).isoformat()
    return {"licence": entry.licence, "licence_url": entry.licence_url, "when": when}


def require_accepted(entry: CatalogueEntry, accepted: dict[str, str]) -> None:
    """Raise ``PackError`` unless ``accepted`` is a record of accepting this entry's licence."""
    if accepted.get("licence") != entry.licence:
        raise PackError(
            f"The licence of {entry.name} was not accepted ({entry.licence}; {entry.licence_url}); "
            "read it, then repeat with --accept-licence."
        )
