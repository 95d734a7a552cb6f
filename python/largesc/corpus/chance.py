# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is drawn by chance for a file, the same for whoever asks."""

import hashlib

import numpy as np


def chance_of(name: str) -> np.random.Generator:
    """A generator whose seed is the file's name."""
    digest = hashlib.sha256(name.encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "little"))
