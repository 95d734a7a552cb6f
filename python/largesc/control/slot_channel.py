# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a sender takes the losses of each slot size to be, from reports on those that it used.

A report tells how many of the packets sent were lost, and the SNR of those that came; not of which
size those lost were, which no receiver can know. The sender knows which sizes it sent, and how
losses go with SNR (slot_losses.py). What is not known is the SNR, whether paths fade, and how much
is lost whatever the size, to interference say. All that together is a state of the channel; each
state is as likely as it explains the reports (Bayes), and the loss of a size is the mean over them.
"""

import math
from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..frame.report import ChannelReport, has_forgotten
from .channel_estimate import FADES, FRESH
from .slot_losses import SlotLoss, check_slot_losses
from .told_snr import cling, scatter, told_snr

SNR = np.arange(-12.0, 24.01, 0.5)  # dB in 3 kHz: states
ANYWAY = np.array([0.0, 0.05, 0.1, 0.2, 0.35, 0.5])  # share of packets lost whatever their size
# What a report is weighed against: an SNR of 3 dB, give or take 5, as likely to fade as not; in 95
# cases of a hundred all losses are of noise.
PRIOR_SNR, PRIOR_SPREAD, PRIOR_CLEAN = 3.0, 5.0, 0.95
# Before any report, and long after the last, it is 1 dB: who hears nothing may not be heard. With
# modem hf 16 % of 7 bytes are lost then and 32 % of 13; at 3 dB one frame in five went in 13.
UNHEARD_SNR = 1.0
ABSURD = 0.02  # how often an SNR that is told has nothing to do with the channel's
LOWEST_SNR, HIGHEST_SNR = -40.0, 87.0  # that a report can say; docs/packet-format.md
REMEMBERED = 700  # frames whose sizes are kept: what the oldest report tells of
LEAKS, DRIFTS = 250.0, 12.5  # frames: to the prior; until the SNR is another by a third of a dB
AGAIN = 0.2  # what is left of what was known, when the receiver has found another channel

States = NDArray[np.float64]  # [2, ANYWAY, SNR]: steady or fading


class SlotChannel:
    """Takes reports, and says how many packets of each size are lost.

    Args:
        losses: a curve for each size that is sent.

    Attributes:
        fades: see ChannelEstimate.

    Raises:
        ValueError: curves that are none; see check_slot_losses.
    """

    def __init__(self, losses: Sequence[SlotLoss]):
        self.fades = FADES
        check_slot_losses(losses, ())
        if not losses:
            raise ValueError("slot_losses must have a curve")
        self._sizes = [one.size for one in losses]
        by_noise = np.array([[one.steady.at(SNR), one.fading.at(SNR)] for one in losses])
        anyway = ANYWAY[None, None, :, None]
        self._lost = anyway + (1.0 - anyway) * by_noise[:, :, None, :]  # [sizes, 2, ANYWAY, SNR]
        self._told = np.stack([told_snr(one, SNR) for one in losses])[:, :, None, :]
        self._prior, self._unheard = _prior(PRIOR_SNR), _prior(UNHEARD_SNR)
        self.reset()

    def reset(self) -> None:
        """Forgets all reports, and what was sent."""
        self._belief: States = self._prior
        self._sent: deque[tuple[int, int]] = deque(maxlen=REMEMBERED)
        self._measured, self._window = -math.inf, 0

    def sent(self, frame: int, size: int) -> None:
        """A packet has been sent in a slot of so many bytes.

        Raises:
            ValueError: there is no curve for this size.
        """
        if size not in self._sizes:
            raise ValueError(f"slot_losses has no curve for slots of {size} bytes")
        self._sent.append((frame, self._sizes.index(size)))

    def hear(self, report: ChannelReport, frame: int) -> None:
        """Takes a report, as ``frame`` is sent; one that tells nothing new changes nothing."""
        measured = frame - report.age
        new = min(measured - self._measured, report.window)
        if new <= 0:
            return
        is_another = has_forgotten(report.window, self._window)
        if self._window:
            self._pass_time(min(measured - self._measured, FRESH))
        self._measured, self._window = measured, report.window
        if is_another:
            self._belief = AGAIN * self._belief + (1.0 - AGAIN) * self._prior
            new = report.window
        heard = self._log_likelihood(report, measured, new / report.window)
        weight = self._belief * np.exp(heard - heard.max())
        self._belief = weight / weight.sum()

    def losses(self, frame: int) -> dict[int, float]:
        """Share of packets lost by size, 0..1, when this frame is sent; as before any report once
        the last is old."""
        old = max(frame - self._measured - FRESH, 0.0)
        known = math.exp(-old / self.fades)
        belief = known * self._belief + (1.0 - known) * self._unheard
        lost = np.tensordot(self._lost, belief, 3)
        return dict(zip(self._sizes, lost.tolist(), strict=True))

    def _pass_time(self, frames: float) -> None:
        """The channel may have become another since the last report."""
        for _ in range(round(frames / DRIFTS)):
            padded = np.pad(self._belief, ((0, 0), (0, 0), (1, 1)), mode="edge")
            self._belief = (padded[..., :-2] + 2.0 * self._belief + padded[..., 2:]) / 4.0
        kept = math.exp(-frames / LEAKS)
        self._belief = kept * self._belief + (1.0 - kept) * self._prior

    def _log_likelihood(self, report: ChannelReport, measured: float, share: float) -> States:
        """Of a report in each state, but for a constant; as if a share of its window was new."""
        sizes = self._sizes_of(measured, report.window)
        expected = np.clip(np.tensordot(sizes, self._lost, 1), 1e-3, 1.0 - 1e-3)
        clings = cling(report.window)[:, None, None]
        lost = min(max(report.loss_rate, 1e-6), 1.0 - 1e-6)
        off = lost * np.log(lost / expected)
        off += (1.0 - lost) * np.log((1.0 - lost) / (1.0 - expected))
        found: States = -share * (report.window * off / clings + 0.5 * np.log(clings))
        if report.snr is None:
            return found
        came = sizes[:, None, None, None] * np.maximum(1.0 - self._lost, 1e-9)
        told = (came * self._told).sum(axis=0) / came.sum(axis=0)
        scatters = scatter(report.window)[:, None, None]
        near = np.exp(-0.5 * ((report.snr - told) / scatters) ** 2) / scatters
        return found + share * np.log((1.0 - ABSURD) * near + ABSURD / np.ptp(SNR))

    def _sizes_of(self, measured: float, window: int) -> NDArray[np.float64]:
        """How often each size was sent among the packets up to a frame, ``[sizes]``."""
        counts = np.zeros(len(self._sizes))
        for frame, size in self._sent:
            if measured - window < frame <= measured:
                counts[size] += 1.0
        if not counts.any():  # of frames that nobody remembers
            counts[self._sent[-1][1] if self._sent else 0] = 1.0
        return counts / counts.sum()


def check_snr(report: ChannelReport) -> None:
    """Whether the SNR of a report can be one.

    Raises:
        ValueError: no packet has come at that.
    """
    if report.snr is not None and not LOWEST_SNR <= report.snr <= HIGHEST_SNR:
        raise ValueError(
            f"snr of a report must be {LOWEST_SNR:g}..{HIGHEST_SNR:g} dB, not {report.snr:g}"
        )


def _prior(snr: float) -> States:
    by_snr = np.exp(-0.5 * ((SNR - snr) / PRIOR_SPREAD) ** 2)
    by_anyway = np.full(len(ANYWAY), (1.0 - PRIOR_CLEAN) / (len(ANYWAY) - 1))
    by_anyway[0] = PRIOR_CLEAN
    prior = np.ones((2, 1, 1)) * by_anyway[None, :, None] * by_snr[None, None, :]
    return prior / prior.sum()
