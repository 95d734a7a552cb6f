# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of a host's addresses the sockets take: both families, scopes, names with several."""

import errno
import socket
import time

import pytest
from gnuradio.largesc.link import udp_socket
from gnuradio.largesc.link.packet_socket import open_receiver, open_sender, parse_link_url
from gnuradio.largesc.link.socket_address import SocketAddress, resolve

pytest_plugins = ["packet_sockets"]

PATIENCE_S = 30.0
LO = socket.if_nametoindex("lo")
NOT_HERE = ("198.51.100.7", 5000)  # of documentation (RFC 5737)
NEVER = ("fe80::1", 5000, 0, 0)  # link-local without its interface: the system refuses it
NO_ROUTE = ("fe80::1", 5000, 0, LO)
HERE = ("::1", 5000, 0, 0)


@pytest.fixture
def name_of(monkeypatch):
    """Gives ``many.example`` addresses; their ports are those asked for."""

    system = socket.getaddrinfo

    def resolver(*addresses):
        def getaddrinfo(host, port, type):
            if host != "many.example":
                return system(host, port, type=type)
            return [
                (
                    socket.AF_INET if len(address) == 2 else socket.AF_INET6,
                    *(type, 0, ""),
                    (address[0], port, *address[2:]),
                )
                for address in addresses
            ]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    return resolver


def crosses(sender, receiver) -> bool:
    """Whether what is sent is heard."""
    sender.send(b"packet")
    message = receiver.receive(PATIENCE_S)
    return message is not None and message.data == b"packet"


def published(sender, receiver) -> bool:
    """Whether a subscriber hears a publisher."""
    deadline = time.monotonic() + PATIENCE_S
    while (message := receiver.receive(0.01)) is None and time.monotonic() < deadline:
        sender.send(b"packet")
    return message is not None and message.data == b"packet"


@pytest.mark.parametrize("sent_to", ["127.0.0.1", "[::1]"])
@pytest.mark.parametrize("host", ["*", "[::]"])
def test_every_address_hears_both_families(opened, host, sent_to):
    receiver = opened(open_receiver, f"udp://{host}:0")
    assert str(receiver.url) == f"udp://{host}:{receiver.url.port}"
    assert crosses(opened(open_sender, f"udp://{sent_to}:{receiver.url.port}"), receiver)


@pytest.mark.parametrize("heard_at", ["127.0.0.1", "[::1]"])
def test_every_address_publishes_in_both_families(opened, heard_at):
    sender = opened(open_sender, "zmq://*:0")
    assert published(sender, opened(open_receiver, f"zmq://{heard_at}:{sender.url.port}"))


def test_without_ipv6_every_address_hears_ipv4(opened, monkeypatch):
    monkeypatch.setattr(socket, "has_dualstack_ipv6", lambda: False)
    receiver = opened(open_receiver, "udp://*:0")
    assert crosses(opened(open_sender, f"udp://127.0.0.1:{receiver.url.port}"), receiver)


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
@pytest.mark.parametrize("scheme", ["udp", "zmq"])
def test_a_port_taken_in_one_family_is_said(opened, scheme, family):
    kind = socket.SOCK_DGRAM if scheme == "udp" else socket.SOCK_STREAM
    opens = open_receiver if scheme == "udp" else open_sender
    with socket.socket(family, kind) as taken:
        if family == socket.AF_INET6:
            taken.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        taken.bind(("127.0.0.1" if family == socket.AF_INET else "::1", 0))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        url = f"{scheme}://*:{taken.getsockname()[1]}"
        with pytest.raises(OSError, match=r" there \(\[::\]: Address already in use\)$"):
            opened(opens, url)


@pytest.mark.parametrize("interface", ["lo", "25lo", str(LO), f"25{LO}"])
@pytest.mark.parametrize("scheme", ["udp", "zmq"])
def test_link_local_addresses_keep_their_interface(scheme, interface):
    url = parse_link_url(f"{scheme}://[fe80::1%{interface}]:5000")
    there = SocketAddress(socket.AF_INET6, ("fe80::1", 5000, 0, LO), LO)
    assert resolve(url, socket.SOCK_DGRAM) == [there]


@pytest.mark.parametrize(("scheme", "opens"), [("udp", open_receiver), ("zmq", open_sender)])
def test_link_local_addresses_are_bound_with_their_interface(opened, scheme, opens):
    # Without it, it would be an invalid argument.
    said = rf"there \(\[fe80::1%{LO}\]: Cannot assign requested address\)$"
    with pytest.raises(OSError, match=said):
        opened(opens, f"{scheme}://[fe80::1%lo]:5000")


def test_the_interface_that_a_name_has_is_kept(name_of):
    name_of(NO_ROUTE)
    url = parse_link_url("udp://many.example:5000")
    assert resolve(url, socket.SOCK_DGRAM) == [SocketAddress(socket.AF_INET6, NO_ROUTE)]


@pytest.mark.parametrize("opens", [open_sender, open_receiver])
@pytest.mark.parametrize("host", ["[fe80::1%nope0]", "[ff02::1234%4000000000]"])
def test_unknown_interfaces_are_said(opened, opens, host):
    url = f"udp://{host}:5000"
    with pytest.raises(OSError, match=r"^udp://.*:5000: no such network interface: [n4]"):
        opened(opens, url)
    with pytest.raises(OSError, match="no such network interface: nope0"):
        opened(opens, "zmq://[fe80::1%nope0]:5000")


@pytest.mark.parametrize("hopeless", [NEVER, NO_ROUTE])
def test_a_sender_takes_the_address_that_can_be_reached(opened, name_of, hopeless):
    receiver = opened(open_receiver, "udp://[::1]:0")
    name_of(hopeless, HERE)
    assert crosses(opened(open_sender, f"udp://many.example:{receiver.url.port}"), receiver)


def test_a_sender_goes_on_by_another_address_when_a_route_is_gone(opened, name_of, monkeypatch):
    receiver = opened(open_receiver, "udp://[::1]:0")
    name_of(NO_ROUTE, HERE)
    monkeypatch.setattr(udp_socket, "by_reach", lambda _, addresses: addresses)  # it was there
    assert crosses(opened(open_sender, f"udp://many.example:{receiver.url.port}"), receiver)


def test_a_subscriber_takes_the_address_that_can_be_reached(opened, name_of):
    sender = opened(open_sender, "zmq://[::1]:0")
    name_of(NEVER, NO_ROUTE, HERE)
    assert published(sender, opened(open_receiver, f"zmq://many.example:{sender.url.port}"))


@pytest.mark.parametrize(("scheme", "opens"), [("udp", open_sender), ("zmq", open_receiver)])
def test_a_host_that_cannot_be_reached_is_said(opened, name_of, scheme, opens):
    name_of(NEVER, ("fe80::2", 5000, 0, 0))
    said = r"reached \(\[fe80::1\]: Invalid argument; \[fe80::2\]: Invalid argument\)$"
    with pytest.raises(OSError, match=rf"^{scheme}://many\.example:5000: cannot be {said}"):
        opened(opens, f"{scheme}://many.example:5000")


def test_a_network_that_is_down_at_the_start_costs_packets_only(opened):
    assert not opened(open_sender, "udp://[fe80::1%lo]:5000").send(b"packet")


def test_a_sender_that_the_system_refuses_is_said(opened, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENODEV, "No such device")

    monkeypatch.setattr(udp_socket, "send_to_group", refuse)
    with pytest.raises(OSError, match=r"^udp://239\.1\.2\.3:5000: cannot .* \(No such device\)$"):
        opened(open_sender, "udp://239.1.2.3:5000")


def test_a_receiver_takes_the_address_of_this_machine(opened, name_of):
    name_of(NOT_HERE, HERE)
    receiver = opened(open_receiver, "udp://many.example:0")
    assert crosses(opened(open_sender, f"udp://[::1]:{receiver.url.port}"), receiver)


@pytest.mark.parametrize(("scheme", "opens"), [("udp", open_receiver), ("zmq", open_sender)])
def test_a_name_of_another_machine_is_said(opened, name_of, scheme, opens):
    name_of(NOT_HERE, ("198.51.100.8", 5000))
    said = r"198\.51\.100\.7: Cannot assign .*; 198\.51\.100\.8: Cannot assign"
    with pytest.raises(OSError, match=rf"^{scheme}://many\.example:5000: cannot .* \({said}"):
        opened(opens, f"{scheme}://many.example:5000")


def test_both_ends_take_the_same_address_of_a_name(opened, name_of):
    name_of(HERE, ("127.0.0.1", 5000))
    receiver = opened(open_receiver, "udp://many.example:0")
    assert crosses(opened(open_sender, str(receiver.url)), receiver)


def test_international_names_are_looked_up(opened):
    with pytest.raises(OSError, match=r"^udp://bücher\.invalid:5000: no such host"):
        opened(open_sender, "udp://bücher.invalid:5000")
