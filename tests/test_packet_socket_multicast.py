# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Multicast groups: joined, sent to, on the loopback interface only.

Linux gives that interface no route for groups of IPv6, so these are shown by what the system
knows of the sockets.
"""

import errno
import socket
from pathlib import Path

import pytest
from gnuradio.largesc.link.multicast import HOPS, join_group, send_to_group
from gnuradio.largesc.link.packet_socket import open_receiver, open_sender
from gnuradio.largesc.link.socket_address import SocketAddress

pytest_plugins = ["packet_sockets"]

PATIENCE_S = 30.0
LO = socket.if_nametoindex("lo")
GROUPS = ["ff02::6c73", "ff05::6c73"]  # of the link (needs its interface), of the site


def members(group: str) -> int:
    """How many sockets have joined a group of IPv6 on the loopback interface."""
    name = socket.inet_pton(socket.AF_INET6, group).hex()
    rows = [row.split() for row in Path("/proc/net/igmp6").read_text().splitlines()]
    return sum(int(users) for _, device, ip, users, *_ in rows if (device, ip) == ("lo", name))


def test_every_receiver_of_this_machine_hears_a_group(opened):
    first = opened(open_receiver, "udp://239.1.2.3%lo:0")
    second = opened(open_receiver, str(first.url))
    opened(open_sender, str(first.url)).send(b"packet")
    assert [receiver.receive(PATIENCE_S).data for receiver in (first, second)] == 2 * [b"packet"]


def test_what_comes_to_the_port_but_not_for_the_group_is_not_heard(opened):
    receiver = opened(open_receiver, "udp://239.1.2.3%lo:0")
    for number, host in enumerate(["127.0.0.1", "239.1.2.3%lo"]):
        opened(open_sender, f"udp://{host}:{receiver.url.port}").send(bytes([number]))
    assert receiver.receive(PATIENCE_S).data == bytes([1])


@pytest.mark.parametrize("group", GROUPS)
def test_a_receiver_joins_a_group_of_ipv6_and_leaves_it(opened, group):
    before = members(group)
    receiver = opened(open_receiver, f"udp://[{group}%lo]:0")
    assert members(group) == before + 1
    receiver.close()
    assert members(group) == before


@pytest.mark.parametrize("group", GROUPS)
def test_a_sender_to_a_group_of_ipv6_stays_on_its_interface(group):
    address = SocketAddress(socket.AF_INET6, (group, 5000, 0, LO), LO)
    with socket.socket(address.family, socket.SOCK_DGRAM) as sending:
        sending.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, 0)
        send_to_group(sending, address)
        options = (socket.IPV6_MULTICAST_IF, socket.IPV6_MULTICAST_HOPS, socket.IPV6_MULTICAST_LOOP)
        set_to = [sending.getsockopt(socket.IPPROTO_IPV6, option) for option in options]
    assert set_to == [LO, HOPS, 1] == [LO, 1, 1]


def test_a_sender_to_a_group_of_ipv4_reaches_its_network_and_this_machine():
    address = SocketAddress(socket.AF_INET, ("239.1.2.3", 5000), LO)
    with socket.socket(address.family, socket.SOCK_DGRAM) as sending:
        sending.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 7)
        sending.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
        send_to_group(sending, address)
        options = (socket.IP_MULTICAST_TTL, socket.IP_MULTICAST_LOOP)
        assert [sending.getsockopt(socket.IPPROTO_IP, option) for option in options] == [HOPS, 1]


@pytest.mark.parametrize("opens", [open_sender, open_receiver])
def test_unknown_interfaces_are_said(opened, opens):
    with pytest.raises(OSError, match=r"^udp://239\.1\.2\.3%nope0:5000: no such network interf"):
        opened(opens, "udp://239.1.2.3%nope0:5000")


@pytest.mark.parametrize(
    ("interface", "said"),
    [
        (LO, "cannot join, No such device"),
        (0, "cannot join, name an interface as 239.1.2.3%eth0, No such device"),
    ],
)
def test_an_interface_without_groups_is_said(interface, said):
    class Refusing:
        def setsockopt(self, *_):
            raise OSError(errno.ENODEV, "No such device")

    with pytest.raises(OSError, match=said):
        join_group(Refusing(), SocketAddress(socket.AF_INET, ("239.1.2.3", 5000), interface))
