# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sockets of the network blocks: addresses, what they drop, how they come back."""

import socket

import pytest
import zmq
from gnuradio.largesc.link.packet_socket import (
    MAX_MESSAGE,
    LinkUrl,
    open_receiver,
    open_sender,
    parse_link_url,
)

PATIENCE_S = 30.0


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("udp://localhost:5000", ("udp", "localhost", 5000)),
        ("zmq://*:0", ("zmq", "*", 0)),
        ("udp://[::1]:7", ("udp", "::1", 7)),
    ],
)
def test_addresses_are_read_and_written(url, parts):
    assert parse_link_url(url) == LinkUrl(*parts)
    assert str(parse_link_url(url)) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:5000",
        "http://localhost:1",
        "udp://localhost",
        "udp://:5",
        "udp://h:x",
        "udp://h:65536",
        "zmq://h:5/path",
        "udp://[::1:5",
    ],
)
def test_other_addresses_are_refused(url):
    with pytest.raises(ValueError, match="not of the form"):
        parse_link_url(url)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_datagrams_arrive(host):
    receiver = open_receiver(f"udp://{host}:0")
    sender = open_sender(str(receiver.url))
    sender.send(b"packet")
    assert receiver.receive(PATIENCE_S) == b"packet"
    assert receiver.receive(0.01) is None
    sender.close()
    receiver.close()


def test_datagrams_too_long_are_dropped_and_counted():
    receiver = open_receiver("udp://127.0.0.1:0")
    sender = open_sender(str(receiver.url))
    sender.send(bytes(MAX_MESSAGE + 1))
    sender.send(bytes(MAX_MESSAGE))
    assert receiver.receive(PATIENCE_S) is None
    assert receiver.receive(PATIENCE_S) == bytes(MAX_MESSAGE)
    assert receiver.oversize == 1
    sender.close()
    receiver.close()


def test_a_sender_outlives_a_receiver():
    receiver = open_receiver("udp://127.0.0.1:0")
    sender = open_sender(str(receiver.url))
    receiver.close()
    assert [sender.send(b"lost") for _ in range(5)] == 5 * [True]
    receiver = open_receiver(str(receiver.url))
    sender.send(b"heard")
    assert receiver.receive(PATIENCE_S) == b"heard"
    sender.close()
    receiver.close()


def test_a_network_that_refuses_is_told_and_outlived():
    sender = open_sender("udp://127.0.0.1:9")
    assert not sender.send(bytes(70_000))  # longer than any datagram
    assert sender.send(b"packet")
    sender.close()


def subscribed(receiver, sender) -> None:
    """Returns when what is published arrives."""
    while receiver.receive(0.05) is None:
        sender.send(b"are you there?")
    while receiver.receive(0.2) is not None:
        pass


def test_a_subscriber_hears_a_publisher_that_was_restarted():
    sender = open_sender("zmq://127.0.0.1:0")
    receiver = open_receiver(str(sender.url))
    subscribed(receiver, sender)
    sender.close()
    sender = open_sender(str(sender.url))
    subscribed(receiver, sender)
    sender.send(b"again")
    assert receiver.receive(PATIENCE_S) == b"again"
    sender.close()
    receiver.close()


def test_a_subscriber_survives_a_message_too_long():
    sender = open_sender("zmq://127.0.0.1:0")
    receiver = open_receiver(str(sender.url))
    subscribed(receiver, sender)
    sender.send(bytes(MAX_MESSAGE + 1))
    subscribed(receiver, sender)  # it never would without coming back by itself
    sender.close()
    receiver.close()


def test_what_is_sent_last_arrives_before_a_publisher_closes():
    sender = open_sender("zmq://127.0.0.1:0")
    receiver = open_receiver(str(sender.url))
    subscribed(receiver, sender)
    for number in range(50):
        sender.send(bytes([number]))
    sender.close()
    assert [receiver.receive(PATIENCE_S) for _ in range(50)] == [bytes([n]) for n in range(50)]
    receiver.close()


@pytest.mark.parametrize("scheme", ["udp", "zmq"])
def test_a_taken_port_is_said(scheme):
    kind = socket.SOCK_DGRAM if scheme == "udp" else socket.SOCK_STREAM
    opened = open_receiver if scheme == "udp" else open_sender
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        with pytest.raises(OSError, match="in use"):
            opened(f"{scheme}://127.0.0.1:{taken.getsockname()[1]}")


@pytest.mark.parametrize("opened", [open_sender, open_receiver])
@pytest.mark.parametrize("scheme", ["udp", "zmq"])
def test_unknown_hosts_are_said(opened, scheme):
    with pytest.raises((OSError, zmq.ZMQError), match="no such host"):
        opened(f"{scheme}://no.such.host.invalid:5000")


def test_ports_that_nobody_could_mean_are_refused():
    for opened, url in ((open_sender, "udp://127.0.0.1:0"), (open_receiver, "zmq://*:5000")):
        with pytest.raises(ValueError, match="name the"):
            opened(url)
