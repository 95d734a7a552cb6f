# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""An SSB transceiver at a sound card: ``sound:`` or ``sound:hw:1``."""

from gnuradio import analog, audio, blocks, gr

from ...runtime.card_buffer import BUFFER_S, short_card_buffer
from ...runtime.card_opening import card_opening
from ..modem_profile import ModemProfile
from ..radio_settings import RadioSettings
from .front_end import FrontEnd, FrontEndError, pass_hz

CARD_RATE = 48000  # Hz; every card has it
PAGE = 1024  # samples
REMEDY = "connect one, or name another, as sound:hw:1"


class SoundCardFrontEnd(FrontEnd):
    """Audio of an SSB transceiver, the signal around the profile's ``centre_hz``."""

    needs_frequency = False  # the transceiver's dial has it

    def __init__(self, address: str, settings: RadioSettings, modem: ModemProfile):
        super().__init__(address, settings, modem)
        self.rate = settings.rate or CARD_RATE
        self.shift = modem.centre_hz
        self.buffer_s = BUFFER_S
        self.stop_hz = min(self.stop_hz, 2.0 * self.shift - pass_hz(modem))  # where its mirror is
        if self.shift <= modem.bandwidth_hz / 2.0:
            raise FrontEndError(f"modem {modem.name} does not fit the audio of a transceiver")

    def source(self) -> gr.basic_block:
        return _heard(int(self.rate), self.address)

    def sink(self) -> gr.basic_block:
        return _spoken(int(self.rate), self.address)


class _heard(gr.hier_block2):
    """The card's samples as complex ones, twice as large: half of a real signal is its mirror."""

    def __init__(self, rate: int, device: str):
        gr.hier_block2.__init__(
            self, "heard", gr.io_signature(0, 0, 0), gr.io_signature(1, 1, gr.sizeof_gr_complex)
        )
        try:
            with card_opening("receive from", device, REMEDY):
                self.card = audio.source(rate, device, True)
        except RuntimeError as error:
            raise FrontEndError(str(error)) from error
        self.louder, self.complex = blocks.multiply_const_ff(2.0), blocks.float_to_complex()
        self.connect(self.card, self.louder, self.complex, self)


class _spoken(gr.hier_block2):
    """The real part of complex samples to the card, limited to full scale."""

    def __init__(self, rate: int, device: str):
        gr.hier_block2.__init__(
            self, "spoken", gr.io_signature(1, 1, gr.sizeof_gr_complex), gr.io_signature(0, 0, 0)
        )
        self.real, self.limiter = blocks.complex_to_real(), analog.rail_ff(-1.0, 1.0)
        for block in (self.real, self.limiter):
            block.set_max_output_buffer(PAGE)
        try:
            with card_opening("send by", device, REMEDY), short_card_buffer():
                self.card = audio.sink(rate, device, True)
        except RuntimeError as error:
            raise FrontEndError(str(error)) from error
        self.connect(self, self.real, self.limiter, self.card)
