# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets as UDP datagrams, to one host or to a multicast group."""

import socket
import time

from .link_url import LinkUrl, check_peer
from .multicast import join_group, send_to_group
from .received_message import MAX_MESSAGE, ReceivedMessage
from .socket_address import NO_ROUTE, SocketAddress, by_reach, first_that_works, resolve


class UdpSender:
    """One datagram per message, to the first address of the host that there is a route to.

    Raises:
        ValueError: no host or port that one could send to.
        OSError: no such host or interface, or none of its addresses can be sent to.
    """

    def __init__(self, url: LinkUrl):
        check_peer(url)
        addresses = by_reach(url, resolve(url, socket.SOCK_DGRAM))
        try:
            self._ways = [(_sending_socket(address), address.sockaddr) for address in addresses]
        except OSError as error:
            raise OSError(f"{url}: cannot be sent to ({error.strerror})") from None
        self.url = url

    def send(self, data: bytes) -> bool:
        # Not connected: the route is looked for with each datagram, as networks come and go.
        for sending, sockaddr in self._ways:
            try:
                sending.sendto(data, sockaddr)
                return True
            except OSError as error:
                if error.errno not in NO_ROUTE:  # too long, buffer full: no other way helps
                    return False
        return False

    def close(self) -> None:
        for sending, _ in self._ways:
            sending.close()


class UdpReceiver:
    """One message per datagram, whoever sends it; of a multicast group, it is joined.

    Raises:
        OSError: no such host or interface, or the port is taken there, be it for one family only.
    """

    def __init__(self, url: LinkUrl):
        self.oversize = 0
        self._socket = first_that_works(
            url, resolve(url, socket.SOCK_DGRAM), _listening_socket, "cannot listen there"
        )
        self.url = url._replace(port=self._socket.getsockname()[1])

    def receive(self, timeout: float) -> ReceivedMessage | None:
        self._socket.settimeout(timeout)
        try:
            data = self._socket.recv(MAX_MESSAGE + 1)
        except OSError:  # nothing came
            return None
        received = ReceivedMessage(data, time.monotonic())
        if len(data) > MAX_MESSAGE:
            self.oversize += 1
            return None
        return received

    def close(self) -> None:
        self._socket.close()


def _sending_socket(address: SocketAddress) -> socket.socket:
    made = socket.socket(address.family, socket.SOCK_DGRAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    if address.is_multicast:
        send_to_group(made, address)
    return made


def _listening_socket(address: SocketAddress) -> socket.socket:
    made = socket.socket(address.family, socket.SOCK_DGRAM)
    try:
        if address.family == socket.AF_INET6 and socket.has_dualstack_ipv6():
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)  # [::] is IPv4 as well
        if address.is_multicast:  # every process of this machine may hear the group
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address.sockaddr)  # of a group: what else comes to the port is not for it
        if address.is_multicast:
            join_group(made, address)
    except OSError:
        made.close()
        raise
    return made
