# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory that a step gives back stays with the process, for the next step.

glibc returns large blocks to the system at once and gets them anew, page by page, which takes a
tenth of a step on a CPU.
"""

import ctypes

# malloc.h, mallopt(3)
TRIM_THRESHOLD, TOP_PAD, MMAP_THRESHOLD = -1, -2, -3
LARGEST_MMAP_THRESHOLD = 1 << 25  # what glibc takes at most on 64 bits
ALL, AHEAD = (1 << 31) - 1, 1 << 28


def keep_memory() -> bool:
    """Asks the C library for it; False where it is none that can (musl, macOS)."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    wishes = ((TRIM_THRESHOLD, ALL), (TOP_PAD, AHEAD), (MMAP_THRESHOLD, LARGEST_MMAP_THRESHOLD))
    taken = [bool(mallopt(which, value)) for which, value in wishes]
    return all(taken)
