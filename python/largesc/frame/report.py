# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How well a receiver hears a sender: what is measured, carried back, and steered by."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

MOST_SNR = 200.0  # dB, either way: beyond it somebody has divided by nothing
CHANGED = 2.0  # standard deviations between two loss rates that are taken for a change
FIRST, GROWN = 4, 2  # packets that are worth a first report; times as many that are news again
FORGOTTEN = 8  # packets by which a window has become shorter, more than rounding and rests do


def _within(name: str, value: Any, low: float, high: float, kind: type = float) -> Any:
    """The value as a number of its kind.

    Raises:
        ValueError: it is no such number, or outside the range.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} of a report must be a number, not {value!r}")
    is_in_range = math.isfinite(value) and low <= value <= high
    if not is_in_range or (kind is int and value != int(value)):
        most = f"..{high:g}" if math.isfinite(high) else " or more, and finite"
        raise ValueError(f"{name} of a report must be {low:g}{most}, not {value}")
    return kind(value)


@dataclass(frozen=True)
class ChannelReport:
    """State of a channel as its receiver measured it.

    Attributes:
        session: of the sender that was measured, 1..65535; 0 if it did not announce one.
        loss_rate: share of packets lost in the window, 0..1.
        mean_burst: mean length of a run of lost packets in the window, in packets; 0 without any.
        window: packets that both were measured over; 0: nothing is known yet.
        age: frames (80 ms) since the last of them.
        snr: mean over the packets of the window that came, dB in 3 kHz; None where no radio told.

    Raises:
        ValueError: a number out of range.
    """

    session: int = 0
    loss_rate: float = 0.0
    mean_burst: float = 0.0
    window: int = 0
    age: float = 0.0
    snr: float | None = None

    def __post_init__(self) -> None:
        checked = {
            "session": _within("session", self.session, 0, 0xFFFF, int),
            "loss_rate": _within("loss_rate", self.loss_rate, 0.0, 1.0),
            "mean_burst": _within("mean_burst", self.mean_burst, 0.0, math.inf),
            "window": _within("window", self.window, 0, math.inf, int),
            "age": _within("age", self.age, 0.0, math.inf),
        }
        if self.snr is not None:
            checked["snr"] = _within("snr", self.snr, -MOST_SNR, MOST_SNR)
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    def differs_from(self, before: "ChannelReport") -> bool:
        """Whether the loss rate is another than before, by more than chance would have it.

        True where the receiver has found a change, and forgotten what was before; false where one
        of them tells nothing yet. Losses that come in runs b times as long as by
        chance scatter over a window by about 2 b - 1 times the variance of single ones.
        """
        packets = min(before.window, self.window)
        if not packets or has_forgotten(self.window, before.window):
            return packets > 0
        least = 1.0 / (1.0 + packets)
        rate = min(max((before.loss_rate + self.loss_rate) / 2.0, least), 1.0 - least)
        longer = max(self.mean_burst * (1.0 - self.loss_rate), 1.0)
        variance = 2.0 * rate * (1.0 - rate) * (2.0 * longer - 1.0) / packets
        return abs(self.loss_rate - before.loss_rate) > CHANGED * math.sqrt(variance)

    def is_first_after(self, before: "ChannelReport | None") -> bool:
        """Whether it is the first that tells something, or the first of another session."""
        if before is None or before.session != self.session:
            before = ChannelReport()
        return before.window < FIRST <= self.window

    def is_news_after(self, before: "ChannelReport | None") -> bool:
        """Whether the channel has changed, or much more is known of it than before: the first
        packets tell most."""
        if before is None or self.is_first_after(before):
            return self.window >= FIRST
        return self.differs_from(before) or self.window >= GROWN * max(before.window, FIRST)


def has_forgotten(window: int, before: int) -> bool:
    """Whether a receiver that measured over ``before`` packets and now does over so many has found
    that the channel changed: it forgets what it knew of another one."""
    return window <= before - FORGOTTEN


@dataclass(frozen=True)
class Report:
    """What a receiver knows: its own measurement, its counters, and what the sender reported.

    Attributes:
        channel: the channel from that sender to here.
        received, lost, late: packets since the start.
        recovered: lost frames of which a later packet brought the first codebook.
        peer: how that sender hears this station, as it announced last; None before.
    """

    channel: ChannelReport = ChannelReport()
    received: int = 0
    lost: int = 0
    late: int = 0
    recovered: int = 0
    peer: ChannelReport | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values by name, one level but for ``peer``; what is not known is left out."""
        values = _known(asdict(self.channel))
        values |= {name: getattr(self, name) for name in COUNTERS}
        return values if self.peer is None else values | {"peer": _known(asdict(self.peer))}

    @classmethod
    def of_dict(cls, values: Mapping[str, Any]) -> Self:
        """The report that :meth:`as_dict` wrote; counters may be missing.

        Raises:
            ValueError: an unknown name, or a value out of range.
        """
        unknown = set(values) - REPORT_NAMES
        if unknown:
            raise ValueError(f"a report has no {min(unknown)!r}")
        counts = {
            name: _within(name, values[name], 0, math.inf, int)
            for name in COUNTERS
            if name in values
        }
        peer = values.get("peer")
        return cls(
            channel=_channel_of(values),
            peer=None if peer is None else _channel_of(peer),
            **counts,
        )


COUNTERS = ("received", "lost", "late", "recovered")
_CHANNEL_NAMES = tuple(field.name for field in fields(ChannelReport))
REPORT_NAMES = frozenset((*_CHANNEL_NAMES, *COUNTERS, "peer"))


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _channel_of(values: Any) -> ChannelReport:
    if not isinstance(values, Mapping) or "loss_rate" not in values:
        raise ValueError("a report is a dictionary with loss_rate and more")
    return ChannelReport(**{name: values[name] for name in _CHANNEL_NAMES if name in values})
