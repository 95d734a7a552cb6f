# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which speech trained and steered a model, as its card lists it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from .listed_file import seconds_of
from .source import GitRepository, Source, Use
from .sources import sources_for

G722 = 8000  # bytes per second; its files have no header


@dataclass(frozen=True)
class SourceRow:
    """Speech of one home.

    Attributes:
        home: a Debian package, or a repository with the first digits of its commit.
        use: what its readers are for.
        hours: of speech.
        readers: how many, in words where nobody labelled them.
        licence: of all of it.
    """

    home: str
    use: Use
    hours: float
    readers: str
    licence: str


def source_rows(
    packages: Path,
    uses: Iterable[Use] = ("training", "validation"),
    hours: Callable[[Source], float] | None = None,
) -> list[SourceRow]:
    """One row for every home that is there and use of it; what is not there is left out.

    Args:
        packages: as for files_of.
        uses: whose sources.
        hours: of a source, as somebody heard them (trimmed, without what was not used; see
            ``Source.owns``); None for the durations that the files state.
    """
    rows = []
    for use in uses:
        homes: dict[object, list[Source]] = {}
        for source in sources_for(use):
            homes.setdefault(source.home, []).append(source)
        for sources in homes.values():
            row = _row(use, sources, packages, hours)
            if row is not None:
                rows.append(row)
    return rows


def source_table(rows: Iterable[SourceRow]) -> str:
    """Rows as a table in Markdown."""
    lines = ["| source | for | hours | readers | licence |", "|---|---|---|---|---|"]
    for row in rows:
        cells = (row.home, row.use, f"{row.hours:.2f}", row.readers, row.licence)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def stated_hours(source: Source, packages: Path) -> float:
    """Duration of a source's files by their headers; what has none is left out."""
    return sum(_seconds(path) for _, path in source.files(packages)) / 3600.0


def _row(
    use: Use, sources: list[Source], packages: Path, hours: Callable[[Source], float] | None
) -> SourceRow | None:
    readers = {s.reader_of(name) for s in sources for name, _ in s.files(packages)}
    if not readers:
        return None
    home = sources[0].home
    name, told = home.name, ""
    if isinstance(home, GitRepository):
        name, told = f"{home.name} at {home.commit[:8]}", home.readers
    heard = sum(stated_hours(s, packages) if hours is None else hours(s) for s in sources)
    licence = "; ".join(dict.fromkeys(source.licence for source in sources))
    return SourceRow(name, use, heard, told or str(len(readers)), licence)


def _seconds(path: Path) -> float:
    if path.suffix == ".g722":
        return path.stat().st_size / G722
    try:
        return seconds_of(path)
    except ValueError:
        return 0.0
