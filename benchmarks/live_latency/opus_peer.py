# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The peer: Opus as a plain telephone has it, between the same microphone and loudspeaker.

20 ms a packet, libopus (PyAV's) with its defaults for speech, and a jitter buffer of two packets
that plays silence until they are there. Nothing follows a clock or conceals what is late: it is
what the card and the harness take, with a codec that is known.
"""

import socket
import threading
from collections import deque
from typing import Any

import av
import numpy as np
from gnuradio import gr
from numpy.typing import NDArray

from .sound_card import RATE

PACKET = RATE // 50  # samples, 20 ms
BIT_RATE = 24000
JITTER_BUFFER = 2  # packets
LONGEST_QUEUE = 5  # packets; then the oldest goes
PAGE = 1024  # samples, the smallest buffer GNU Radio has


class opus_sender(gr.sync_block):
    """Encodes samples at 48 kHz and sends every packet as a datagram to that port."""

    def __init__(self, port: int):
        gr.sync_block.__init__(self, name="opus_sender", in_sig=[np.float32], out_sig=None)
        self.set_output_multiple(PACKET)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._target = ("127.0.0.1", port)
        options = {"application": "voip", "frame_duration": "20"}
        self._encoder = av.CodecContext.create("libopus", "w")
        self._encoder.sample_rate, self._encoder.layout = RATE, "mono"
        self._encoder.format, self._encoder.bit_rate = "flt", BIT_RATE
        self._encoder.options = options

    def work(self, input_items: Any, output_items: Any) -> int:
        frame = av.AudioFrame.from_ndarray(input_items[0][None, :PACKET].copy(), "flt", "mono")
        frame.sample_rate = RATE
        for packet in self._encoder.encode(frame):
            self._socket.sendto(bytes(packet), self._target)
        return PACKET

    def stop(self) -> bool:
        self._socket.close()
        return True


class opus_player(gr.sync_block):
    """Takes datagrams and gives their speech whenever the card takes samples.

    Attributes:
        port: where it listens. starved: packets that were not there in time.
    """

    def __init__(self) -> None:
        gr.sync_block.__init__(self, name="opus_player", in_sig=None, out_sig=[np.float32])
        self.set_max_output_buffer(PAGE)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self.port: int = self._socket.getsockname()[1]
        self._decoder = av.CodecContext.create("libopus", "r")
        self._decoder.sample_rate, self._decoder.layout = RATE, "mono"
        self._waiting: deque[bytes] = deque(maxlen=LONGEST_QUEUE)
        self._rest = np.zeros(0, dtype=np.float32)
        self._is_playing = self._is_over = False
        self.starved = 0
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def start(self) -> bool:
        self._thread.start()
        return True

    def stop(self) -> bool:
        self._is_over = True
        self._thread.join()
        self._socket.close()
        return True

    def work(self, input_items: Any, output_items: Any) -> int:
        if not len(self._rest):
            self._rest = self._next()
        out = output_items[0]
        count = min(len(out), len(self._rest))
        out[:count], self._rest = self._rest[:count], self._rest[count:]
        return count

    def _listen(self) -> None:
        while not self._is_over:
            try:
                self._waiting.append(self._socket.recv(2048))
            except TimeoutError:
                continue

    def _next(self) -> NDArray[np.float32]:
        """Speech of a packet; silence of its length while none is there."""
        self._is_playing |= len(self._waiting) >= JITTER_BUFFER
        if not self._is_playing or not self._waiting:
            self.starved += self._is_playing
            self._is_playing = False
            return np.zeros(PACKET, dtype=np.float32)
        decoded = self._decoder.decode(av.Packet(self._waiting.popleft()))
        samples = [frame.to_ndarray().reshape(-1) for frame in decoded]  # int16
        return np.concatenate(samples).astype(np.float32) / 32768.0
