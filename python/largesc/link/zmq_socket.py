# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets as messages of a ZeroMQ publisher, to any number of subscribers."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import zmq

from .link_url import LinkUrl, check_peer
from .received_message import MAX_MESSAGE, ReceivedMessage
from .socket_address import SocketAddress, by_reach, first_that_works, resolve

LINGER_MS = 1000  # how long closing waits for what is still to be sent
QUEUE = 100  # messages (8 s) that ZeroMQ holds for a slow subscriber; it drops what comes beyond


class ZmqSender:
    """A publisher: any number of subscribers may come and go.

    Raises:
        OSError: no such host or interface, or the port is taken.
    """

    def __init__(self, url: LinkUrl):
        addresses = resolve(url, socket.SOCK_STREAM)
        with _new_context(url) as self._context:
            self._socket = _zmq_socket(self._context, zmq.PUB)
            self._socket.sndhwm = QUEUE
            first_that_works(url, addresses, self._bind, "cannot publish there")
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

    def _bind(self, address: SocketAddress) -> None:
        try:
            self._socket.bind(_endpoint(address))
        except zmq.ZMQError as error:
            raise OSError(error.errno, error.strerror) from None


class ZmqReceiver:
    """A subscriber; it waits for a publisher that is not there yet, or no longer.

    Raises:
        ValueError: no host or port that could publish.
        OSError: no such host or interface, or none of its addresses can be reached.
    """

    def __init__(self, url: LinkUrl):
        check_peer(url)
        # One address: a publisher that hears at all of them would send everything several times.
        self._endpoint = _endpoint(by_reach(url, resolve(url, socket.SOCK_STREAM))[0])
        self.oversize = 0
        with _new_context(url) as self._context:
            self._socket = _zmq_socket(self._context, zmq.SUB)
            self._socket.rcvhwm = QUEUE
            self._socket.maxmsgsize = MAX_MESSAGE
            self._socket.reconnect_ivl, self._socket.reconnect_ivl_max = 50, 1000
            self._socket.subscribe(b"")
            self._lost = self._socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
            self._socket.connect(self._endpoint)
        self.url = url

    def receive(self, timeout: float) -> ReceivedMessage | None:
        try:
            if self._socket.poll(int(1000 * timeout)):
                return ReceivedMessage(self._socket.recv(zmq.NOBLOCK), time.monotonic())
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
            self._socket.disconnect(self._endpoint)
            self._socket.connect(self._endpoint)

    def close(self) -> None:
        self._context.destroy(linger=0)


@contextmanager
def _new_context(url: LinkUrl) -> Iterator["zmq.Context[zmq.Socket[bytes]]"]:
    """A context that is gone again if what is made in it fails."""
    context = zmq.Context()
    try:
        yield context
    except OSError:
        context.destroy(linger=0)
        raise
    except zmq.ZMQError as error:
        context.destroy(linger=0)
        raise OSError(f"{url}: {error.strerror}") from None


def _zmq_socket(context: "zmq.Context[zmq.Socket[bytes]]", kind: int) -> "zmq.Socket[bytes]":
    made = context.socket(kind)
    made.ipv6 = True  # IPv4 as well, or alone where there is no IPv6
    return made


def _endpoint(address: SocketAddress) -> str:
    return f"tcp://{address}:{address.sockaddr[1]}"
