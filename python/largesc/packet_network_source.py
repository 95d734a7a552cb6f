# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: packets in from a network."""

import threading
import time
from collections import Counter
from typing import Any

import pmt
from gnuradio import gr

from .frame import setting_value as setting
from .link.packet_socket import PacketReceiver, open_receiver
from .link.pmt_guard import check_serialised_pmt
from .runtime import pdu
from .runtime.stream_end import DONE, SYSTEM, block_log

PORT, BEGIN = pmt.intern("packets"), pmt.intern("begin")
TIME, SENDER_TIME = pmt.intern("time"), pmt.intern("sender_time")
MAX_LEFT = 200  # packets, 16 s, that may still wait in the socket at the end
POLL_S = 0.1  # between two looks whether to end


class packet_network_source(gr.basic_block):
    """Takes packets from UDP or ZeroMQ; nothing that comes can end the flowgraph.

    On the wire it is as gr-network's Socket PDU and gr-zeromq's SUB Message Source have it.
    Unlike them it looks at messages before it reads them: a PMT can be made to end the process.

    Args:
        url: ``udp://host:port`` of this machine to take datagrams at (host ``*`` for every
            address, port 0 for one that the system chooses), or ``zmq://host:port`` that
            publishes.
        end_with_sender: over ZeroMQ, the end marker of a sender ends this stream; otherwise it
            is only counted, and the block waits for the next sender. Over UDP no marker comes.

    Raises:
        ValueError: no such form of address.
        OSError: the host is not known, or the port is taken. At a later start that is logged, and
            the stream ends.

    Message port: ``packets`` out; metadata: ``time`` (double, s on this machine's monotonic clock:
    when it came), over ZeroMQ also what the sender has in it (its ``time`` as ``sender_time``).
    The end marker has the sender's number of frames, or 0 where that is not known.
    Counters: ``received``, ``bytes``, ``ends`` (end markers), ``malformed``, ``oversize``,
    ``errors``.
    """

    def __init__(self, url: str, end_with_sender: bool = False):
        gr.basic_block.__init__(self, name="packet_network_source", in_sig=[], out_sig=[])
        self._receiver: PacketReceiver = open_receiver(setting.text("url", url))
        self._url = self._receiver.url
        self._end_with_sender = setting.switch("end_with_sender", end_with_sender)
        self._counts: Counter[str] = Counter()
        self._log = block_log(self)
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._last_packet: float | None = None
        self._frames = 0  # of the sender that ended; 0: nobody has said how many
        self._is_closed = False
        self.message_port_register_out(PORT)
        self.message_port_register_in(BEGIN)
        self.set_msg_handler(BEGIN, self._begin)

    @property
    def url(self) -> str:
        """The address, with the port that was chosen."""
        return str(self._url)

    @property
    def seconds_without(self) -> float | None:
        """Seconds since the last packet; None before the first."""
        return None if self._last_packet is None else time.monotonic() - self._last_packet

    def counters(self) -> dict[str, int]:
        """What was counted so far, by name."""
        return dict(self._counts) | {"oversize": self._receiver.oversize}

    def start(self) -> bool:
        for port in (SYSTEM, BEGIN):
            while self.delete_head_nowait(port):
                pass  # the run before ended itself by a message, which would end this one as well
        self._counts.clear()
        self._last_packet = None
        self._frames = 0
        self._ending.clear()
        self._reopen()
        self._post(BEGIN, pmt.PMT_NIL)
        return True

    def stop(self) -> bool:
        self._ending.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._close()
        return True

    def end(self) -> None:
        """Ends the stream: the end marker follows, and all that has come is played."""
        self._ending.set()

    def _begin(self, message: Any) -> None:
        """First thing in the block's thread: now all blocks have started, and miss nothing."""
        if self._is_closed:
            self._publish_end()
            return
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _reopen(self) -> None:
        """Opens the socket again that the run before has closed."""
        try:
            if self._is_closed:
                self._receiver = open_receiver(self.url)
                self._is_closed = False
        except OSError as error:  # GNU Radio waits for good for a block whose start raises
            self._log.error(f"{error}; the stream ends")

    def _close(self) -> None:
        if not self._is_closed:
            self._receiver.close()
            self._is_closed = True

    def _run(self) -> None:
        while not self._ending.is_set():
            message = self._receiver.receive(POLL_S)
            if message is not None:
                self._take(message.data, message.time)
        for _ in range(MAX_LEFT):  # what had come before the end was asked for
            message = self._receiver.receive(0.0)
            if message is None:
                break
            self._take(message.data, message.time)
        self._close()
        self._publish_end()

    def _publish_end(self) -> None:
        self.message_port_pub(PORT, pdu.end_marker(self._frames))
        self._post(SYSTEM, DONE)

    def _take(self, data: bytes, arrived: float) -> None:
        try:
            received = self._read(data)
            if pdu.is_end(received):
                self._sender_ended(received)
                return
            packet = pdu.read_packet(received.vector)
            if not packet:
                raise pdu.PduError("a packet has a byte or more")
        except ValueError as error:
            self._refuse("malformed", str(error))
            return
        except Exception as error:  # whatever it is: it would end the thread
            self._refuse("errors", f"{type(error).__name__}: {error}")
            return
        self._last_packet = arrived
        self._counts["received"] += 1
        self._counts["bytes"] += len(packet)
        self.message_port_pub(PORT, pdu.join(_stamped(received, arrived)))

    def _read(self, data: bytes) -> pdu.Pdu:
        if self._url.scheme == "udp":
            return pdu.split(pdu.packet(pmt.make_dict(), data))
        check_serialised_pmt(data)
        return pdu.split(_deserialised(data))

    def _sender_ended(self, marker: pdu.Pdu) -> None:
        frames = pdu.frame_number(marker.meta)
        self._counts["ends"] += 1
        if self._end_with_sender:
            self._frames = frames
            self._ending.set()

    def _refuse(self, what: str, why: str) -> None:
        self._counts[what] += 1
        if self._counts[what] == 1:
            self._log.warn(f"dropped ({what}): {why}; more of these are only counted")


def _stamped(received: pdu.Pdu, arrived: float) -> pdu.Pdu:
    """The packet with its time on this machine's clock; the sender's means nothing here."""
    meta, theirs = received.meta, pmt.dict_ref(received.meta, TIME, pmt.PMT_NIL)
    if not pmt.is_null(theirs):
        meta = pmt.dict_add(meta, SENDER_TIME, theirs)
    return received._replace(meta=pdu.add(meta, time=arrived))


def _deserialised(data: bytes) -> Any:
    try:
        return pmt.deserialize_str(data)
    except RuntimeError as error:
        raise pdu.PduError(f"no serialised PMT: {error}") from None
