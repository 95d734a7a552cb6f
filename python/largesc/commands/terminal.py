# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What commands print: text as it is, whatever it holds, on any terminal.

File names and what comes from the network are text, not rich's markup: ``[id]`` stays, ``[/QRP]``
is no error. Commands take consoles and tables from here alone; a test says so.
"""

import io
import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Column, Table
from rich.text import Text

from ..audio.printable import printable


def prepare_streams() -> None:
    """A character that the terminal's encoding lacks is printed as ``?``, and ends nothing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def terminal(to_stderr: bool = False) -> Console:
    """Standard output for results, standard error for what is said beside them."""
    return Console(stderr=to_stderr, markup=False, highlight=False, emoji=False)


def plain(text: str, **look: Any) -> Text:
    """Text on one line; control characters and the like are shown as ``\\x1b``.

    Args:
        text: of any origin.
        look: see rich's Text.
    """
    return Text(printable(text), **look)


def say(console: Console, line: str) -> None:
    """Prints a line, never broken or cut, so that it can be copied and searched for."""
    console.print(plain(line), soft_wrap=True)


def say_notices(console: Console, name: str, notices: Iterable[str]) -> None:
    """What was changed to use a file."""
    for notice in notices:
        say(console, f"{name}: {notice}")


class FoldingTable(Table):
    """A table whose cells are text as it is; what is too long goes on in the next line.

    The first column, which has the names, becomes narrower than its text only where it would
    take more than two fifths of the width.

    Args:
        headers: one per column.
        look: see rich's Table.
    """

    def __init__(self, *headers: str, **look: Any):
        super().__init__(*(Column(header, overflow="fold") for header in headers), **look)

    def add_row(self, *cells: RenderableType | None, **look: Any) -> None:
        super().add_row(*(plain(c) if isinstance(c, str) else c for c in cells), **look)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        names = self.columns[0]
        widths = [Measurement.get(console, options, name).maximum for name in names.cells]
        names.no_wrap = 5 * max(widths, default=0) <= 2 * options.max_width
        yield from super().__rich_console__(console, options)


def pairs_table(rows: dict[str, str]) -> FoldingTable:
    """A table of names and values without a frame."""
    table = FoldingTable("", "", show_header=False, box=None)
    for name, value in rows.items():
        table.add_row(name, value)
    return table
