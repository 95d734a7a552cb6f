# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Complex baseband to another process by ZeroMQ: ``zmq:tcp://127.0.0.1:5700``, ``zmq:tcp://*:5700``."""

from gnuradio import blocks, gr

from .front_end import FrontEnd, FrontEndError, in_words


class ZmqFrontEnd(FrontEnd):
    """gr-zeromq's blocks at the modem's rate: who sends publishes, who receives subscribes.

    It keeps time by the machine's clock.
    """

    may_be_silent = True  # while nobody publishes
    needs_frequency = False

    def source(self) -> gr.basic_block:
        from gnuradio import zeromq

        try:
            return zeromq.sub_source(gr.sizeof_gr_complex, 1, self.address, 50)
        except RuntimeError as error:
            raise FrontEndError(f"no subscription there ({in_words(error)})") from error

    def sink(self) -> gr.basic_block:
        from gnuradio import zeromq

        try:
            publisher = zeromq.pub_sink(gr.sizeof_gr_complex, 1, self.address, 50)
        except RuntimeError as error:
            raise FrontEndError(f"cannot publish there ({in_words(error)})") from error
        return paced_sink(publisher, self.rate)


class paced_sink(gr.hier_block2):
    """A sink that takes samples at their rate by the machine's clock."""

    def __init__(self, sink: gr.basic_block, rate: float):
        gr.hier_block2.__init__(
            self,
            "paced_sink",
            gr.io_signature(1, 1, gr.sizeof_gr_complex),
            gr.io_signature(0, 0, 0),
        )
        self.throttle = blocks.throttle(gr.sizeof_gr_complex, rate)
        self.throttle.set_max_noutput_items(max(1, round(rate / 100)))
        self.sink, self.first = sink, self.throttle
        self.connect(self, self.throttle, self.sink)
