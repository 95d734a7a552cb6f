# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a front end is: a radio as the rest of this module sees it."""

from gnuradio import gr

from ..modem_profile import ModemProfile
from ..radio_settings import OWN_SHIFT, RadioSettings


class FrontEndError(OSError):
    """A device that is not there, does not work, or does not do what it was asked for."""


class FrontEnd:
    """An opened device. Its blocks belong to one flowgraph at a time; ``source`` and ``sink`` open
    what they need when they are called.

    Args:
        address: what stands behind the kind and its colon in a device's name.
        settings: of the radio.
        modem: its profile.

    Attributes:
        rate: samples/s of the device.
        shift: Hz; where the middle of the signal lies in its samples.
        stop_hz: what lies so far off the signal's middle, or farther, must not come through.
        buffer_s: seconds that the device holds of what is sent, at most.
        owner: of the front ends with the same one, those of one station, none hears another.
    """

    is_live = True  # keeps time by itself; otherwise takes and gives as fast as it can
    may_be_silent = False  # that no samples come does not mean that it is broken
    needs_frequency = True

    def __init__(self, address: str, settings: RadioSettings, modem: ModemProfile):
        self.address, self.settings, self.modem = address, settings, modem
        self.rate: float = modem.sample_rate
        self.shift = 0.0
        self.stop_hz = modem.sample_rate - pass_hz(modem)
        self.owner: object = self
        self.buffer_s = 0.05
        if self.needs_frequency and not settings.frequency:
            raise FrontEndError("this device needs a frequency")

    def source(self) -> gr.basic_block:
        """A block with complex samples that come from the device.

        Raises:
            FrontEndError: it is not there, or does not do what is asked for.
        """
        raise FrontEndError("this device does not receive")

    def sink(self) -> gr.basic_block:
        """A block that takes complex samples to the device, full scale 1.0.

        Raises:
            FrontEndError: as :meth:`source`.
        """
        raise FrontEndError("this device does not send")

    @property
    def write_error(self) -> str:
        """Of a recording: why it could not take all that was sent; empty if it did."""
        return ""

    @property
    def read_error(self) -> str:
        """Of a recording: why it could not be read to its end; empty if it could."""
        return ""

    def close(self) -> None:
        """The flowgraph with its blocks has stopped."""

    def shift_for(self, rate: float) -> float:
        """Hz that the device is to be tuned beside the signal."""
        if self.settings.shift != OWN_SHIFT:
            if abs(self.settings.shift) > 0.4 * rate:
                raise FrontEndError(
                    f"a shift of {self.settings.shift:.0f} Hz is too far off the middle for "
                    f"{rate:.0f} samples/s"
                )
            return self.settings.shift
        return min(250e3, rate / 8.0)


def pass_hz(modem: ModemProfile) -> float:
    """Half of the band that the modem needs, as far off as it may be."""
    return min(modem.bandwidth_hz / 2.0 + modem.offset_hz, 0.45 * modem.sample_rate)


def in_words(error: Exception) -> str:
    """The first line that a driver says, without what stands around it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
