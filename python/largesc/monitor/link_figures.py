# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a listener wants to know of a link, in figures and in a line."""

from dataclasses import dataclass, field
from typing import NamedTuple

from ..frame.report import ChannelReport
from ..frame.tokens import TokenOrigin

NOT_KNOWN = "–"
NOW_S = 5.0  # announcements come every 2 s


class Heard(NamedTuple):
    """A station that announced itself.

    Attributes:
        station: as it calls itself.
        snr: dB in 3 kHz, of the slots before; None without a modem.
        age: s, since its last announcement.
    """

    station: str
    snr: float | None
    age: float


@dataclass(frozen=True)
class LinkFigures:
    """Figures of the last few seconds; None where nothing is known.

    Attributes:
        sync: whether there is an over; None without a modem.
        snr: dB in 3 kHz.
        offset: Hz, of the other station's frequency.
        slots_lost: share of the slots of this over that could not be believed, 0..1.
        station: what the sender announced of itself (a callsign); empty before.
        session: of the sender, 0 before it is announced.
        message: the last text that came whole; empty before.
        bit_rate: bit/s on the air while it sends.
        loss_rate: share of packets lost, 0..1; lost ones in a row: mean_burst.
        received, lost: packets since the start.
        latency_ms: from a packet's arrival to the frame that is played of it.
        origins: share of the tokens by where they came from.
        peer: how the other station receives this one, as it said.
        heard: stations, the newest first.
        sending: whether this station's key is down; None where nobody tells.
    """

    sync: bool | None = None
    snr: float | None = None
    offset: float | None = None
    slots_lost: float | None = None
    station: str = ""
    session: int = 0
    message: str = ""
    bit_rate: float | None = None
    loss_rate: float | None = None
    mean_burst: float | None = None
    received: int = 0
    lost: int = 0
    latency_ms: float | None = None
    origins: dict[TokenOrigin, float] = field(default_factory=dict)
    peer: ChannelReport | None = None
    heard: tuple[Heard, ...] = ()
    sending: bool | None = None

    def texts(self) -> dict[str, str]:
        """Name and value of each, for people."""
        return {
            "station": self.station or NOT_KNOWN,
            "sync": self._sync(),
            "SNR": _with_unit(self.snr, ".1f", "dB"),
            "offset": _with_unit(self.offset, "+.1f", "Hz"),
            "loss": NOT_KNOWN if self.loss_rate is None else _percent(self.loss_rate),
            "bursts": _with_unit(self.mean_burst or None, ".1f", "packets"),
            "rate": _with_unit(self.bit_rate, ".0f", "bit/s"),
            "latency": _with_unit(self.latency_ms, ".0f", "ms"),
            "packets": f"{self.received} received, {self.lost} lost",
            "heard": ", ".join(map(_heard, self.heard)) or NOT_KNOWN,
            "heard there": NOT_KNOWN if self.peer is None else _peer(self.peer),
        }

    def line(self) -> str:
        """All that is known, in one line for a terminal."""
        parts = [self.station or "nobody announced"]
        if self.message:
            parts.append(f"“{self.message}”")
        if self.sending:
            parts.append("sending")
        elif self.sync is not None:
            parts.append("in sync" if self.sync else "no sync")
        names = ("SNR", "offset", "loss", "bursts", "rate", "latency", "heard there")
        texts = self.texts()
        parts += [f"{name} {texts[name]}" for name in names if texts[name] != NOT_KNOWN]
        parts.append(texts["packets"])
        return " | ".join(parts)

    def _sync(self) -> str:
        if self.sending:
            return "sending"
        return NOT_KNOWN if self.sync is None else "yes" if self.sync else "no"


def _with_unit(value: float | None, form: str, unit: str) -> str:
    return NOT_KNOWN if value is None else f"{value:{form}} {unit}"


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f} %"


def _heard(one: Heard) -> str:
    snr = "" if one.snr is None else f" {one.snr:.0f} dB"
    ago = "now" if one.age < NOW_S else f"{one.age:.0f} s ago"
    return f"{one.station}{snr} {ago}"


def _peer(report: ChannelReport) -> str:
    loss = f"{_percent(report.loss_rate)} lost"
    return loss if report.snr is None else f"{loss}, {report.snr:.0f} dB"
