# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which sample rate a device runs at, and how it is told its gains."""

import math
from collections.abc import Sequence
from fractions import Fraction

Ranges = Sequence[tuple[float, float]]  # Hz, lowest and highest
LARGEST_TERM = 10_000  # of the ratio of two rates: taps grow with it


def chosen_rate(wanted: float, ranges: Ranges, modem_rate: int, least: float = 0.0) -> float:
    """The rate of the device: the one wanted, or the lowest multiple of the modem's that it does.

    Args:
        wanted: samples/s; 0 if nobody cares.
        ranges: what the device does; empty if it does not say.
        modem_rate: samples/s of the modem.
        least: samples/s below which the device is not used, unless it is wanted.

    Raises:
        ValueError: the device does not do it, or no multiple.
    """
    if wanted:
        if ranges and not any(_within(wanted, one) for one in ranges):
            raise ValueError(f"the device does not do {_shown(wanted)}; it does {_told(ranges)}")
        resampling(wanted, modem_rate)
        return wanted
    if not ranges:
        return float(modem_rate * max(1, math.ceil(least / modem_rate)))
    for low, high in sorted(ranges):
        multiple = float(modem_rate * math.ceil(max(low, least, modem_rate) / modem_rate))
        if multiple <= high:
            return multiple
    for rate in (max(low, least) for low, high in sorted(ranges) if high >= max(least, modem_rate)):
        try:
            resampling(rate, modem_rate)
        except ValueError:
            continue
        return rate
    raise ValueError(
        f"the device has no rate for a modem of {modem_rate} samples/s: {_told(ranges)}"
    )


def resampling(device_rate: float, modem_rate: int) -> Fraction:
    """Device's samples per modem's sample.

    Raises:
        ValueError: two rates that have too little in common, or a device slower than the modem.
    """
    ratio = Fraction(device_rate / modem_rate).limit_denominator(64)
    is_near = abs(float(ratio) * modem_rate / device_rate - 1.0) < 1e-5
    if ratio < 1 or not is_near or ratio.numerator > LARGEST_TERM:
        raise ValueError(
            f"a rate of {_shown(device_rate)} does not fit a modem of {modem_rate} samples/s; "
            f"choose a multiple, as {_shown(modem_rate * max(1, round(device_rate / modem_rate)))}"
        )
    return ratio


def read_gains(text: str) -> dict[str, float]:
    """Gains in dB by the name of the stage; under an empty name the gain as a whole.

    Args:
        text: ``30``, or ``LNA=16,VGA=20``; empty: the device's own.

    Raises:
        ValueError: neither.
    """
    gains: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = part.rpartition("=")
        try:
            gains[name.strip()] = float(value)
        except ValueError:
            raise ValueError(f"gain must be dB, as 30 or LNA=16,VGA=20, not {text!r}") from None
        if not math.isfinite(gains[name.strip()]):
            raise ValueError(f"gain must be finite, not {text!r}")
    return gains


def tuned(frequency: float, correction: float) -> float:
    """What a device whose clock is wrong is told, so that it is at this frequency.

    Args:
        frequency: Hz.
        correction: ppm by which the device's frequencies come out too low.
    """
    return frequency * (1.0 + correction * 1e-6)


def _within(rate: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] * (1 - 1e-9) <= rate <= bounds[1] * (1 + 1e-9)


def _told(ranges: Ranges) -> str:
    spans = [_shown(a) if a == b else f"{_shown(a)} to {_shown(b)}" for a, b in sorted(ranges)]
    return ", ".join(spans[:6]) + (" ..." if len(spans) > 6 else "")


def _shown(rate: float) -> str:
    return f"{rate:.10g} samples/s"
