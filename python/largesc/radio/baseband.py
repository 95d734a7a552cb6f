# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Between the modem's samples and a device's: another rate, another place in the band."""

import math

from gnuradio import blocks, filter, gr
from gnuradio.fft import window
from gnuradio.filter import firdes

from .device_rate import resampling
from .front_ends.front_end import FrontEnd, pass_hz


def to_modem(front: FrontEnd) -> list[gr.basic_block]:
    """Blocks that turn the device's samples into the modem's, in order."""
    ratio = resampling(front.rate, front.modem.sample_rate)
    return [
        *_shifted(-front.shift, front.rate),
        *_resampled(front, ratio.denominator, ratio.numerator),
    ]


def from_modem(front: FrontEnd) -> list[gr.basic_block]:
    """Blocks that turn the modem's samples into the device's, in order."""
    ratio = resampling(front.rate, front.modem.sample_rate)
    return [
        *_resampled(front, ratio.numerator, ratio.denominator),
        *_shifted(front.shift, front.rate),
    ]


def _shifted(hertz: float, rate: float) -> list[gr.basic_block]:
    return [blocks.rotator_cc(2.0 * math.pi * hertz / rate)] if hertz else []


def _resampled(front: FrontEnd, up: int, down: int) -> list[gr.basic_block]:
    """What the band needs is kept, what would fold onto it is 74 dB down (a Blackman window)."""
    if up == down == 1:
        return []
    keep = pass_hz(front.modem)
    rate = front.modem.sample_rate * float(max(up, down))
    middle, width = (keep + front.stop_hz) / 2.0, front.stop_hz - keep
    taps = firdes.low_pass(up, rate, middle, width, window.WIN_BLACKMAN)
    return [filter.rational_resampler_ccf(up, down, taps)]
