# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A network that can be told how bad it is: loses, delays, reorders, duplicates and corrupts.

What ``tc netem`` does for an interface, this does for one link, without privileges and by a seed.
"""

import heapq
import itertools
import random
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import Protocol

import pmt
import zmq
from gnuradio.largesc import announcement, packet_codec, packet_refused

POLL_S = 0.01


@dataclass(frozen=True)
class Impairment:
    """Probabilities per packet; delays in seconds.

    A packet that is reordered is held for ``hold`` on top of its jitter.
    """

    loss: float = 0.0
    duplicate: float = 0.0
    corrupt: float = 0.0
    reorder: float = 0.0
    hold: float = 0.1
    jitter: float = 0.0
    seed: int = 0


class Wire(Protocol):
    """Where packets come from and go to."""

    def take(self) -> bytes | None: ...
    def give(self, message: bytes) -> None: ...
    def flip(self, message: bytes, chance: random.Random) -> bytes: ...
    def packet(self, message: bytes) -> bytes | None: ...
    def close(self) -> None: ...


class UdpWire:
    """Datagrams come to ``port`` and go to wherever :meth:`connect` says; before, to nobody."""

    def __init__(self) -> None:
        self._in = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._in.bind(("127.0.0.1", 0))
        self._in.settimeout(POLL_S)
        self._out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._target: tuple[str, int] | None = None
        self.port: int = self._in.getsockname()[1]

    def connect(self, port: int) -> None:
        self._target = ("127.0.0.1", port)

    def take(self) -> bytes | None:
        try:
            return self._in.recv(65536)
        except TimeoutError:
            return None

    def give(self, message: bytes) -> None:
        if self._target is not None:
            self._out.sendto(message, self._target)

    def packet(self, message: bytes) -> bytes | None:
        return message

    def flip(self, message: bytes, chance: random.Random) -> bytes:
        return flip_bits(message, chance)

    def close(self) -> None:
        self._in.close()
        self._out.close()


class ZmqWire:
    """Subscribes to a sender's ``port_in`` and publishes at ``port``."""

    def __init__(self, port_in: int) -> None:
        self._context = zmq.Context()
        self._in = self._context.socket(zmq.SUB)
        self._in.reconnect_ivl = 20
        self._in.subscribe(b"")
        self._in.connect(f"tcp://127.0.0.1:{port_in}")
        self._out = self._context.socket(zmq.XPUB)
        self.port = self._out.bind_to_random_port("tcp://127.0.0.1")

    def wait_for_listener(self, timeout: float) -> None:
        if not self._out.poll(int(1000 * timeout)):
            raise TimeoutError("nobody subscribed")
        self._out.recv()

    def take(self) -> bytes | None:
        return self._in.recv() if self._in.poll(int(1000 * POLL_S)) else None

    def give(self, message: bytes) -> None:
        self._out.send(message)

    def packet(self, message: bytes) -> bytes | None:
        vector = pmt.cdr(pmt.deserialize_str(message))
        return bytes(pmt.u8vector_elements(vector)) or None

    def flip(self, message: bytes, chance: random.Random) -> bytes:
        pdu = pmt.deserialize_str(message)
        data = flip_bits(bytes(pmt.u8vector_elements(pmt.cdr(pdu))), chance)
        flipped = pmt.cons(pmt.car(pdu), pmt.init_u8vector(len(data), list(data)))
        return pmt.serialize_str(flipped)

    def close(self) -> None:
        self._context.destroy(linger=500)


class Relay(threading.Thread):
    """Passes packets on as an impairment says; :attr:`log` counts what it did.

    Counters: ``frames`` and ``announcements`` that came, ``lost_frames``, ``lost_announcements``,
    ``corrupted`` (copies passed on damaged), ``passed_frames`` and ``passed_announcements``
    (copies passed on undamaged), ``other`` (end markers; they pass unharmed). ``decisions`` has
    one entry per frame's packet, true where it was lost.
    """

    def __init__(self, wire: Wire, impairment: Impairment, crc: bool = False):
        threading.Thread.__init__(self, daemon=True)
        self.wire = wire
        self.log: Counter[str] = Counter()
        self.decisions: list[bool] = []
        self._impairment = impairment
        self._chance = random.Random(impairment.seed)
        self._codec = packet_codec(crc)
        self._held: list[tuple[float, int, bytes]] = []
        self._numbers = itertools.count()
        self._ending = threading.Event()

    def came(self) -> int:
        """Packets that came so far."""
        return self.log["frames"] + self.log["announcements"]

    def run(self) -> None:
        while not self._ending.is_set() or self._held:
            message = self.wire.take()
            if message is not None:
                self._pass_on(message)
            now = time.monotonic()
            while self._held and self._held[0][0] <= now:
                self.wire.give(heapq.heappop(self._held)[2])
        self.wire.close()

    def end(self) -> None:
        """Passes on what is held, then ends."""
        self._ending.set()
        self.join()

    def _pass_on(self, message: bytes) -> None:
        kind = self._kind(message)
        self.log[kind] += 1
        lost, doubled, corrupted, held, wait = (self._chance.random() for _ in range(5))
        how = self._impairment
        if kind == "other":
            self._hold(message, how.jitter + how.hold)
            return
        if kind == "frames":
            self.decisions.append(lost < how.loss)
        if lost < how.loss:
            self.log[f"lost_{kind}"] += 1
            return
        for _ in range(1 + (doubled < how.duplicate)):
            copy = message
            if corrupted < how.corrupt:
                copy = self.wire.flip(message, self._chance)
            self.log["corrupted" if copy != message else f"passed_{kind}"] += 1
            self._hold(copy, how.jitter * wait + how.hold * (held < how.reorder))
            corrupted, wait = 1.0, self._chance.random()

    def _hold(self, message: bytes, seconds: float) -> None:
        heapq.heappush(self._held, (time.monotonic() + seconds, next(self._numbers), message))

    def _kind(self, message: bytes) -> str:
        packet = self.wire.packet(message)
        try:
            parsed = None if packet is None else self._codec.parse(packet)
        except packet_refused:
            return "other"
        if parsed is None:
            return "other"
        return "announcements" if isinstance(parsed, announcement) else "frames"


def flip_bits(data: bytes, chance: random.Random) -> bytes:
    """Data with one to three wrong bits."""
    damaged = bytearray(data)
    for bit in chance.sample(range(8 * len(data)), chance.randint(1, 3)):
        damaged[bit // 8] ^= 1 << bit % 8
    return bytes(damaged)
