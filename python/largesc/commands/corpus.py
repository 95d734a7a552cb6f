# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc corpus``: speech to evaluate on, and where it and the training data come from."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from .outputs import make_folder
from .terminal import FoldingTable, plain, say, terminal

if TYPE_CHECKING:
    from ..corpus.opened_corpus import Corpus

app = typer.Typer(help="Speech corpora: fetch, build, show.", no_args_is_help=True)


Mirror = Annotated[
    Path | None,
    typer.Option(help="Folder with the repositories' speech, in place of git and a network."),
]


@app.command("fetch")
def fetch_command(
    folder: Annotated[Path, typer.Argument(help="Packages and repositories get a folder here.")],
    use: Annotated[
        Literal["training", "evaluation"], typer.Option(help="Whose recordings.")
    ] = "evaluation",
    mirror: Mirror = None,
) -> None:
    """Fetches the recordings: Debian packages (installing nothing) and public git repositories.

    What cannot be had is named and left out.
    """
    _fetch(use, folder, mirror)


@app.command("build")
def build_command(
    out: Annotated[
        Path | None, typer.Option(help="Folder of the corpus; else one in the user's cache.")
    ] = None,
    packages: Annotated[
        Path | None,
        typer.Option(
            help="Fetched recordings, or / if the packages are installed; else all is fetched."
        ),
    ] = None,
    mirror: Mirror = None,
) -> None:
    """Builds the evaluation corpus: FLAC files and a manifest with texts, licences and hashes.

    It has the readers of both sets beside the prompts; what cannot be had is named and left out.
    """
    from ..corpus.evaluation_set import build_evaluation_set
    from ..corpus.manifest import MANIFEST
    from ..corpus.mirror import check_mirror
    from ..corpus.opened_corpus import default_folder, open_whole_corpus

    out = out or default_folder()
    make_folder(out, [MANIFEST])
    if packages is None:
        packages, readers = out.parent / "packages", None
        _fetch("evaluation", packages, mirror)
    else:
        readers = mirror
        if mirror is not None:
            check_mirror(mirror)
    if not packages.is_dir():
        raise ValueError(f"{packages} is not a folder")
    console = terminal(to_stderr=True)
    counts: Counter[str] = Counter()
    with console.status(plain("preparing speech")) as status:

        def progress(subset: str) -> None:
            counts[subset] += 1
            done = ", ".join(f"{name} {count}" for name, count in counts.items())
            status.update(plain(done))

        build_evaluation_set(packages, out, progress, readers)
    _show(open_whole_corpus(str(out)))
    say(console, f"corpus: {out}")


@app.command("show")
def show_command(
    folder: Annotated[
        Path | None, typer.Argument(help="A corpus; else the one in the user's cache.")
    ] = None,
) -> None:
    """Shows what a corpus has: one built here, LibriSpeech, Common Voice, a folder with texts."""
    from ..corpus.opened_corpus import open_whole_corpus

    _show(open_whole_corpus("" if folder is None else str(folder)))


def _fetch(use: Literal["training", "evaluation"], folder: Path, mirror: Path | None) -> None:
    from rich.progress import track

    from ..corpus.fetched_speech import fetches
    from ..corpus.mirror import check_mirror

    if mirror is not None:
        check_mirror(mirror)
    folder.mkdir(parents=True, exist_ok=True)
    console = terminal(to_stderr=True)
    problems = 0
    wanted = fetches(use, folder, mirror)
    for fetch in track(wanted, "speech", console=console):
        found = fetch.run()
        problems += bool(found)
        for problem in found:
            say(console, f"left out: {fetch.name}: {problem}")
    if problems == len(wanted):
        raise ValueError(f"nothing could be fetched into {folder}")


def _show(corpus: "Corpus") -> None:
    console = terminal()
    if not corpus.entries:
        _say_skipped(console, corpus)
        raise ValueError(f"the corpus {corpus.name} has no files that can be used")
    headers = ("subset", "language", "readers", "files", "seconds", "words")
    table = FoldingTable(*headers, title=plain(corpus.name))
    for column in table.columns[2:]:
        column.justify = "right"
    for subset in dict.fromkeys(entry.subset for entry in corpus.entries):
        entries = [entry for entry in corpus.entries if entry.subset == subset]
        table.add_row(
            subset,
            entries[0].language,
            str(len({entry.reader for entry in entries})),
            str(len(entries)),
            f"{sum(entry.seconds for entry in entries):.1f}",
            str(sum(len(entry.text.split()) for entry in entries)),
        )
    console.print(table)
    say(console, f"fingerprint {corpus.fingerprint}")
    _say_skipped(console, corpus)


def _say_skipped(console: Console, corpus: "Corpus") -> None:
    for skipped in corpus.skipped:
        say(console, f"skipped {skipped.path}: {skipped.reason}")
