# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drawing with replacement: groups first, then members of the groups drawn."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Groups = tuple[int, ...]  # of each member, the number of its group, from 0


@lru_cache(maxsize=8)
def draws(groups: Groups, resamples: int, seed: int) -> NDArray[np.uint16]:
    """How often each member is in each resample ``[resamples, members]``.

    As many groups are drawn as there are, each with replacement; of a group that is drawn, as many
    members as it has, with replacement, anew each time that it is drawn. Where all members are of
    one group, or each is a group of its own, members alone are drawn.

    Args:
        groups: of each member.
        resamples: how often.
        seed: of the drawing; the same gives the same.
    """
    generator = np.random.default_rng(seed)
    sizes = np.bincount(groups)
    if len(sizes) in (1, len(groups)):
        return _drawn(generator, len(groups), resamples)
    times = _drawn(generator, len(sizes), resamples).astype(np.int64)
    counts = np.zeros((resamples, len(groups)), dtype=np.uint16)
    for group, size in enumerate(sizes):
        # To draw a group's members anew each time is to draw so many at once.
        shares = np.full(size, 1.0 / size)
        counts[:, np.equal(groups, group)] = generator.multinomial(times[:, group] * size, shares)
    return counts


def _drawn(generator: np.random.Generator, members: int, resamples: int) -> NDArray[np.uint16]:
    drawn = generator.integers(members, size=(resamples, members))
    drawn += members * np.arange(resamples)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=resamples * members)
    return counts.reshape(resamples, members).astype(np.uint16)
