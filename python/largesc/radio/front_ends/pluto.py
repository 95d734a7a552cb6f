# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""ADALM-Pluto and other AD936x through IIO: ``iio:ip:192.168.2.1``."""

from gnuradio import gr

from ..device_rate import chosen_rate, read_gains, tuned
from ..modem_profile import ModemProfile
from ..radio_settings import RadioSettings
from .front_end import FrontEnd, FrontEndError, in_words

RATES = [(25e6 / 48, 61.44e6)]  # samples/s that an AD936x does without a filter of the user's
BUFFER = 8192  # samples
MOST_DB = 89.75  # by which it can send more weakly than its most


class PlutoFrontEnd(FrontEnd):
    """gr-iio's FMComms blocks, which take any AD936x."""

    def __init__(self, address: str, settings: RadioSettings, modem: ModemProfile):
        super().__init__(address, settings, modem)
        try:
            self.rate = chosen_rate(settings.rate, RATES, modem.sample_rate)
        except ValueError as error:
            raise FrontEndError(str(error)) from error
        self.shift = self.shift_for(self.rate)
        self._middle = int(tuned(settings.frequency, settings.correction) - self.shift)
        self.buffer_s = 4 * BUFFER / self.rate

    def source(self) -> gr.basic_block:
        from gnuradio import iio

        try:
            block = iio.fmcomms2_source_fc32(self.address, [True, True], BUFFER)
            self._tune(block)
            block.set_quadrature(True)
            block.set_rfdc(True)
            block.set_bbdc(True)
            gain = _one_gain(self.settings.rx_gain)
            block.set_gain_mode(0, "slow_attack" if gain is None else "manual")
            if gain is not None:
                block.set_gain(0, gain)
        except (RuntimeError, ValueError) as error:
            raise FrontEndError(f"cannot be used ({in_words(error)})") from error
        return block

    def sink(self) -> gr.basic_block:
        from gnuradio import iio

        try:
            block = iio.fmcomms2_sink_fc32(self.address, [True, True], BUFFER, False)
            self._tune(block)
            block.set_bandwidth(int(self.rate))
            # Without a gain it sends as weakly as it can.
            block.set_attenuation(
                0, min(MOST_DB, max(0.0, MOST_DB - (_one_gain(self.settings.tx_gain) or 0.0)))
            )
        except (RuntimeError, ValueError) as error:
            raise FrontEndError(f"cannot be used ({in_words(error)})") from error
        return block

    def _tune(self, block: object) -> None:
        block.set_frequency(self._middle)  # type: ignore[attr-defined]
        block.set_samplerate(int(self.rate))  # type: ignore[attr-defined]
        block.set_filter_params("Auto", "", 0.0, 0.0)  # type: ignore[attr-defined]


def _one_gain(text: str) -> float | None:
    gains = read_gains(text)
    if set(gains) - {""}:
        raise ValueError("this device has one gain, as 40")
    return gains.get("")
