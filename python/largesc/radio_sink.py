# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: complex baseband at the modem's rate to a radio."""

import time
from typing import Any

import numpy as np
import pmt
from gnuradio import gr

from .radio.queue_blocks import AGAIN_MS
from .radio.radio_settings import OWN_SHIFT, RadioSettings
from .radio.shared_station import station_of
from .runtime.real_time_pace import PaceClock

WAIT_S = 0.1
PORTION_S = 0.01
BEGIN_TAG, END_TAG = pmt.intern("tx_sob"), pmt.intern("tx_eob")


class radio_sink(gr.sync_block):
    """Sends by any radio what packet_modulator puts out.

    In full-duplex use all samples go to the device, zeros between overs, too. In half-duplex use it
    sends from a sample with the tag ``tx_sob`` to the one with ``tx_eob`` and is let receive
    otherwise. A device that stops working is opened anew every two seconds; samples meanwhile are
    counted as ``unsent``.

    Args:
        device, profile, frequency, rate, correction, shift, antenna, duplex: see radio_source.
        gain: dB, as ``30`` or ``VGA=20,AMP=0``; empty: the device's own.

    Raises:
        ValueError, FrontEndError: see radio_source.

    Stream input: complex, at the modem's rate, full scale 1.0; set packet_modulator's amplitude to
    0.6 or less. Counters: see RadioStation.
    """

    def __init__(
        self,
        device: str,
        profile: str = "hf",
        frequency: float = 0.0,
        rate: float = 0.0,
        gain: str = "",
        correction: float = 0.0,
        shift: float = OWN_SHIFT,
        antenna: str = "",
        duplex: str = "auto",
    ):
        gr.sync_block.__init__(self, name="radio_sink", in_sig=[np.complex64], out_sig=None)
        self.set_blkd_input_timer_value(AGAIN_MS)
        settings = RadioSettings(
            modem=profile,
            frequency=frequency,
            rate=rate,
            tx_gain=gain,
            correction=correction,
            shift=shift,
            antenna=antenna,
            duplex=duplex,
        )
        self.station = station_of(device, settings, "send")
        self.station.prepare("send", settings)
        rate_of_modem = self.station.modem.sample_rate
        self._portion = max(1, round(PORTION_S * rate_of_modem))
        self._pace = PaceClock(rate_of_modem, self._portion)
        self._is_keyed = False

    @property
    def sample_rate(self) -> int:
        """Samples per second that it takes."""
        return self.station.modem.sample_rate

    def counters(self) -> dict[str, int]:
        """What was counted so far, by name."""
        return self.station.counters()

    def waiting(self) -> int:
        """Samples that it has taken and that wait, in front of the device and its filters."""
        return self.station.waiting()

    def start(self) -> bool:
        self._is_keyed = False
        self._pace.reset()
        self.station.want("send", True)
        return True

    def stop(self) -> bool:
        """Called when the input has ended as well as when the flowgraph is stopped."""
        if self._is_keyed or not self.station.is_half:
            self.station.key_up()
            self.station.finish_sending()
        self.station.want("send", False)
        return True

    def work(self, input_items: Any, output_items: Any) -> int:
        samples = input_items[0]
        if not self.station.is_half:
            return self._put(samples)
        begin, end = self._place(BEGIN_TAG, len(samples)), self._place(END_TAG, len(samples))
        if not self._is_keyed and begin != 0:
            return self._pass_by(samples if begin is None else samples[:begin])
        if not self._is_keyed:
            self._is_keyed = self.station.key_down(WAIT_S)
            if not self._is_keyed:
                return 0
        over = samples if end is None else samples[: end + 1]
        taken = self._put(over)
        if end is not None and taken == len(over):
            self.station.key_up()
            self._is_keyed = False
        return taken

    def _put(self, samples: Any) -> int:
        is_faulty = bool(self.station.fault)
        taken = self.station.to_send.put(samples, 0.0 if is_faulty else WAIT_S)
        if taken or not is_faulty:
            return taken
        passed = self._pass_by(samples)
        self.station.count_unsent(passed)
        return passed

    def _pass_by(self, samples: Any) -> int:
        """Takes samples in time, and sends none."""
        count = min(len(samples), self._portion)
        time.sleep(self._pace.seconds_to_wait(count))
        return count

    def _place(self, key: Any, count: int) -> int | None:
        """Where among the next samples the first of these tags is."""
        tags = self.get_tags_in_window(0, 0, count, key)
        return min((tag.offset - self.nitems_read(0) for tag in tags), default=None)
