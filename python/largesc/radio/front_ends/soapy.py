# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""HackRF and other devices through SoapySDR: ``soapy:driver=hackrf``."""

from typing import Any

from gnuradio import gr

from ..device_rate import chosen_rate, read_gains, tuned
from ..modem_profile import ModemProfile
from ..radio_settings import RadioSettings
from .front_end import FrontEnd, FrontEndError, in_words

HACKRF_LEAST = 2e6  # samples/s: below it its filters let through what folds onto the signal
HACKRF_BLOCK = 131072  # samples in one of its buffers
HACKRF_BUFFERS = 4  # in place of 15, which hold a second at 2 MS/s


class SoapyFrontEnd(FrontEnd):
    """gr-soapy's blocks."""

    def __init__(self, address: str, settings: RadioSettings, modem: ModemProfile):
        super().__init__(address, settings, modem)
        parts = [part.strip() for part in address.split(",") if part.strip()]
        driver = [part for part in parts if part.startswith("driver=")]
        if len(driver) != 1:
            raise FrontEndError("name one driver, as soapy:driver=hackrf")
        self._device = driver[0]
        self._arguments = ",".join(part for part in parts if part not in driver)
        self._is_hackrf = self._device == "driver=hackrf"

    def source(self) -> gr.basic_block:
        from gnuradio import soapy

        return self._set_up(self._made(soapy.source, ""), self.settings.rx_gain)

    def sink(self) -> gr.basic_block:
        from gnuradio import soapy

        stream = f"buffers={HACKRF_BUFFERS}" if self._is_hackrf else ""
        made = self._set_up(self._made(soapy.sink, stream), self.settings.tx_gain)
        if self._is_hackrf:
            self.buffer_s = HACKRF_BUFFERS * HACKRF_BLOCK / self.rate
        return made

    def _made(self, kind: Any, stream: str) -> Any:
        try:
            return kind(self._device, "fc32", 1, self._arguments, stream, [""], [""])
        except (RuntimeError, ValueError) as error:
            raise FrontEndError(f"cannot be opened ({in_words(error)})") from error

    def _set_up(self, block: Any, gain: str) -> Any:
        ranges = [(one.minimum(), one.maximum()) for one in block.get_sample_rate_range(0)]
        least = HACKRF_LEAST if self._is_hackrf else 0.0
        try:
            wanted = chosen_rate(self.settings.rate, ranges, self.modem.sample_rate, least)
            block.set_sample_rate(0, wanted)
            self.rate = float(block.get_sample_rate(0))
            self.shift = self.shift_for(self.rate)
            frequency = tuned(self.settings.frequency, self.settings.correction)
            block.set_frequency(0, frequency - self.shift)
            if self.settings.antenna:
                block.set_antenna(0, self.settings.antenna)
            for stage, value in read_gains(gain).items():
                _set_gain(block, stage, value)
        except FrontEndError:
            raise
        except (RuntimeError, ValueError) as error:
            raise FrontEndError(in_words(error)) from error
        return block


def _set_gain(block: Any, stage: str, value: float) -> None:
    if not stage:
        block.set_gain(0, value)
        return
    stages = list(block.list_gains(0))
    if stage not in stages:
        raise ValueError(f"there is no gain {stage!r}; there are {', '.join(stages) or 'none'}")
    block.set_gain(0, stage, value)
