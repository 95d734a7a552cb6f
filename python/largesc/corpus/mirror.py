# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder that stands for the repositories where there is no network.

``speech/OWNER+REPO.tar`` holds a repository's recordings under their paths (any audio format, so
that they may be smaller) with its texts and licence, in a folder OWNER+REPO;
``readers/development`` and ``readers/evaluation`` the readers who are set apart.
"""

import shutil
import tarfile
from pathlib import Path, PurePosixPath

from .git_checkout import RepositoryError
from .set_apart_readers import FOLDER
from .source import GitRepository

SPEECH = "speech"


def check_mirror(mirror: Path) -> None:
    """Whether a folder is a mirror.

    Raises:
        ValueError: it is none; says what is missing.
    """
    if not mirror.is_dir():
        raise ValueError(f"{mirror} is not a folder")
    if not any((mirror / part).is_dir() for part in (SPEECH, FOLDER)):
        raise ValueError(f"{mirror} is no mirror: it has neither {SPEECH}/ nor {FOLDER}/")


def unpack_mirrored(repository: GitRepository, mirror: Path, folder: Path) -> None:
    """Unpacks a repository's recordings into ``folder``, which must not be there.

    Raises:
        RepositoryError: the archive is missing, damaged, or holds another repository.
    """
    archive = mirror / SPEECH / f"{repository.folder}.tar"
    if not archive.is_file():
        raise RepositoryError(f"the mirror lacks {SPEECH}/{archive.name}")
    beside = folder.with_name(f".{folder.name}")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        with tarfile.open(archive, "r:") as tar:
            _unpack(tar, repository.folder, beside)
        _check_end(archive)
    except (tarfile.TarError, EOFError) as error:
        raise RepositoryError(f"{SPEECH}/{archive.name} is damaged ({error})") from error
    except OSError as error:
        reason = f"cannot be unpacked ({error.strerror or error})"
        raise RepositoryError(f"{SPEECH}/{archive.name} {reason}") from error
    if not beside.is_dir():
        raise RepositoryError(f"{SPEECH}/{archive.name} has nothing in {repository.folder}/")
    beside.rename(folder)


def _unpack(tar: tarfile.TarFile, top: str, folder: Path) -> None:
    """Plain files below ``top``, wherever they say they belong: never outside ``folder``."""
    for member in tar:
        first, *parts = PurePosixPath(member.name).parts or ("",)
        content = tar.extractfile(member) if member.isreg() else None
        if content is None or first != top or not parts or ".." in parts:
            continue
        path = folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            shutil.copyfileobj(content, file)


def _check_end(archive: Path) -> None:
    """An archive that was cut between two files looks whole but for its end."""
    with archive.open("rb") as file:
        file.seek(-2 * tarfile.BLOCKSIZE, 2)
        if file.read().strip(b"\0"):
            raise tarfile.ReadError("cut short")
