# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""USRPs through UHD: ``uhd:type=b200``."""

from typing import Any

from gnuradio import gr

from ..device_rate import chosen_rate, read_gains, tuned
from ..radio_settings import OWN_SHIFT
from .front_end import FrontEnd, FrontEndError, in_words

LEAST = 200e3  # samples/s


class UsrpFrontEnd(FrontEnd):
    """gr-uhd's blocks. What lies beside the spike in the middle is shifted by the device itself."""

    def source(self) -> gr.basic_block:
        return self._opened("usrp_source", self.settings.rx_gain)

    def sink(self) -> gr.basic_block:
        return self._opened("usrp_sink", self.settings.tx_gain)

    def _opened(self, kind: str, gain: str) -> Any:
        from gnuradio import uhd

        try:
            stream = uhd.stream_args(cpu_format="fc32", channels=[0])
            block = getattr(uhd, kind)(self.address, stream)
            return self._set_up(block, uhd, gain)
        except FrontEndError:
            raise
        except (RuntimeError, ValueError) as error:
            raise FrontEndError(f"cannot be used ({in_words(error)})") from error

    def _set_up(self, block: Any, uhd: Any, gain: str) -> Any:
        spans = [(one.start(), one.stop()) for one in block.get_samp_rates()]
        rate = chosen_rate(self.settings.rate, spans, self.modem.sample_rate, LEAST)
        block.set_samp_rate(rate)
        self.rate = float(block.get_samp_rate())
        beside = 2.0 * self.rate if self.settings.shift == OWN_SHIFT else self.settings.shift
        frequency = tuned(self.settings.frequency, self.settings.correction)
        block.set_center_freq(uhd.tune_request(frequency, beside), 0)
        if self.settings.antenna:
            block.set_antenna(self.settings.antenna, 0)
        for stage, value in read_gains(gain).items():
            block.set_gain(value, *([stage] if stage else []), 0)
        return block
