# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""LibriSpeech (Panayotov et al. 2015) as it unpacks: READER/CHAPTER/*.flac and *.trans.txt."""

from pathlib import Path

from .listed_file import ListedFile, Listing, seconds_of

TRANSCRIPTS = ".trans.txt"


def is_librispeech(folder: Path) -> bool:
    """Whether there are transcripts of chapters, in a subset or in a folder of subsets."""
    patterns = (f"*/*/*{TRANSCRIPTS}", f"*/*/*/*{TRANSCRIPTS}")
    return any(next(folder.glob(pattern), None) for pattern in patterns)


def librispeech_files(folder: Path) -> Listing:
    """All utterances that have a text; the subset is the folder's name (``test-clean``)."""
    files, skipped = [], []
    for transcripts in sorted(folder.rglob(f"*{TRANSCRIPTS}")):
        chapter = transcripts.parent
        subset = chapter.parent.parent.resolve().name
        for line in transcripts.read_text(encoding="utf-8", errors="replace").splitlines():
            stem, _, text = line.partition(" ")
            if not stem:
                continue
            path = chapter / f"{stem}.flac"
            try:
                seconds = seconds_of(path)
            except ValueError as error:
                skipped.append((str(path.relative_to(folder)), str(error)))
                continue
            reader = chapter.parent.name
            files.append(
                ListedFile(f"{subset}/{stem}", subset, reader, "en", text.strip(), seconds, path)
            )
    return Listing("LibriSpeech", sorted(files, key=lambda file: file.name), skipped)
