# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sockets that packets cross a network by: UDP datagrams, or ZeroMQ publisher and subscribers.

Nothing that comes from the network raises an error or takes more memory than MAX_MESSAGE.
"""

from typing import Protocol

from .link_url import LinkUrl, parse_link_url
from .received_message import MAX_MESSAGE, ReceivedMessage
from .udp_socket import UdpReceiver, UdpSender
from .zmq_socket import ZmqReceiver, ZmqSender

__all__ = [
    "MAX_MESSAGE",
    "LinkUrl",
    "PacketReceiver",
    "PacketSender",
    "ReceivedMessage",
    "open_receiver",
    "open_sender",
    "parse_link_url",
]


class PacketSender(Protocol):
    """Sends messages; keeps trying whatever the network says."""

    url: LinkUrl

    def send(self, data: bytes) -> bool:
        """Tells whether the system took the message; that it arrives nobody knows."""
        ...

    def close(self) -> None:
        """Sends what waits, for at most a second."""
        ...


class PacketReceiver(Protocol):
    """Receives messages; ``oversize`` counts those dropped as longer than MAX_MESSAGE."""

    url: LinkUrl
    oversize: int

    def receive(self, timeout: float) -> ReceivedMessage | None:
        """The next message and when it came, None if there is none within so many seconds."""
        ...

    def close(self) -> None: ...


def open_sender(url: str) -> PacketSender:
    """UDP: sends to that host or group. ZeroMQ: publishes at that address of this machine.

    A multicast group is reached on the network of its interface only (``multicast.HOPS``).

    Raises:
        ValueError: no such form of address, or none that one could send to.
        OSError: the host or interface is not known, or the port is taken, or no address of the
            host can be sent to. A network that is down raises nothing: it may come up.
    """
    link = parse_link_url(url)
    return UdpSender(link) if link.scheme == "udp" else ZmqSender(link)


def open_receiver(url: str) -> PacketReceiver:
    """UDP: takes what comes to that address of this machine. ZeroMQ: subscribes at that host.

    Over UDP, host ``*`` (or ``[::]``) hears IPv4 and IPv6, ``0.0.0.0`` IPv4 only; a multicast group
    is joined.

    Raises:
        ValueError: no such form of address, or none that could publish.
        OSError: the host or interface is not known, or the port is taken.
    """
    link = parse_link_url(url)
    return UdpReceiver(link) if link.scheme == "udp" else ZmqReceiver(link)
