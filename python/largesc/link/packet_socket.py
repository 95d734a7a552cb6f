# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sockets that packets cross a network by: UDP datagrams, or ZeroMQ publisher and subscribers.

Nothing that comes from the network raises an error or takes more memory than MAX_MESSAGE.
"""

import socket
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

import zmq

MAX_MESSAGE = 2048  # bytes; a packet has at most 127, as a PMT with its metadata about 200
LINGER_MS = 1000  # how long closing waits for what is still to be sent
QUEUE = 100  # messages (8 s) that ZeroMQ holds for a slow subscriber; it drops what comes beyond


class LinkUrl(NamedTuple):
    """Where packets go to or come from: ``udp://host:port`` or ``zmq://host:port``.

    Host ``*`` is every address of this machine; port 0 is one that the system chooses (only
    where the socket is bound).
    """

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


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

    def receive(self, timeout: float) -> bytes | None:
        """The next message, None if there is none within so many seconds."""
        ...

    def close(self) -> None: ...


def parse_link_url(url: str) -> LinkUrl:
    """The parts of an address.

    Raises:
        ValueError: not of the form that LinkUrl describes.
    """
    form = "udp://host:port or zmq://host:port"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{url!r} is not of the form {form} ({error})") from None
    if parts.scheme not in ("udp", "zmq") or not parts.hostname or port is None or parts.path:
        raise ValueError(f"{url!r} is not of the form {form}")
    return LinkUrl(parts.scheme, parts.hostname, port)


def open_sender(url: str) -> PacketSender:
    """UDP: sends to that host. ZeroMQ: publishes at that address of this machine.

    Raises:
        ValueError: no such form of address.
        OSError: the host is not known, or the port is taken.
    """
    link = parse_link_url(url)
    return UdpSender(link) if link.scheme == "udp" else ZmqSender(link)


def open_receiver(url: str) -> PacketReceiver:
    """UDP: takes what comes to that address of this machine. ZeroMQ: subscribes at that host.

    Raises:
        ValueError: no such form of address.
        OSError: the host is not known, or the port is taken.
    """
    link = parse_link_url(url)
    return UdpReceiver(link) if link.scheme == "udp" else ZmqReceiver(link)


class UdpSender:
    """One datagram per message."""

    def __init__(self, url: LinkUrl):
        if url.port == 0:
            raise ValueError(f"{url}: name the port to send to")
        family, self._address = _resolve(url, socket.SOCK_DGRAM)
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        self.url = url

    def send(self, data: bytes) -> bool:
        try:
            self._socket.sendto(data, self._address)
        except OSError:  # no route, network down, buffer full: the next one may pass
            return False
        return True

    def close(self) -> None:
        self._socket.close()


class UdpReceiver:
    """One message per datagram, whoever sends it."""

    def __init__(self, url: LinkUrl):
        family, address = _resolve(url, socket.SOCK_DGRAM)
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self.oversize = 0
        try:
            self._socket.bind(address)
        except OSError as error:
            self._socket.close()
            raise OSError(f"{url}: cannot listen there ({error.strerror})") from None
        self.url = url._replace(port=self._socket.getsockname()[1])

    def receive(self, timeout: float) -> bytes | None:
        self._socket.settimeout(timeout)
        try:
            data = self._socket.recv(MAX_MESSAGE + 1)
        except OSError:  # nothing came
            return None
        if len(data) > MAX_MESSAGE:
            self.oversize += 1
            return None
        return data

    def close(self) -> None:
        self._socket.close()


class ZmqSender:
    """A publisher: any number of subscribers may come and go."""

    def __init__(self, url: LinkUrl):
        self._context = zmq.Context()
        self._socket = _zmq_socket(self._context, zmq.PUB)
        self._socket.sndhwm = QUEUE
        try:
            self._socket.bind(_zmq_address(url, "0" if url.port == 0 else str(url.port)))
        except zmq.ZMQError as error:
            self._context.destroy(linger=0)
            raise OSError(f"{url}: cannot publish there ({error.strerror})") from None
        endpoint = self._socket.getsockopt_string(zmq.LAST_ENDPOINT)
        self.url = url._replace(port=int(endpoint.rsplit(":", 1)[1]))

    def send(self, data: bytes) -> bool:
        try:
            self._socket.send(data, zmq.NOBLOCK)
        except zmq.ZMQError:
            return False
        return True

    def close(self) -> None:
        self._context.destroy(linger=LINGER_MS)


class ZmqReceiver:
    """A subscriber; it waits for a publisher that is not there yet, or no longer."""

    def __init__(self, url: LinkUrl):
        if url.host == "*" or url.port == 0:
            raise ValueError(f"{url}: name the host and port that publish")
        self._context = zmq.Context()
        self._socket = _zmq_socket(self._context, zmq.SUB)
        self._socket.rcvhwm = QUEUE
        self._socket.maxmsgsize = MAX_MESSAGE
        self._socket.reconnect_ivl, self._socket.reconnect_ivl_max = 50, 1000
        self._socket.subscribe(b"")
        self._lost = self._socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        self.oversize = 0
        try:
            self._address = _zmq_address(url, str(url.port))
            self._socket.connect(self._address)
        except (OSError, zmq.ZMQError):
            self._context.destroy(linger=0)
            raise
        self.url = url

    def receive(self, timeout: float) -> bytes | None:
        try:
            if self._socket.poll(int(1000 * timeout)):
                return self._socket.recv(zmq.NOBLOCK)
            self._return_if_parted()
        except zmq.ZMQError:  # nothing came, or not yet there again: the next call tries anew
            return None
        return None

    def _return_if_parted(self) -> None:
        """Connects again to a publisher that is gone.

        libzmq does so by itself, but not after a message longer than allowed, for which it
        parts with the publisher for good.
        """
        parted = False
        while self._lost.poll(0):
            self._lost.recv_multipart(zmq.NOBLOCK)
            parted = True
        if parted:
            self._socket.disconnect(self._address)
            self._socket.connect(self._address)

    def close(self) -> None:
        self._context.destroy(linger=0)


def _zmq_socket(context: "zmq.Context[zmq.Socket[bytes]]", kind: int) -> "zmq.Socket[bytes]":
    made = context.socket(kind)
    made.ipv6 = True
    return made


def _zmq_address(url: LinkUrl, port: str) -> str:
    if url.host == "*":
        return f"tcp://*:{port}"
    _, address = _resolve(url, socket.SOCK_STREAM)
    host = f"[{address[0]}]" if ":" in address[0] else address[0]
    return f"tcp://{host}:{port}"


def _resolve(url: LinkUrl, kind: int) -> tuple[int, tuple[str, int]]:
    """Address family and address of a host."""
    host = None if url.host == "*" else url.host
    try:
        found = socket.getaddrinfo(host, url.port, type=kind, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise OSError(f"{url}: no such host ({error.strerror})") from None
    # All addresses of this machine: one of IPv4 takes most senders everywhere.
    family, _, _, _, address = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    return family, (str(address[0]), int(address[1]))
