# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that trains or judges, fetched into one folder; what cannot be had is named.

Below the folder every Debian package has a folder of its name, every repository one of OWNER+REPO,
and readers who are set apart lie in ``readers/development`` and ``readers/evaluation``: not where
training reads.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from .debian_packages import PackageError, check_tools, unpack_package
from .git_checkout import RepositoryError, check_out
from .listed_file import seconds_of
from .mirror import unpack_mirrored
from .set_apart_fetch import fetch_set_apart
from .set_apart_readers import SETS, SetApart
from .source import GitRepository
from .sources import SOURCES, packages_for, repositories_for

STAMP = ".fetched.json"  # what a repository's folder holds
FETCHES: dict[str, tuple[SetApart, ...]] = {"training": ("development",), "evaluation": SETS}


@dataclass(frozen=True)
class Fetch:
    """A package, a repository or a set of readers.

    Attributes:
        name: of it.
        run: fetches it; gives a line for everything that cannot be had, and raises nothing.
    """

    name: str
    run: Callable[[], list[str]]


def fetches(
    use: Literal["training", "evaluation"], folder: Path, mirror: Path | None = None
) -> list[Fetch]:
    """All there is to fetch for a use; what is in the folder already is kept.

    Args:
        use: ``training`` brings the readers who steer it too, ``evaluation`` both sets.
        folder: for everything; it must be there before the first one runs.
        mirror: takes the place of the repositories' homes (see :mod:`.mirror`); None for git.
    """
    return [
        *_package_fetches(packages_for(use), folder),
        *(
            Fetch(repository.name, partial(_repository, repository, folder, mirror))
            for repository in repositories_for(use)
        ),
        *(
            Fetch(f"readers of the {which} set", partial(fetch_set_apart, which, folder, mirror))
            for which in FETCHES[use]
        ),
    ]


def _package_fetches(names: list[str], folder: Path) -> Iterator[Fetch]:
    wanted = [name for name in names if not (folder / name).is_dir()]
    try:
        check_tools(wanted)
    except PackageError as error:
        yield Fetch("Debian packages", partial(list[str], [str(error)]))
        return
    yield from (Fetch(name, partial(_package, name, folder)) for name in names)


def _package(name: str, folder: Path) -> list[str]:
    try:
        unpack_package(name, folder)
    except PackageError as error:
        return [str(error).removeprefix(f"{name} ")]
    return []


def _repository(repository: GitRepository, folder: Path, mirror: Path | None) -> list[str]:
    place = folder / repository.folder
    stamp = json.dumps({"commit": repository.commit, "paths": repository.paths})
    if (place / STAMP).is_file() and (place / STAMP).read_text() == stamp:
        return []
    shutil.rmtree(place, ignore_errors=True)
    try:
        if mirror is None:
            check_out(repository, repository.paths, place)
        else:
            unpack_mirrored(repository, mirror, place)
    except RepositoryError as error:
        return [str(error)]
    problems = list(_damaged(repository, folder))
    (place / STAMP).write_text(stamp)
    return problems


def _damaged(repository: GitRepository, folder: Path) -> Iterator[str]:
    """Recordings without a header of audio; they go, so that nobody meets them again."""
    for source in SOURCES:
        if source.home == repository and not source.below:
            for name, path in source.files(folder):
                try:
                    seconds_of(path)
                except ValueError as error:
                    path.unlink()
                    yield f"{name}: {error}"
