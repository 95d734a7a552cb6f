# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flowgraphs of ``tune`` and ``meter``: a level out of a radio, and the level in it."""

from typing import Any

import numpy as np
import pmt
from gnuradio import gr
from numpy.typing import NDArray

from ..push_to_talk import push_to_talk
from ..radio.front_ends.front_end import FrontEndError
from ..radio.front_ends.opening import kind_of, open_front_end
from ..radio.front_ends.sound_card import SoundCardFrontEnd
from ..radio.level_meter import LevelMeter
from ..radio.radio_settings import RadioSettings
from ..radio.tuning_signal import tuning_signal
from .live_flowgraph import live_flowgraph
from .radio_ends import made_sink

BEGIN, END = pmt.intern("tx_sob"), pmt.intern("tx_eob")
PORTION_S = 0.02


class tuning_transmitter(live_flowgraph):
    """Sends a signal in one over, by any radio, with the key.

    Args:
        device: name of the radio.
        kind: of the signal, see tuning_signal.
        seconds: that it lasts.
        radio: settings.

    Raises:
        ValueError: no such signal, or no kind of device.
        FrontEndError: the device is not there.
        OSError: the key is not there.
    """

    def __init__(self, device: str, kind: str, seconds: float, radio: RadioSettings):
        gr.top_block.__init__(self, "largesc tune")
        self.sink = made_sink(device, radio)
        modem = self.sink.station.modem
        signal = tuning_signal(kind, modem, radio.amplitude)
        self.key = push_to_talk(
            radio.ptt,
            modem.sample_rate,
            radio.ptt_lead,
            radio.ptt_tail,
            radio.ptt_limit,
            tone=radio.amplitude,
        )
        self.signal = one_over(signal, round(seconds * modem.sample_rate), modem.sample_rate)
        self.connect(self.signal, self.key, self.sink)

    def end(self) -> None:
        self.signal.end()


class one_over(gr.sync_block):
    """Repeats samples, from a tag of an over's begin to one of its end.

    Args:
        samples: complex64 that are repeated.
        length: of the over, in samples.
        rate: samples/s.
    """

    def __init__(self, samples: NDArray[np.complex64], length: int, rate: float):
        gr.sync_block.__init__(self, name="one_over", in_sig=None, out_sig=[np.complex64])
        self._samples, self._length = samples, max(1, length)
        self._portion = max(1, round(PORTION_S * rate))
        self._is_ended = False

    @property
    def sent(self) -> int:
        """Samples so far."""
        return int(self.nitems_written(0))

    def start(self) -> bool:
        self._is_ended = False
        return True

    def end(self) -> None:
        """The over ends with the next portion."""
        self._length = min(self._length, self.sent + self._portion)

    def work(self, input_items: Any, output_items: Any) -> int:
        begin = self.sent
        if self._is_ended:
            return -1  # WORK_DONE
        count = min(len(output_items[0]), self._portion, max(1, self._length - begin))
        places = np.arange(begin, begin + count) % len(self._samples)
        output_items[0][:count] = self._samples[places]
        if begin == 0:
            self.add_item_tag(0, 0, BEGIN, pmt.PMT_T)
        if begin + count >= self._length:
            self._is_ended = True
            self.add_item_tag(0, begin + count - 1, END, pmt.PMT_T)
        return count


class level_listener(live_flowgraph):
    """Measures what a radio receives, at its own rate and before any filter.

    Args:
        device: name of the radio.
        radio: settings.

    Attributes:
        meter: tells the level.

    Raises:
        ValueError: no kind of device.
        FrontEndError: the device is not there.
    """

    def __init__(self, device: str, radio: RadioSettings):
        gr.top_block.__init__(self, "largesc meter")
        self.front = open_front_end(device, radio)
        try:
            self.source = self.front.source()
        except FrontEndError as error:
            raise FrontEndError(f"{device}: {error}") from error
        is_card = kind_of(device)[0] is SoundCardFrontEnd  # whose real samples come twice as large
        self.meter = LevelMeter(full_scale=2.0 if is_card else 1.0)
        self.probe = level_probe(self.meter)
        self.connect(self.source, self.probe)

    def end(self) -> None:
        self.probe.end()

    def close(self) -> None:
        """Gives the device back."""
        self.front.close()


class level_probe(gr.sync_block):
    """Gives samples to a meter until it is ended."""

    def __init__(self, meter: LevelMeter):
        gr.sync_block.__init__(self, name="level_probe", in_sig=[np.complex64], out_sig=None)
        self._meter, self._is_ended = meter, False

    def start(self) -> bool:
        self._is_ended = False
        return True

    def end(self) -> None:
        """Takes no more."""
        self._is_ended = True

    def work(self, input_items: Any, output_items: Any) -> int:
        if self._is_ended:
            return -1  # WORK_DONE
        self._meter.push(input_items[0])
        return len(input_items[0])
