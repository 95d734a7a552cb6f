# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The loss processes once more, from their definitions: what the C++ kernels are held to.

The generator is MT19937-64 as its authors define it (T. Nishimura, "Tables of 64-bit Mersenne
twisters", ACM TOMACS 10, 2000), the parameters those of docs/channels.md.
"""

from collections.abc import Iterator
from itertools import accumulate
from operator import mul

MASK = 2**64 - 1
SIZE, MIDDLE = 312, 156
BELLCORE = (0.85, 0.825, 0.8, 0.775, 0.75, 0.725, 0.7, 0.6, 0.45, 0.0)


def uniform(seed: int) -> Iterator[float]:
    """The generator's top 53 bits as fractions in [0, 1)."""
    state = [seed]
    for n in range(1, SIZE):
        state.append((6364136223846793005 * (state[-1] ^ state[-1] >> 62) + n) & MASK)
    while True:
        for n in range(SIZE):
            x = (state[n] & ~(2**31 - 1)) | (state[(n + 1) % SIZE] & (2**31 - 1))
            x = x >> 1 ^ (0xB5026F5AA96619E9 if x & 1 else 0)
            state[n] = state[(n + MIDDLE) % SIZE] ^ x
        for x in state:
            x ^= x >> 29 & 0x5555555555555555
            x ^= x << 17 & 0x71D67FFFEDA60000
            x ^= x << 37 & 0xFFF7EEE000000000
            yield ((x ^ x >> 43) >> 11) / 2**53


def independent(loss_rate: float, seed: int) -> Iterator[bool]:
    for u in uniform(seed):
        yield u < loss_rate


def bad_states(share: float, burst: float, random: Iterator[float]) -> Iterator[bool]:
    """Two-state chain from its stationary distribution; takes numbers only when asked."""
    leave = 1 / burst
    enter = leave * share / (1 - share)
    bad = next(random) < share
    while True:
        bad = next(random) < (1 - leave if bad else enter)
        yield bad


def gilbert(loss_rate: float, burst: float, seed: int) -> Iterator[bool]:
    return bad_states(loss_rate, burst, uniform(seed))


def gilbert_elliott(
    loss_rate: float, burst: float, seed: int, in_good: float = 0.0, in_bad: float = 0.5
) -> Iterator[bool]:
    random = uniform(seed)
    for bad in bad_states((loss_rate - in_good) / (in_bad - in_good), burst, random):
        yield next(random) < (in_bad if bad else in_good)


def bellcore(loss_rate: float, seed: int) -> Iterator[bool]:
    reaches = list(accumulate((1.0, *BELLCORE[:-1]), mul))
    burst = sum(reaches)
    random = uniform(seed)
    in_burst, position = next(random) < loss_rate, next(random)
    shares = list(accumulate(x / burst for x in reaches))
    lost = 1 + next(n for n, share in enumerate(shares) if position < share) if in_burst else 0
    while True:
        probability = BELLCORE[lost - 1] if lost else loss_rate / (burst * (1 - loss_rate))
        lost = lost + 1 if next(random) < probability else 0
        yield lost > 0
