# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a window shows of a link at one moment."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .link_figures import LinkFigures


class Snapshot(NamedTuple):
    """A link at one moment.

    Attributes:
        figures: of the link.
        waterfall: see BandHistory; None without samples.
        marks: see BandHistory.
        tokens: see TokenHistory.
        seconds: that the pictures go back.
        span: Hz that the waterfall shows.
    """

    figures: LinkFigures
    waterfall: NDArray[np.float32] | None
    marks: NDArray[np.uint8] | None
    tokens: NDArray[np.uint8]
    seconds: float
    span: float
