# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which packets a link loses, by the kernels that simulate and judge."""

import numpy as np
from largesc_kernels import make_loss_process

# Gilbert-Elliott loses half of the packets in its bad state (ITU-T G.191); beyond two in five of
# all the bad state would be no exception any more.
MOST_GILBERT_ELLIOTT = 0.4


def loss_pattern(
    process: str, packets: int, loss_rate: float, mean_burst: float, seed: int
) -> np.ndarray:
    """Losses of a process by name, bool ``[packets]``, true where lost.

    What a process cannot have is taken for the nearest that it can: a burst shorter than chance
    makes it, 1 / (1 - loss_rate), is that; Gilbert-Elliott loses two in five at most.

    Args:
        process: ``independent``, ``gilbert``, ``gilbert-elliott`` or ``bellcore``.
        packets: how many.
        loss_rate: share of lost packets.
        mean_burst: in packets; processes without a burst length take no notice of it.
        seed: of the process.
    """
    if process == "gilbert-elliott":
        loss_rate = min(loss_rate, MOST_GILBERT_ELLIOTT)
        mean_burst = max(mean_burst, 1.0 / (1.0 - 2.0 * loss_rate))
    elif process == "gilbert":
        mean_burst = max(mean_burst, 1.0 / (1.0 - loss_rate))
    losses = make_loss_process(process, loss_rate, mean_burst, seed)
    return np.array([losses.next_is_lost() for _ in range(packets)], dtype=bool)
