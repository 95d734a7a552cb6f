# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a source of recordings is: its home, which files are its own, and who speaks in each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Use = Literal["training", "validation", "evaluation"]
Texts = Literal["", "kaldi", "transcript", "set-apart", "file-names"]

AUDIO = {".flac", ".mp3", ".oga", ".ogg", ".opus", ".wav"}


@dataclass(frozen=True)
class DebianPackage:
    """A package of Debian."""

    name: str

    @property
    def folder(self) -> str:
        """Where it lies below a folder of packages."""
        return self.name


@dataclass(frozen=True)
class GitRepository:
    """A public git repository as it was at one commit.

    Attributes:
        url: of the repository; ends in OWNER/NAME.
        commit: full hash.
        paths: what is wanted of it, as patterns of ``.gitignore`` (a later one overrules).
        readers: how many speak in it, where nobody labelled them; empty where they can be counted.
    """

    url: str
    commit: str
    paths: tuple[str, ...] = ("/*",)
    readers: str = ""

    @property
    def name(self) -> str:
        """OWNER/NAME."""
        return "/".join(self.url.rstrip("/").removesuffix(".git").split("/")[-2:])

    @property
    def folder(self) -> str:
        """Where it lies below a folder of packages: OWNER+NAME."""
        return self.name.replace("/", "+")


@dataclass(frozen=True)
class Source:
    """Recordings of one reader, or of several; these are told apart by a rule, or by nobody.

    Attributes:
        group: name of the source, unique.
        home: where it is published.
        pattern: of its files, below the folder of its home.
        reader: who speaks; with a rule, what their names begin with.
        language: ISO 639-1; ``mul`` for several.
        licence: SPDX, or the name its home gives.
        use: what its readers are for.
        without: folders whose recordings are not used, wherever they lie below that of the home.
        rule: with one group, found in a file's path: the reader's own name.
        below: folder of its files where it is not that of its home.
        texts: how its home says what is said in a recording.
    """

    group: str
    home: DebianPackage | GitRepository
    pattern: str
    reader: str
    language: str
    licence: str
    use: Use
    without: frozenset[str] = frozenset()
    rule: str = ""
    below: str = ""
    texts: Texts = ""

    def folder(self, packages: Path) -> Path:
        """Where its files lie, below a folder of packages or of a system that has them installed.

        A repository always has a folder of its own.
        """
        own = packages / (self.below or self.home.folder)
        return own if isinstance(self.home, GitRepository) or own.is_dir() else packages

    def reader_of(self, name: str) -> str | None:
        """Who speaks in a file; None if the rule finds nobody, so that it is nobody's.

        Args:
            name: path below the source's folder, with ``/``.
        """
        if not self.rule:
            return self.reader
        found = re.search(self.rule, name)
        return f"{self.reader}-{found[1]}" if found else None

    def group_of(self, name: str) -> str:
        """The reader of a file, where readers are told apart, else the source's own name."""
        return (self.reader_of(name) or self.group) if self.rule else self.group

    def owns(self, group: str) -> bool:
        """Whether recordings of a group (as above) are of this source; readers may be of two."""
        return group.startswith(f"{self.reader}-") if self.rule else group == self.group

    def has(self, name: str) -> bool:
        """Whether a file that the pattern finds is a recording of the source; ``name`` as above."""
        *folders, file = name.split("/")
        of_git = isinstance(self.home, GitRepository)  # beside recordings, it has anything
        audio = not of_git or Path(file).suffix.lower() in AUDIO
        return audio and self.without.isdisjoint(folders) and self.reader_of(name) is not None

    def files(self, packages: Path) -> Iterator[tuple[str, Path]]:
        """Name (path below the source's folder) and path of every recording, sorted by path."""
        folder = self.folder(packages)
        for path in sorted(folder.glob(self.pattern)):
            name = path.relative_to(folder).as_posix()
            if self.has(name):
                yield name, path
