# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: packets out to a network."""

import pmt

from .frame import setting_value as setting
from .link.packet_socket import PacketSender, open_sender
from .runtime import pdu
from .runtime.pdu_block import PduBlock


class packet_network_sink(PduBlock):
    """Sends packets over UDP or ZeroMQ, whether or not anybody listens.

    On the wire it is as gr-network's Socket PDU (a datagram is a packet) and gr-zeromq's PUB
    Message Sink (a message is the PDU, serialised) have it. Unlike them it ends by the end
    marker, after the last packet is out, and a network that is down costs packets only.

    Args:
        url: ``udp://host:port`` to send to, or ``zmq://host:port`` of this machine to publish
            at; host ``*`` for every address, port 0 for one that the system chooses (ZeroMQ).

    Raises:
        ValueError: no such form of address.
        OSError: the host is not known, or the port is taken. At a later start that is logged, and
            the packets are counted as ``unsent``.

    Message port: ``packets`` in. Over ZeroMQ the end marker is sent as well. Counters: ``sent``,
    ``bytes``, ``unsent`` (refused by the network), ``malformed``, ``errors``.
    """

    def __init__(self, url: str):
        PduBlock.__init__(self, "packet_network_sink", "packets")
        self._sender: PacketSender | None = open_sender(setting.text("url", url))
        self._url = self._sender.url

    @property
    def url(self) -> str:
        """The address, with the port that was chosen."""
        return str(self._url)

    def reset(self) -> None:
        if self._sender is not None:
            return
        try:
            self._sender = open_sender(self.url)
        except OSError as error:  # GNU Radio waits for good for a block whose start raises
            self._log.error(str(error))

    def stop(self) -> bool:
        if self._sender is not None:
            self._sender.close()
            self._sender = None
        return True

    def process(self, received: pdu.Pdu) -> None:
        data = pdu.read_packet(received.vector)
        if not data:
            raise pdu.PduError("a packet has a byte or more")
        if self._send(data if self._url.scheme == "udp" else _serialised(received)):
            self.count("sent")
            self._counts["bytes"] += len(data)
        else:
            self._refuse("unsent", f"{self.url}: the network does not take it")

    def _end(self, marker: pdu.Pdu) -> None:
        if self._url.scheme == "zmq":
            self._send(_serialised(marker))
        PduBlock._end(self, marker)

    def _send(self, message: bytes) -> bool:
        return self._sender is not None and self._sender.send(message)


def _serialised(parts: pdu.Pdu) -> bytes:
    return bytes(pmt.serialize_str(pdu.join(parts)))
