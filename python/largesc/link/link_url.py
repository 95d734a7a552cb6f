# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of links as people write them: ``udp://host:port`` and ``zmq://host:port``."""

import ipaddress
import re
from typing import NamedTuple

FORM = "udp://host:port or zmq://host:port, an IPv6 address in brackets: udp://[::1]:5000"

_URL = re.compile(
    r"(?P<scheme>udp|zmq)://"
    r"(\[(?P<ipv6>[^\[\]]+)\]|(?P<host>[^\[\]:/?#@\s]+))"
    r":(?P<port>[0-9]+)",
    re.IGNORECASE,
)
_NEEDS_INTERFACE = (1, 2)  # scopes of an IPv6 group: interface-local, link-local (RFC 4291, 2.7)

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class LinkUrl(NamedTuple):
    """Where packets go to or come from: ``udp://host:port`` or ``zmq://host:port``.

    Host ``*`` is every address of this machine, IPv4 and IPv6; port 0 is one that the system
    chooses (only where the socket is bound). A link-local address or a multicast group may name
    its interface behind a ``%``: ``fe80::1%eth0``, ``239.1.2.3%eth0``.
    """

    scheme: str
    host: str
    port: int

    @property
    def is_every_address(self) -> bool:
        """Whether the host stands for all addresses of this machine, of one family at least."""
        address = read_ip_address(self.host)
        return self.host == "*" or (address is not None and address.is_unspecified)

    def __str__(self) -> str:
        # An interface "25..." (names may be numbers) would be read as RFC 6874 writes "...".
        host = self.host.replace("%25", "%2525")
        return f"{self.scheme}://{f'[{host}]' if ':' in host else host}:{self.port}"


def parse_link_url(url: str) -> LinkUrl:
    """The parts of an address.

    An interface may follow a ``%`` as people write it or a ``%25`` as RFC 6874 does.

    Raises:
        ValueError: not of the form that LinkUrl describes; the message has the whole address,
            the form and, where the form alone does not tell, what is wrong.
    """
    match = _URL.fullmatch(url)
    try:
        if match is None or not url.isprintable():
            raise ValueError
        scheme, port = match["scheme"].lower(), int(match["port"])
        if port > 65535:
            raise ValueError("ports end at 65535")
        host = _read_host(match["host"] or match["ipv6"], in_brackets=match["host"] is None)
        _check_use(scheme, host)
    except ValueError as error:
        why = f" ({error})" if str(error) else ""
        raise ValueError(f"{url!r} is not of the form {FORM}{why}") from None
    return LinkUrl(scheme, host, port)


def check_peer(url: LinkUrl) -> None:
    """Whether an address can be the other end, as that of a UDP sender and a ZeroMQ receiver is.

    Raises:
        ValueError: every address of this machine, or any port.
    """
    if url.is_every_address or url.port == 0:
        what = "to send to" if url.scheme == "udp" else "that publish"
        example = f"{url.scheme}://192.0.2.7:5000"
        raise ValueError(f"{url}: name the port and host {what}, as {example}")


def read_ip_address(host: str) -> IpAddress | None:
    """The address that a host is, without its interface; None for names and ``*``."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _read_host(text: str, in_brackets: bool) -> str:
    name, percent, interface = text.partition("%")
    if interface.startswith("25") and interface != "25":
        interface = interface[2:]
    address = read_ip_address(name)
    if in_brackets and not isinstance(address, ipaddress.IPv6Address):
        raise ValueError(f"{name} is no IPv6 address")
    if address is None:
        try:
            name.encode("idna")
        except UnicodeError:
            raise ValueError(f"{name} cannot be the name of a host") from None
    if percent and (not interface or address is None or not _may_name_interface(address)):
        raise ValueError("% and an interface follow a link-local address or a multicast group")
    if address is not None and not interface and _needs_interface(address):
        raise ValueError(f"{name} is link-local and needs its interface: [{name}%eth0]")
    return f"{name.lower()}{percent}{interface}"


def _check_use(scheme: str, host: str) -> None:
    address = read_ip_address(host)
    if scheme == "zmq" and address is not None and address.is_multicast:
        raise ValueError("a multicast group takes datagrams: udp://")


def _may_name_interface(address: IpAddress) -> bool:
    return address.is_multicast or (address.version == 6 and address.is_link_local)


def _needs_interface(address: IpAddress) -> bool:
    """Whether the system refuses the address without: it may exist on every interface."""
    if address.version == 4:
        return False
    if address.is_multicast:
        return address.packed[1] & 0x0F in _NEEDS_INTERFACE
    return address.is_link_local
