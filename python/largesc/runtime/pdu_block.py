# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Base of the blocks that turn PDUs into PDUs: guarded handler, counters, end of stream."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pmt
from gnuradio import gr

from . import pdu
from .stream_end import EndsByMarker, block_log


class PduBlock(EndsByMarker, gr.basic_block):
    """One message port in, one out. Derived blocks say what to do with a PDU.

    Whatever arrives, the block's thread lives on: what is not the PDU it takes is counted as
    ``malformed``, what breaks the block's own code as ``errors``; both are logged the first time.

    Args:
        name: of the block.
        port_in: name of the message port in.
        port_out: name of the message port out; without one the end marker ends here.
    """

    def __init__(self, name: str, port_in: str, port_out: str | None = None):
        gr.basic_block.__init__(self, name=name, in_sig=[], out_sig=[])
        self._port_out = None if port_out is None else pmt.intern(port_out)
        self._counts: Counter[str] = Counter()
        self._log = block_log(self)
        self._noted = ""
        self.message_port_register_in(pmt.intern(port_in))
        if self._port_out is not None:
            self.message_port_register_out(self._port_out)
        self.set_msg_handler(pmt.intern(port_in), self._handle_pdu)
        self.start_waiting_for_marker()

    def start(self) -> bool:
        """GNU Radio calls this when the flowgraph starts, again after a stop as well."""
        self.forget_last_run()
        self._counts.clear()
        self.reset()
        return True

    def reset(self) -> None:
        """Forgets the stream before; derived blocks with state say how."""

    def counters(self) -> dict[str, int]:
        """What was counted so far, by name."""
        return dict(self._counts)

    def process(self, received: pdu.Pdu) -> None:
        """Handles one PDU; raises PduError (or ValueError) if it is not one for this block."""
        raise TypeError(f"{type(self).__name__} does not process PDUs")

    def flush(self, frames: int) -> None:
        """Publishes what is held back; the stream had this many frames."""

    def publish(self, message: Any) -> None:
        """Sends a message on, if there is a port to send it to."""
        if self._port_out is not None:
            self.message_port_pub(self._port_out, message)

    def count(self, what: str) -> None:
        """Adds one to a counter."""
        self._counts[what] += 1

    def note(self, text: str) -> None:
        """Says a line in the log, unless it is empty or what was said last."""
        if text and text != self._noted:
            self._log.warn(text)
        self._noted = text

    def take_guarded(self, kind: str, take: Callable[[], None]) -> None:
        """Takes a message of another port; what is wrong with it is counted as ``refused``."""
        try:
            take()
        except ValueError as error:
            self._refuse("refused", str(error), f"{kind} dropped")
        except Exception as error:  # whatever it is: an exception would end the block's thread
            self._refuse("errors", f"{type(error).__name__}: {error}")

    def _handle_pdu(self, message: Any) -> None:
        self.note_work()
        try:
            received = pdu.split(message)
            if pdu.is_end(received):
                self._end(received)
            else:
                self.process(received)
        except ValueError as error:
            self._refuse("malformed", str(error))
        except Exception as error:  # whatever it is: an exception would end the block's thread
            self._refuse("errors", f"{type(error).__name__}: {error}")
        self.note_work()  # which may have taken long

    def _end(self, marker: pdu.Pdu) -> None:
        try:
            self.flush(pdu.frame_number(marker.meta))
        finally:
            self.publish(pdu.join(marker))
            self.finish()

    def _refuse(self, what: str, why: str, fate: str = "dropped") -> None:
        self.count(what)
        if self._counts[what] == 1:
            self._log.warn(f"{fate} ({what}): {why}; more of these are only counted")
