# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts in Kaldi's layout: a file ``text`` whose lines are a recording's name and what it says."""

from collections.abc import Iterable
from pathlib import Path


def kaldi_texts(paths: Iterable[Path]) -> dict[str, str]:
    """Texts by name of the recording; of files that are not there, none."""
    texts = {}
    for path in paths:
        if path.is_file():
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                name, _, text = line.strip().replace("\t", " ").partition(" ")
                if text.strip():
                    texts[name] = text.strip()
    return texts
