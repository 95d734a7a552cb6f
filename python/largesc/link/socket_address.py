# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a link's address to those that sockets take: resolved, in order, tried one by one."""

import errno
import ipaddress
import socket
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar

from .link_url import LinkUrl

# No route now; there may be one later.
NO_ROUTE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}
# Nobody could be bound there, on this machine: not its address, or a family that it has not.
_NOT_HERE = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}

Made = TypeVar("Made")


class SocketAddress(NamedTuple):
    """An address as ``bind`` and ``sendto`` take it, and the interface that was named.

    ``sockaddr`` is (host, port) for IPv4, (host, port, flow, scope) for IPv6; ``interface`` is the
    index of one, 0 where the system chooses.
    """

    family: int
    sockaddr: tuple[Any, ...]
    interface: int = 0

    @property
    def is_multicast(self) -> bool:
        return ipaddress.ip_address(self.sockaddr[0]).is_multicast

    def __str__(self) -> str:
        """The host as URLs have it, its interface by index."""
        if self.family == socket.AF_INET:
            return str(self.sockaddr[0])
        host, _, _, scope = self.sockaddr
        return f"[{host}%{scope}]" if scope else f"[{host}]"


def resolve(url: LinkUrl, kind: socket.SocketKind) -> list[SocketAddress]:
    """Every address of a host, those of IPv4 first; of ``*``, the one that hears most first.

    Both ends take the first that works, so both take IPv4 of a host that has both: a sender to
    ``localhost`` meets a receiver there.

    Raises:
        OSError: no such host, or no such interface.
    """
    if url.host == "*":
        return _every_address(url.port)
    host, _, interface = url.host.partition("%")
    index = _interface_index(url, interface) if interface else 0
    try:
        found = socket.getaddrinfo(host, url.port, type=kind)
    except OSError as error:
        raise OSError(f"{url}: no such host ({error.strerror})") from None
    found.sort(key=lambda entry: entry[0] != socket.AF_INET)
    addresses = (_with_interface(family, sockaddr, index) for family, *_, sockaddr in found)
    return list(dict.fromkeys(addresses))


def first_that_works(
    url: LinkUrl,
    addresses: Iterable[SocketAddress],
    attempt: Callable[[SocketAddress], Made],
    failure: str,
) -> Made:
    """What the first address that is one of this machine gives.

    A port that is taken there ends it: going on would leave half of what was asked for deaf.

    Raises:
        OSError: ``failure``, and what each address that was tried said.
    """
    tried = []
    for address in addresses:
        try:
            return attempt(address)
        except OSError as error:
            tried.append(f"{address}: {error.strerror}")
            if error.errno not in _NOT_HERE:
                break
    raise OSError(f"{url}: {failure} ({'; '.join(tried)})")


def by_reach(url: LinkUrl, addresses: Iterable[SocketAddress]) -> list[SocketAddress]:
    """Those addresses that can be sent to, those with a route first.

    One without a route stays, behind: a network that is down may come up. Nothing is sent:
    ``connect`` of a datagram socket only looks for the route.

    Raises:
        OSError: none can be sent to whatever the network does; with what each one said.
    """
    with_route, without_route, tried = [], [], []
    for address in addresses:
        try:
            with socket.socket(address.family, socket.SOCK_DGRAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
                probe.connect(address.sockaddr)
            with_route.append(address)
        except OSError as error:
            tried.append(f"{address}: {error.strerror}")
            if error.errno in NO_ROUTE:
                without_route.append(address)
    if not with_route and not without_route:
        raise OSError(f"{url}: cannot be reached ({'; '.join(tried)})")
    return with_route + without_route


def _every_address(port: int) -> list[SocketAddress]:
    ipv4 = SocketAddress(socket.AF_INET, ("0.0.0.0", port))
    if not socket.has_dualstack_ipv6():
        return [ipv4]
    return [SocketAddress(socket.AF_INET6, ("::", port, 0, 0)), ipv4]


def _with_interface(family: int, sockaddr: tuple[Any, ...], index: int) -> SocketAddress:
    if family == socket.AF_INET6 and index:
        sockaddr = (*sockaddr[:3], index)
    return SocketAddress(family, sockaddr, index)


def _interface_index(url: LinkUrl, interface: str) -> int:
    for name, index in ((name, index) for index, name in socket.if_nameindex()):
        if interface in (name, str(index)):
            return index
    raise OSError(f"{url}: no such network interface: {interface}")
