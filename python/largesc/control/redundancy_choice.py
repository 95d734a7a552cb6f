# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which redundancy leaves the fewest frames lost on a channel."""

from largesc_kernels import packet_codec

from ..frame.report import ChannelReport
from ..frame.tokens import CODE_LAGS, REPETITION
from .channel_estimate import ChannelEstimate
from .residual_loss import Redundancy, residual_loss

# A lag above these makes a packet a byte or two longer (docs/packet-format.md): it must bring back
# so much more.
SHORT_LAG: int = packet_codec.max_short_lag
LONG_LAG_PAYS = 0.02
LEAST_LOSS = 0.02  # what is chosen where nothing was lost of late is for this much
BETTER = 0.95  # another choice must leave so much less lost than the one there is
LOOKED_AT = 12  # frames: where no report comes, for it grows old


def choices(look_ahead: int) -> list[Redundancy]:
    """Redundancy that can come in time, a repetition first; of lags the longest, for bursts.

    Args:
        look_ahead: frames that the receiver waits, 0..12. Without any nothing comes in time: the
            choice is then a repetition that does not help.
    """
    short = Redundancy(REPETITION, min(max(look_ahead, 1), SHORT_LAG))
    long = [Redundancy(REPETITION, look_ahead)] if look_ahead > SHORT_LAG else []
    codes = [
        Redundancy(code)
        for code, lags in CODE_LAGS.items()
        if 0 < max(lags, default=0) <= look_ahead
    ]
    return [short, *codes, *long]


def choose_redundancy(
    look_ahead: int, loss_rate: float, mean_burst: float, before: Redundancy | None = None
) -> Redundancy:
    """The redundancy with the least residual loss (:func:`residual_loss`).

    Args:
        look_ahead: frames that the receiver waits, 0..12.
        loss_rate: share of the packets that are lost, 0..1.
        mean_burst: mean length of the runs they form, in packets.
        before: what is in use; it stays unless another leaves BETTER less lost.
    """

    def cost(one: Redundancy) -> float:
        left = residual_loss(one, look_ahead, loss_rate, mean_burst)
        left *= 1.0 + LONG_LAG_PAYS * (one.lag > SHORT_LAG)
        return left * (BETTER if one == before else 1.0)

    return min(choices(look_ahead), key=cost)


class RedundancyChooser:
    """Follows reports, and keeps to a choice until another is better by more than chance.

    It goes by the mean over 20 s: at 40 % of independent loss `xor_pair` is best by little, at 50 %
    a repetition is as good, and the higher of two rates would take the one for the other.

    Args:
        look_ahead: frames that the receiver waits, 0..12.
        only: there is no choice but this.
        channel: what is known of it so far; nothing by default.

    Attributes:
        channel: what it takes the channel to be like.
    """

    def __init__(
        self,
        look_ahead: int,
        only: Redundancy | None = None,
        channel: ChannelEstimate | None = None,
    ):
        self._look_ahead, self._only = look_ahead, only
        self.channel = ChannelEstimate() if channel is None else channel
        self._decide(0, None)

    def reset(self) -> None:
        """Forgets all reports and what it chose."""
        self.channel.reset()
        self._decide(0, None)

    def hear(self, report: ChannelReport, frame: int) -> None:
        """Takes a report of the receiver, as ``frame`` is sent."""
        if self.channel.hear(report, frame):
            self._decide(frame, self._chosen)

    def choice(self, frame: int) -> Redundancy:
        """The redundancy to send with a frame. Without reports it is looked at once a second."""
        if abs(frame - self._decided) >= LOOKED_AT:
            self._decide(frame, self._chosen)
        return self._chosen

    def _decide(self, frame: int, before: Redundancy | None) -> None:
        self._decided = frame
        if self._only is not None:
            self._chosen = self._only
            return
        channel = self.channel.steady(frame)
        loss_rate = max(channel.loss_rate, LEAST_LOSS)
        self._chosen = choose_redundancy(self._look_ahead, loss_rate, channel.mean_burst, before)
