# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""File names made of labels."""

import hashlib
import re


def file_name(*labels: str) -> str:
    """Readable and safe on every file system, another for other labels."""
    readable = "--".join(re.sub(r"[^a-z0-9.]+", "-", label.lower()).strip("-.") for label in labels)
    digest = hashlib.sha256("\0".join(labels).encode()).hexdigest()[:8]
    return f"{readable[:100]}-{digest}"
