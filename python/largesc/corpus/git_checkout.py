# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of a public git repository at one commit, fetched with git and without its history."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from .source import GitRepository

# A stalled line ends the fetch; nobody is asked for a password; links of a foreign repository
# become files, and its line ends stay as they are.
SETTINGS = {
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "60",
    "core.symlinks": "false",
    "core.autocrlf": "false",
    "advice.detachedHead": "false",
}


class RepositoryError(RuntimeError):
    """A repository cannot be had; the message says why."""


def check_out(repository: GitRepository, paths: Sequence[str], folder: Path) -> None:
    """Fetches the files into ``folder``, which must not be there.

    Only the wanted files of the one commit are transferred where the server can do that. The
    commit's hash covers every file: git refuses what does not agree with it.

    Args:
        repository: where from, and which commit.
        paths: of the files that are wanted, as patterns of ``.gitignore``.
        folder: for the files; nothing of git stays in it.

    Raises:
        RepositoryError: no git, no network, no such repository or commit, no room.
    """
    # Under another name until it is whole: a run that was stopped must not look complete.
    beside = folder.with_name(f".{folder.name}")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    _git(beside, "init", "--quiet", "--template=")
    _git(beside, "remote", "add", "origin", repository.url)
    try:
        _git(
            beside,
            "fetch",
            "--quiet",
            "--depth=1",
            "--filter=blob:none",
            "origin",
            repository.commit,
        )
    except RepositoryError as error:
        commit = repository.commit[:8]
        raise RepositoryError(f"commit {commit} cannot be fetched: {error}") from error
    _git(beside, "config", "core.sparseCheckout", "true")
    rules = beside / ".git" / "info" / "sparse-checkout"
    rules.parent.mkdir(exist_ok=True)
    rules.write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
    _git(beside, "checkout", "--quiet", repository.commit)
    shutil.rmtree(beside / ".git")
    beside.rename(folder)


def _git(folder: Path, *arguments: str) -> None:
    settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *settings, *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            env=environment,
        )
    except OSError as error:
        raise RepositoryError(f"git cannot be run ({error.strerror})") from error
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        reason = next((line for line in lines if line.startswith(("fatal", "error"))), "")
        raise RepositoryError(reason or f"git {arguments[0]} failed ({done.returncode})")
