# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sockets of the network blocks: what crosses, what they drop, how they come back."""

import errno
import re
import socket
import time

import pytest
import zmq
from gnuradio.largesc.link.packet_socket import (
    MAX_MESSAGE,
    PacketReceiver,
    ReceivedMessage,
    open_receiver,
    open_sender,
)

pytest_plugins = ["packet_sockets"]

PATIENCE_S = 30.0


def heard(receiver: PacketReceiver) -> bytes | None:
    """The next message's bytes; None if one was dropped."""
    message = receiver.receive(PATIENCE_S)
    return None if message is None else message.data


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_datagrams_arrive(opened, host):
    receiver = opened(open_receiver, f"udp://{host}:0")
    sender = opened(open_sender, str(receiver.url))
    sender.send(b"packet")
    assert heard(receiver) == b"packet"
    assert receiver.receive(0.01) is None


def test_datagrams_too_long_are_dropped_and_counted(opened):
    receiver = opened(open_receiver, "udp://127.0.0.1:0")
    sender = opened(open_sender, str(receiver.url))
    sender.send(bytes(MAX_MESSAGE + 1))
    sender.send(bytes(MAX_MESSAGE))
    assert heard(receiver) is None
    assert heard(receiver) == bytes(MAX_MESSAGE)
    assert receiver.oversize == 1


def test_a_sender_outlives_a_receiver(opened):
    receiver = opened(open_receiver, "udp://127.0.0.1:0")
    sender = opened(open_sender, str(receiver.url))
    receiver.close()
    assert [sender.send(b"lost") for _ in range(5)] == 5 * [True]
    receiver = opened(open_receiver, str(receiver.url))
    sender.send(b"heard")
    assert heard(receiver) == b"heard"


def test_a_network_that_refuses_is_told_and_outlived(opened):
    sender = opened(open_sender, "udp://127.0.0.1:9")
    assert not sender.send(bytes(70_000))  # longer than any datagram
    assert sender.send(b"packet")


def subscribed(receiver, sender) -> None:
    """Returns when what is published arrives, and nothing of it is left."""
    deadline = time.monotonic() + PATIENCE_S
    while receiver.receive(0.01) is None:
        assert time.monotonic() < deadline, "the subscription is not there"
        sender.send(b"are you there?")
    sender.send(b"you are")
    while (data := heard(receiver)) != b"you are":
        assert data == b"are you there?"


def test_a_subscriber_hears_a_publisher_that_was_restarted(opened):
    sender = opened(open_sender, "zmq://127.0.0.1:0")
    receiver = opened(open_receiver, str(sender.url))
    subscribed(receiver, sender)
    sender.close()
    sender = opened(open_sender, str(sender.url))
    subscribed(receiver, sender)
    sender.send(b"again")
    assert heard(receiver) == b"again"


def test_a_subscriber_survives_a_message_too_long(opened):
    sender = opened(open_sender, "zmq://127.0.0.1:0")
    receiver = opened(open_receiver, str(sender.url))
    subscribed(receiver, sender)
    sender.send(bytes(MAX_MESSAGE + 1))
    subscribed(receiver, sender)  # it never would without coming back by itself


def test_what_is_sent_last_arrives_before_a_publisher_closes(opened):
    sender = opened(open_sender, "zmq://127.0.0.1:0")
    receiver = opened(open_receiver, str(sender.url))
    subscribed(receiver, sender)
    for number in range(50):
        sender.send(bytes([number]))
    sender.close()
    assert [heard(receiver) for _ in range(50)] == [bytes([n]) for n in range(50)]


@pytest.mark.parametrize("scheme", ["udp", "zmq"])
def test_a_taken_port_is_said(opened, scheme):
    kind = socket.SOCK_DGRAM if scheme == "udp" else socket.SOCK_STREAM
    opens = open_receiver if scheme == "udp" else open_sender
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        with pytest.raises(OSError, match="in use"):
            opened(opens, f"{scheme}://127.0.0.1:{taken.getsockname()[1]}")


@pytest.mark.parametrize("opens", [open_sender, open_receiver])
@pytest.mark.parametrize("scheme", ["udp", "zmq"])
def test_unknown_hosts_are_said(opened, opens, scheme):
    with pytest.raises(OSError, match="no such host"):
        opened(opens, f"{scheme}://no.such.host.invalid:5000")


@pytest.mark.parametrize(
    ("opens", "url"),
    [
        (open_sender, "udp://127.0.0.1:0"),
        (open_sender, "udp://*:5000"),
        (open_sender, "udp://[::]:5000"),
        (open_receiver, "zmq://127.0.0.1:0"),
        (open_receiver, "zmq://*:5000"),
        (open_receiver, "zmq://0.0.0.0:5000"),
    ],
)
def test_destinations_that_nobody_could_mean_are_refused(opened, opens, url):
    with pytest.raises(ValueError, match=f"^{re.escape(url)}: name the port and host"):
        opened(opens, url)


def test_a_datagram_comes_with_its_time(opened):
    receiver = opened(open_receiver, "udp://127.0.0.1:0")
    sender = opened(open_sender, str(receiver.url))
    before = time.monotonic()
    sender.send(b"packet")
    message = receiver.receive(PATIENCE_S)
    assert before <= message.time <= time.monotonic()
    assert message == ReceivedMessage(b"packet", message.time)


def test_a_published_message_comes_with_its_time(opened):
    sender = opened(open_sender, "zmq://127.0.0.1:0")
    receiver = opened(open_receiver, str(sender.url))
    subscribed(receiver, sender)
    before = time.monotonic()
    sender.send(b"packet")
    message = receiver.receive(PATIENCE_S)
    assert before <= message.time <= time.monotonic()


@pytest.mark.parametrize("opens", [open_sender, open_receiver])
def test_a_socket_that_the_system_refuses_is_said(opened, opens, monkeypatch):
    def refuse(*_):
        raise zmq.ZMQError(errno.EMFILE)

    monkeypatch.setattr(zmq.Context, "socket", refuse)
    with pytest.raises(OSError, match=r"^zmq://127\.0\.0\.1:5000: Too many open files$"):
        opened(opens, "zmq://127.0.0.1:5000")
