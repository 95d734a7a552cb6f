# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: speech passes only while the station talks."""

import time
from threading import Timer
from typing import Any, get_args

import numpy as np
import pmt
from gnuradio import gr

from .frame import setting_value as setting
from .radio.queue_blocks import AGAIN_MS
from .radio.talk_key import Manner, TalkKey
from .runtime.guarded_setter import guarded_setter
from .runtime.pdu import END

SAMPLE_RATE = 24000
PORTION = SAMPLE_RATE // 50
FRAME = SAMPLE_RATE * 80 // 1000
KEPT = SAMPLE_RATE // 10  # samples from before the key went down: the voice that put it there
LAST_FRAME_S = 0.3  # from the key up until the last frame has become a packet
# After another station's last packet: its over takes six more slots to end, then it turns over.
BUSY_S = 0.8
WAIT_S = 0.01  # of speech that waits, until it is asked for again
LISTEN_S = 1.0  # that it takes to hear one that talks already
CRC_OK = pmt.intern("crc_ok")
OVER, HEARD = pmt.intern("over"), pmt.intern("heard")


class talk_gate(gr.basic_block):
    """Turns a stream of speech into overs, for links on which one talks at a time.

    While the station does not talk, nothing comes out: no frame is encoded, no packet is sent, and
    packet_modulator ends its over. It begins no over while another station is heard, and for 0.8 s
    after: so long the other one takes to end its over.

    Args:
        manner: ``open``: it talks whenever nobody else does; ``voice``: while there is sound above
            the threshold, and a second longer; what was heard 0.1 s before is not lost; ``press``:
            while ``pressed`` is true. At its end an over is filled with silence to a whole frame:
            what is left of one would begin the next over.
        threshold: dBFS.
        waits: speech waits while another station is heard, as that of a file can, for a second at
            the start, and until the button is pressed; otherwise it is left out.
        pressed: see manner.

    Raises:
        ValueError: a setting of a wrong type or out of range.

    Stream input and output: float, 24 kHz. Message ports: ``heard`` in, whatever comes there means
    that another station is heard (packets of packet_demodulator), but for packets whose ``crc_ok``
    is false; ``over`` out, true when the key
    goes down and false 0.3 s after it has gone up, when the last frame has become a packet: connect
    it to ``over`` of speech_transmitter.
    """

    def __init__(
        self,
        manner: str = "voice",
        threshold: float = -45.0,
        waits: bool = False,
        pressed: bool = False,
    ):
        gr.basic_block.__init__(self, name="talk_gate", in_sig=[np.float32], out_sig=[np.float32])
        chosen: Any = setting.one_of("manner", manner, get_args(Manner))
        self._key = TalkKey(chosen, setting.number("threshold", threshold, -200, 0))
        self._waits = setting.switch("waits", waits)
        self._key.is_pressed = setting.switch("pressed", pressed)
        self.set_blkd_input_timer_value(AGAIN_MS)
        self.set_output_multiple(PORTION)
        self.message_port_register_in(HEARD)
        self.set_msg_handler(HEARD, self._note_heard)
        self.message_port_register_out(OVER)
        self.start()

    @property
    def manner(self) -> str:
        """When it talks."""
        return self._key.manner

    @property
    def is_down(self) -> bool:
        """Whether the station talks."""
        return self._key.is_down

    @guarded_setter
    def set_pressed(self, pressed: bool) -> None:
        """Whether the button is pressed."""
        self._key.is_pressed = setting.switch("pressed", pressed)

    def strike(self) -> None:
        """The button is pressed until the next call."""
        self._key.is_pressed = not self._key.is_pressed

    def start(self) -> bool:
        self._key.reset()
        self._kept = np.zeros(0, dtype=np.float32)
        self._passed = 0  # samples, since the start
        # s, monotonic. What waits in a file listens first: another station may be talking.
        self._heard = time.monotonic() + LISTEN_S - BUSY_S if self._waits else -np.inf
        self._end: Timer | None = None
        return True

    def stop(self) -> bool:
        if self._end is not None:
            self._end.cancel()
        return True

    def forecast(self, noutput_items: int, ninputs: int) -> list[int]:
        return [1] * ninputs

    def general_work(self, input_items: Any, output_items: Any) -> int:
        part, out = input_items[0][:PORTION], output_items[0]
        was_down = self._key.is_down
        is_busy = time.monotonic() - self._heard < BUSY_S
        is_down = self._key.hear(_level(part), len(part) / SAMPLE_RATE, is_busy)
        if is_down != was_down:
            self._turn(is_down)
        if not is_down and self._passed % FRAME:
            return self._fill(out)
        if not is_down:
            if self._waits and self._key.is_wanted:
                time.sleep(WAIT_S)  # GNU Radio would ask again at once
            else:
                self._kept = np.concatenate([self._kept, part])[-KEPT:]
                self.consume(0, len(part))
            return 0
        if len(self._kept):
            count = min(len(self._kept), len(out))
            out[:count], self._kept = self._kept[:count], self._kept[count:]
            self._passed += count
            return count
        out[: len(part)] = part
        self.consume(0, len(part))
        self._passed += len(part)
        return len(part)

    def _fill(self, out: Any) -> int:
        """Silence up to a whole frame."""
        count = min(FRAME - self._passed % FRAME, len(out))
        out[:count] = 0.0
        self._passed += count
        return count

    def _turn(self, begins: bool) -> None:
        if self._end is not None:
            self._end.cancel()
        if begins:
            self.message_port_pub(OVER, pmt.PMT_T)
        else:
            self._end = Timer(LAST_FRAME_S, lambda: self.message_port_pub(OVER, pmt.PMT_F))
            self._end.daemon = True
            self._end.start()

    def _note_heard(self, message: Any) -> None:
        if pmt.is_pair(message) and pmt.is_dict(pmt.car(message)):
            verdict = pmt.dict_ref(pmt.car(message), CRC_OK, pmt.PMT_T)
            if pmt.equal(verdict, pmt.PMT_F) or pmt.dict_has_key(pmt.car(message), END):
                return  # a slot in which there may be nothing; the end of a stream
        self._heard = max(self._heard, time.monotonic())


def _level(samples: Any) -> float:
    """dBFS."""
    power = float(np.mean(np.square(samples))) if len(samples) else 0.0
    return 10.0 * float(np.log10(power + 1e-18))
