# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups that a sender reaches many receivers by: joining one, and how far it carries.

Sources: RFC 1112 and ip(7) for IPv4, RFC 3493 section 5.2 for IPv6.
"""

import socket
import struct

from .socket_address import SocketAddress

HOPS = 1  # no router passes on what is sent: it stays on the network of the interface


def join_group(listening: socket.socket, group: SocketAddress) -> None:
    """Makes the system hand over what is sent to the group, on its interface.

    Raises:
        OSError: the interface takes no groups, or the system knows none for this one.
    """
    ip = socket.inet_pton(group.family, group.sockaddr[0])
    try:
        if group.family == socket.AF_INET:
            request = struct.pack("@4s4si", ip, bytes(4), group.interface)
            listening.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, request)
        else:
            request = struct.pack("@16sI", ip, group.interface)
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, request)
    except OSError as error:
        advice = "" if group.interface else f", name an interface as {group.sockaddr[0]}%eth0"
        raise OSError(error.errno, f"cannot join{advice}, {error.strerror}") from None


def send_to_group(sending: socket.socket, group: SocketAddress) -> None:
    """Sends by the group's interface, HOPS far, and to this machine as well."""
    if group.family == socket.AF_INET:
        # Bytes, not numbers: OpenBSD takes nothing else.
        sending.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, bytes([HOPS]))
        sending.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, bytes([1]))
        if group.interface:
            interface = struct.pack("@4s4si", bytes(4), bytes(4), group.interface)
            sending.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, interface)
    else:
        sending.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, HOPS)
        sending.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, 1)
        if group.interface:
            sending.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, group.interface)
