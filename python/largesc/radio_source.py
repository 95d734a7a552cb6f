# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: complex baseband at the modem's rate from a radio."""

from typing import Any

import numpy as np
from gnuradio import gr

from .radio.queue_blocks import AGAIN_MS
from .radio.radio_settings import OWN_SHIFT, RadioSettings
from .radio.shared_station import station_of

WAIT_S = 0.05


class radio_source(gr.sync_block):
    """Receives by any radio: what comes out is what packet_demodulator takes.

    The device runs at a rate of its own; it is tuned beside the signal where it has a spike in its
    middle, and its samples are shifted and resampled. A device that stops working is opened anew,
    every two seconds, while zeros come out. Where radio_sink has the same device in half-duplex
    use, zeros come out while it sends.

    Args:
        device: ``soapy:driver=hackrf`` and other drivers of SoapySDR, ``uhd:type=b200``,
            ``iio:ip:192.168.2.1`` (Pluto), ``sound:hw:1`` (audio of an SSB transceiver),
            ``zmq:tcp://127.0.0.1:5700``, a file ``NAME.sigmf-meta``, ``loopback:NAME`` (within this
            process).
        profile: of the modem: ``hf`` or ``vhf``.
        frequency: Hz of the signal's middle; of an SDR.
        rate: samples/s of the device; 0 takes the lowest that fits.
        gain: dB, as ``30`` or ``LNA=16,VGA=20,AMP=0``; empty: the device's own.
        correction: ppm by which the device's frequencies come out too low.
        shift: Hz by which the device is tuned beside the signal; -1: as suits it.
        antenna: by name; empty: the device's own.
        duplex: ``full``; ``half``: the device sends or receives; ``auto``: half for a HackRF.

    Raises:
        ValueError: a setting out of range, or no such kind of device.
        FrontEndError: (an OSError) the device is not there, or does not do what is asked for.

    Stream output: complex, at the modem's rate. Counters: see RadioStation.
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
        gr.sync_block.__init__(self, name="radio_source", in_sig=None, out_sig=[np.complex64])
        self.set_blkd_input_timer_value(AGAIN_MS)
        settings = RadioSettings(
            modem=profile,
            frequency=frequency,
            rate=rate,
            rx_gain=gain,
            correction=correction,
            shift=shift,
            antenna=antenna,
            duplex=duplex,
        )
        self.station = station_of(device, settings, "receive")
        self.station.prepare("receive", settings)
        self._ended = False

    @property
    def sample_rate(self) -> int:
        """Samples per second of the output."""
        return self.station.modem.sample_rate

    def counters(self) -> dict[str, int]:
        """What was counted so far, by name."""
        return self.station.counters()

    def end(self) -> None:
        """The output ends here."""
        self._ended = True

    def start(self) -> bool:
        self._ended = False
        self.station.want("receive", True)
        return True

    def stop(self) -> bool:
        self.station.want("receive", False)
        return True

    def work(self, input_items: Any, output_items: Any) -> int:
        out, station = output_items[0], self.station
        samples = station.received.get(len(out), WAIT_S)
        if len(samples):
            out[: len(samples)] = samples
            return len(samples)
        if self._ended or station.received.is_over:
            return -1  # WORK_DONE
        if station.is_receiving or not station.is_live:
            return 0
        silent = min(len(out), round(WAIT_S * self.sample_rate))  # it sends, or does not work
        out[:silent] = 0.0
        return silent
