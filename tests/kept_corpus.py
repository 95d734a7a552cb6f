# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The evaluation corpus for the tests: built once, by the command, and kept below ``build/``.

It is built again when the code that builds it or the installed recordings have changed. That a
build gives the same files whenever it is done is a test of its own, which compares with this one.
"""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from command_line import run_here
from filelock import FileLock
from gnuradio import largesc
from gnuradio.largesc.corpus.prompt_texts import prompt_texts
from gnuradio.largesc.corpus.sources import files_for

KEPT = Path(__file__).parents[1] / "build" / "test-corpus"
PACKAGES = Path("/")  # they are installed for the tests


def kept_corpus() -> Path:
    """Folder of the corpus; whichever process of a test run comes first builds it."""
    KEPT.mkdir(parents=True, exist_ok=True)
    folder = KEPT / _key()
    with FileLock(KEPT / "lock"):
        if not folder.is_dir():
            for old in KEPT.glob("*/"):
                shutil.rmtree(old)
            unfinished = KEPT / "unfinished"
            done = run_here("corpus", "build", "--packages", PACKAGES, "--out", unfinished)
            assert done.returncode == 0, done.stderr
            unfinished.rename(folder)
    return folder


def _key() -> str:
    """What the corpus is made of."""
    digest = hashlib.sha256()
    for line in _ingredients():
        digest.update(line.encode())
    return digest.hexdigest()[:16]


def _ingredients() -> Iterator[str]:
    package = Path(largesc.__file__).parent
    for module in sorted((*package.glob("corpus/*.py"), *package.glob("audio/*.py"))):
        yield f"{module.name} {hashlib.sha256(module.read_bytes()).hexdigest()}\n"
    for _, path in files_for("evaluation", PACKAGES):
        seen = path.stat()
        yield f"{path} {seen.st_size} {seen.st_mtime_ns}\n"
    yield str(prompt_texts(PACKAGES))
