# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what the blocks of a receiver say to the figures of its link."""

from collections import Counter, OrderedDict, deque
from statistics import fmean, median
from typing import Any

import numpy as np
from largesc_kernels import announcement, text_piece
from numpy.typing import NDArray

from ..frame.report import Report
from ..frame.tokens import FRAME_RATE, NUM_CODEBOOKS, TokenOrigin, Tokens
from ..link.announcement_pieces import OF_ANNOUNCEMENTS, AnnouncementAssembler, place_in
from ..link.arrival import Arrival
from ..link.packet_parser import PacketParser, PacketRefused
from ..link.text_pieces import TextAssembler
from .link_figures import Heard, LinkFigures

RECENT = 50  # slots, packets: 4 s
SHOWN = 250  # frames, 20 s
KEPT = 100  # packets whose frames may still be played
STATIONS = 4  # that are listed
COARSE = 4  # tokens by which a packet's frame is known again: 44 bits


class LinkState:
    """Takes note of slots, packets, frames and reports as they come, in any order."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Nothing is known."""
        self._sync: bool | None = None
        self._slots: deque[tuple[float, float, bool]] = deque(maxlen=RECENT)
        self._parser = PacketParser("auto")
        self._texts, self._announced = TextAssembler(), AnnouncementAssembler()
        self._station = self._message = ""
        self._session = 0
        self._heard: OrderedDict[str, tuple[float, float | None]] = OrderedDict()
        self._sending: bool | None = None
        self._bits: deque[int] = deque(maxlen=RECENT)
        self._came: OrderedDict[tuple[int, ...], float] = OrderedDict()
        self._waits: deque[float] = deque(maxlen=RECENT)
        self._origins: deque[Counter[int]] = deque(maxlen=SHOWN)
        self._report = Report()

    def over(self, sync: bool) -> None:
        """An over has begun or ended."""
        if sync != self._sync:
            self._slots.clear()
        self._sync = sync

    def key(self, is_down: bool) -> None:
        """This station's key has gone down or up."""
        self._sending = is_down

    def slot(self, snr: float, offset: float, accepted: bool) -> None:
        """A slot of an over: dB, Hz, and whether its packet may be believed."""
        self._sync = True
        self._slots.append((snr, offset, accepted))

    def packet(self, arrival: Arrival, now: float) -> None:
        """A packet came now (s, of any clock that frames share); nothing of one that is refused."""
        try:
            found = self._parser.parse(arrival)
        except PacketRefused:
            return
        self._bits.append(8 * len(arrival.data))
        for one in found:
            self._hear(one.says, now)

    def frame(self, tokens: Tokens, origin: NDArray[np.uint8], now: float) -> None:
        """A frame is played now: tokens and where they came from, each ``[8]``."""
        self._origins.append(Counter(int(kind) for kind in origin))
        came = self._came.pop(tuple(int(token) for token in tokens[:COARSE]), None)
        if came is not None and origin[0] == TokenOrigin.PRIMARY:
            self._waits.append(now - came)

    def report(self, report: Report) -> None:
        """What the receiver says of the channel."""
        self._report = report

    def figures(self, now: float) -> LinkFigures:
        """What is known now (s, of the same clock)."""
        channel = self._report.channel
        is_measured = channel.window > 0
        good = self._good()
        return LinkFigures(
            sync=self._sync,
            snr=self._snr(),
            offset=fmean(slot[1] for slot in good[-10:]) if good else None,
            slots_lost=1.0 - fmean(slot[2] for slot in self._slots) if self._slots else None,
            station=self._station,
            session=self._session,
            message=self._message,
            bit_rate=fmean(self._bits) * FRAME_RATE if self._bits else None,
            loss_rate=channel.loss_rate if is_measured else None,
            mean_burst=channel.mean_burst if is_measured else None,
            received=self._report.received,
            lost=self._report.lost,
            latency_ms=1000.0 * median(self._waits) if self._waits else None,
            origins=self._shares(),
            peer=self._report.peer,
            heard=tuple(
                Heard(station, snr, now - came)
                for station, (came, snr) in reversed(self._heard.items())
            ),
            sending=self._sending,
        )

    def _hear(self, says: Any, now: float) -> None:
        """Notes what a packet says."""
        if isinstance(says, announcement):
            self._session = says.session
            self._note_station(says.text, now)
        elif isinstance(says, text_piece):
            self._hear_piece(says, now)
        elif says.primary:
            self._came[tuple(says.primary[:COARSE])] = now
            while len(self._came) > KEPT:
                self._came.popitem(last=False)

    def _hear_piece(self, piece: text_piece, now: float) -> None:
        """A piece of a message or of an announcement; or it tells where its sender is."""
        place = place_in(piece)
        if place is not None:
            if self._session not in (0, place.session):  # another sender, or run: who is it?
                self._station = ""
                self._announced.reset()
            self._session = place.session
        elif piece.number in OF_ANNOUNCEMENTS:
            said = self._announced.take(piece)
            self._note_station(self._station if said is None else said.text, now)
        else:
            self._message = self._texts.take(piece) or self._message

    def _note_station(self, station: str, now: float) -> None:
        self._station = station
        if station:
            self._heard[station] = now, self._snr()
            self._heard.move_to_end(station)
            while len(self._heard) > STATIONS:
                self._heard.popitem(last=False)

    def _good(self) -> list[tuple[float, float, bool]]:
        """The slots that are believed; all where none is."""
        return [slot for slot in self._slots if slot[2]] or list(self._slots)

    def _snr(self) -> float | None:
        good = self._good()
        return fmean(slot[0] for slot in good) if good else None

    def _shares(self) -> dict[TokenOrigin, float]:
        tokens = max(1, NUM_CODEBOOKS * len(self._origins))
        total: Counter[int] = sum(self._origins, Counter())
        return {kind: total[kind] / tokens for kind in TokenOrigin if total[kind]}
