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

SNR = np.arange(-12.0, 24.01, 0.5)  # dB in 3 kHz: states
ANYWAY = np.array([0.0, 0.05, 0.1, 0.2, 0.35, 0.5])  # share of packets lost whatever their size
# What a report is weighed against: an SNR of 3 dB, give or take 5, as likely to fade as not; in 95
# cases of a hundred all losses are of noise.
PRIOR_SNR, PRIOR_SPREAD, PRIOR_CLEAN = 3.0, 5.0, 0.95
# Before any report, and long after the last, it is 1 dB: who hears nothing may not be heard. With
# modem hf 16 % of 7 bytes are lost then and 32 % of 13; at 3 dB one frame in five went in 13.
UNHEARD_SNR = 1.0
# How a mean SNR of packets that came scatters about that of the channel, dB: in white noise, and
# where it fades, for 4 s are a few fades. And how often it has nothing to do with it.
SCATTER, ABSURD = (0.5, 2.0), 0.02
# Losses of a window scatter as those of so many times fewer packets would that fade by themselves.
CLING = (1.0, 3.0)
LOWEST_SNR, HIGHEST_SNR = -40.0, 87.0  # that a report can say; docs/packet-format.md
REMEMBERED = 700  # frames whose sizes are kept: what the oldest report tells of
LEAKS, DRIFTS = 250.0, 12.5  # frames: to the prior; until the SNR is another by a third of a dB
AGAIN = 0.2  # what is left of what was known, when the receiver has found another channel

States = NDArray[np.float64]  # [2, ANYWAY, SNR]: steady or fading


class SlotChannel:
    """Takes reports, and says how many packets of each size are lost.

    Args:
        losses: a curve for each size that is sent.

    Raises:
        ValueError: curves that are none; see check_slot_losses.
    """

    def __init__(self, losses: Sequence[SlotLoss]):
        check_slot_losses(losses, ())
        if not losses:
            raise ValueError("slot_losses must have a curve")
        self._sizes = [one.size for one in losses]
        by_noise = np.array([[one.steady.at(SNR), one.fading.at(SNR)] for one in losses])
        anyway = ANYWAY[None, None, :, None]
        self._lost = anyway + (1.0 - anyway) * by_noise[:, :, None, :]  # [sizes, 2, ANYWAY, SNR]
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
        self._measured, self._window = measured, report.window
        self._pass_time(new)
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
        known = math.exp(-old / FADES)
        belief = known * self._belief + (1.0 - known) * self._unheard
        lost = np.tensordot(self._lost, belief, 3)
        return dict(zip(self._sizes, lost.tolist(), strict=True))

    def _pass_time(self, frames: float) -> None:
        """The channel may have become another since the last report."""
        for _ in range(min(round(frames / DRIFTS), 10)):
            padded = np.pad(self._belief, ((0, 0), (0, 0), (1, 1)), mode="edge")
            self._belief = (padded[..., :-2] + 2.0 * self._belief + padded[..., 2:]) / 4.0
        kept = math.exp(-min(frames, FRESH) / LEAKS)
        self._belief = kept * self._belief + (1.0 - kept) * self._prior

    def _log_likelihood(self, report: ChannelReport, measured: float, share: float) -> States:
        """Of a report in each state, but for a constant; as if a share of its window was new."""
        expected = np.clip(self._expected(measured, report.window), 1e-3, 1.0 - 1e-3)
        cling, scatter = np.array(CLING)[:, None, None], np.array(SCATTER)[:, None, None]
        lost = min(max(report.loss_rate, 1e-6), 1.0 - 1e-6)
        off = lost * np.log(lost / expected)
        off += (1.0 - lost) * np.log((1.0 - lost) / (1.0 - expected))
        found: States = -share * (report.window * off / cling + 0.5 * np.log(cling))
        if report.snr is None:
            return found
        away = (report.snr - SNR[None, None, :]) / scatter
        near = np.exp(-0.5 * away**2) / scatter
        return found + share * np.log((1.0 - ABSURD) * near + ABSURD / np.ptp(SNR))

    def _expected(self, measured: float, window: int) -> States:
        """Share of the packets up to a frame that is lost in each state, by the sizes sent."""
        counts = np.zeros(len(self._sizes))
        for frame, size in self._sent:
            if measured - window < frame <= measured:
                counts[size] += 1.0
        if not counts.any():  # of frames that nobody remembers
            counts[self._sent[-1][1] if self._sent else 0] = 1.0
        return np.tensordot(counts / counts.sum(), self._lost, 1)


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
