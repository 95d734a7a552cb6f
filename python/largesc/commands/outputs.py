# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command writes, checked before its work begins."""

from collections.abc import Sequence
from pathlib import Path

from ..audio.output_file import check_output, check_writable


def check_outputs(
    read: Sequence[Path | None] = (),
    sounds: Sequence[Path | None] = (),
    others: Sequence[Path | None] = (),
) -> None:
    """Whether every output can be written and none would destroy an input or another output.

    Args:
        read: files that the command reads; None where one is not named, here as below.
        sounds: sound files that it writes; their suffix must name a format that is written.
        others: further files that it writes.

    Raises:
        AudioFileError: one cannot be written, or is one of the others.
    """
    taken = [path for path in read if path is not None]
    for path in sounds:
        if path is not None:
            check_output(path, taken)
            taken.append(path)
    for path in others:
        if path is not None:
            check_writable(path, taken)
            taken.append(path)


def make_folder(folder: Path, files: Sequence[str], read: Sequence[Path | None] = ()) -> None:
    """Makes a folder, with those above it, and checks the files that are to be written in it.

    Args:
        folder: it may be there.
        files: names of what the command writes there.
        read: see :func:`check_outputs`.

    Raises:
        AudioFileError: as :func:`check_outputs`.
        OSError: the folder cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    check_outputs(read=read, others=[folder / name for name in files])


def make_documents(documents: Sequence[Path | None], read: Sequence[Path | None] = ()) -> None:
    """Makes the folders that documents are to be written in, and checks the documents.

    Args:
        documents: to be written; None where one is not named.
        read: see :func:`check_outputs`.

    Raises:
        AudioFileError: as :func:`check_outputs`.
        OSError: a folder cannot be made.
    """
    for document in documents:
        if document is not None:
            document.parent.mkdir(parents=True, exist_ok=True)
    check_outputs(read=read, others=documents)
