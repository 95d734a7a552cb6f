# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian packages, downloaded and unpacked without being installed."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path


class PackageError(RuntimeError):
    """A package cannot be had; the message says why."""


def check_tools(packages: Sequence[str]) -> None:
    """Whether packages can be fetched here; nothing to check if none is wanted.

    Raises:
        PackageError: no apt-get or dpkg-deb.
    """
    for tool in ("apt-get", "dpkg-deb") if packages else ():
        if shutil.which(tool) is None:
            raise PackageError(
                f"{tool} is not here: on a system that is not Debian, unpack the packages "
                f"({', '.join(packages)}) into folders of their names and pass --packages"
            )


def unpack_package(package: str, folder: Path) -> None:
    """Downloads and unpacks one into ``folder/PACKAGE``, if it is not there.

    Raises:
        PackageError: no such package, no network, damaged.
    """
    folder = folder.absolute()  # the tools run in it
    if (folder / package).is_dir():
        return
    archives = folder / "archives"
    archives.mkdir(parents=True, exist_ok=True)
    if not list(archives.glob(f"{package}_*.deb")):
        _run(["apt-get", "download", package], archives, f"{package} cannot be downloaded")
    found = sorted(archives.glob(f"{package}_*.deb"))
    if not found:
        raise PackageError(f"{package}: apt-get downloaded nothing")
    # Under another name until it is whole: a run that was stopped must not look complete.
    beside = folder / f".{package}"
    shutil.rmtree(beside, ignore_errors=True)
    _run(["dpkg-deb", "-x", str(found[-1]), str(beside)], folder, f"{found[-1]} is damaged")
    beside.rename(folder / package)


def _run(command: Sequence[str], folder: Path, what: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        reason = lines[-1].strip() if lines else f"exit status {done.returncode}"
        raise PackageError(f"{what}: {reason}")
