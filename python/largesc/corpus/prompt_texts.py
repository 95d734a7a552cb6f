# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Asterisk's English prompts say."""

import gzip
import re
from pathlib import Path

from .sources import PROMPT_TEXTS_PACKAGE, package_folder

TEXTS = f"usr/share/doc/{PROMPT_TEXTS_PACKAGE}/core-sounds-en.txt.gz"
# A text with brackets describes a sound ("[beep]") or leaves the words open.
LINE = re.compile(r"([\w/-]+): ([^\[\](]+)")


def prompt_texts(packages: Path) -> dict[str, str]:
    """Texts by prompt name (``vm-review``, ``digits/7``); empty if the package is not there."""
    path = package_folder(packages, PROMPT_TEXTS_PACKAGE) / TEXTS
    if not path.is_file():
        return {}
    lines = gzip.decompress(path.read_bytes()).decode("utf-8", "replace").splitlines()
    matches = [LINE.fullmatch(line.strip()) for line in lines]
    return {match[1]: match[2].strip() for match in matches if match}
