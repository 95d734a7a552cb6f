# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Radios that hear each other within this process, for tests: ``loopback:NAME/STATION``."""

import time
from threading import Lock
from typing import Any
from weakref import ref

import numpy as np
from gnuradio import gr

from ...runtime.real_time_pace import PaceClock
from ..modem_profile import ModemProfile
from ..radio_settings import RadioSettings
from ..sample_queue import SampleQueue
from .front_end import FrontEnd

PORTION_S = 0.01
HELD_S = 0.5

_lock = Lock()
# Weak: what is listed here would keep the station of a block in use that is gone.
_listening: dict[str, list[tuple["ref[InProcessFrontEnd]", SampleQueue]]] = {}


class InProcessFrontEnd(FrontEnd):
    """A station hears what the others of the same name send, at the modem's rate, in real time."""

    needs_frequency = False

    def __init__(self, address: str, settings: RadioSettings, modem: ModemProfile):
        super().__init__(address, settings, modem)
        self._name = address.partition("/")[0]
        self._heard = SampleQueue(round(HELD_S * self.rate), drops_oldest=True)

    def source(self) -> gr.basic_block:
        with _lock:
            _listening.setdefault(self._name, []).append((ref(self), self._heard))
        return _receiver(self._heard, self.rate)

    def sink(self) -> gr.basic_block:
        return _transmitter(self, self.rate)

    def close(self) -> None:
        with _lock:
            found = _listening.get(self._name, [])
            _listening[self._name] = [one for one in found if one[0]() not in (self, None)]

    def others(self) -> list[SampleQueue]:
        """What the other stations receive by."""
        with _lock:
            found = [(one(), queue) for one, queue in _listening.get(self._name, [])]
        return [queue for one, queue in found if one is not None and one.owner is not self.owner]


class _receiver(gr.sync_block):
    def __init__(self, heard: SampleQueue, rate: float):
        gr.sync_block.__init__(self, name="receiver", in_sig=None, out_sig=[np.complex64])
        self._heard, self._portion = heard, round(PORTION_S * rate)
        self._pace = PaceClock(rate, self._portion)

    def work(self, input_items: Any, output_items: Any) -> int:
        out = output_items[0][: self._portion]
        time.sleep(self._pace.seconds_to_wait(len(out)))
        found = self._heard.get(len(out), 0.0)
        out[: len(found)], out[len(found) :] = found, 0.0
        return len(out)


class _transmitter(gr.sync_block):
    def __init__(self, station: InProcessFrontEnd, rate: float):
        gr.sync_block.__init__(self, name="transmitter", in_sig=[np.complex64], out_sig=None)
        self._station, self._portion = station, round(PORTION_S * rate)
        self._pace = PaceClock(rate, self._portion)

    def work(self, input_items: Any, output_items: Any) -> int:
        samples = input_items[0][: self._portion]
        time.sleep(self._pace.seconds_to_wait(len(samples)))
        for queue in self._station.others():
            queue.put(samples, 0.0)
        return len(samples)
