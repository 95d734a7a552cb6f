# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of links: read, written, refused in a line that says the form."""

import pytest
from gnuradio.largesc.link.packet_socket import LinkUrl, parse_link_url
from hypothesis import given
from hypothesis import strategies as st
from hypothesis_profiles import examples


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("udp://localhost:5000", ("udp", "localhost", 5000)),
        ("zmq://*:0", ("zmq", "*", 0)),
        ("udp://[::1]:7", ("udp", "::1", 7)),
        ("udp://[fe80::1%eth0]:5000", ("udp", "fe80::1%eth0", 5000)),
        ("zmq://[fe80::1%enP2p1s0]:5000", ("zmq", "fe80::1%enP2p1s0", 5000)),
        ("udp://239.1.2.3%eth0:5000", ("udp", "239.1.2.3%eth0", 5000)),
        ("udp://[ff02::1234%25]:5000", ("udp", "ff02::1234%25", 5000)),
        ("udp://bücher.example:5000", ("udp", "bücher.example", 5000)),
    ],
)
def test_addresses_are_read_and_written(url, parts):
    assert parse_link_url(url) == LinkUrl(*parts)
    assert parse_link_url(str(LinkUrl(*parts))) == LinkUrl(*parts)


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("UDP://LocalHost:05000", "udp://localhost:5000"),
        ("Zmq://[FE80::1%Eth0]:1", "zmq://[fe80::1%Eth0]:1"),  # names of interfaces have case
        ("udp://[fe80::1%25eth0]:5000", "udp://[fe80::1%eth0]:5000"),  # RFC 6874
        ("udp://[fe80::1%251]:5000", "udp://[fe80::1%1]:5000"),
        ("udp://[fe80::1%25251]:5000", "udp://[fe80::1%25251]:5000"),
    ],
)
def test_addresses_are_written_in_one_way(url, written):
    assert str(parse_link_url(url)) == written
    assert parse_link_url(written) == parse_link_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:5000",
        "http://localhost:1",
        "udp:localhost:5000",
        "udp://localhost",
        "udp://localhost:",
        "udp://:5",
        "udp://[]:5",
        "udp://h:x",
        "udp://h:-1",
        "udp://h:٥",
        "zmq://h:5/path",
        "udp://h:5/",
        "udp://h:5?",
        "udp://h:5?ttl=3",
        "udp://h:5#there",
        "udp://user@h:5",
        "udp://user:password@h:5",
        "udp://[::1:5",
        "udp://[::1]x:5",
        "udp://::1:5000",
        "udp://fe80::1%eth0:5000",
        "udp:// h:5",
        " udp://h:5",
        "udp://h:5 ",
        "udp://h:5\n",
        "udp://a\tb:5",
        "udp://a\0b:5",
    ],
)
def test_other_addresses_are_refused(url):
    with pytest.raises(ValueError, match="is not of the form udp://host:port or zmq") as refused:
        parse_link_url(url)
    assert str(refused.value).startswith(repr(url))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("udp://h:65536", "ports end at 65535"),
        ("udp://[localhost]:5", "localhost is no IPv6 address"),
        ("udp://[127.0.0.1]:5", "127.0.0.1 is no IPv6 address"),
        ("udp://a..b:5", "cannot be the name of a host"),
        ("udp://" + "ü" * 70 + ":5", "cannot be the name of a host"),
        ("udp://[fe80::1]:5", r"needs its interface: \[fe80::1%eth0\]"),
        ("zmq://[fe80::1]:5", r"needs its interface: \[fe80::1%eth0\]"),
        ("udp://[ff02::1234]:5", r"needs its interface: \[ff02::1234%eth0\]"),
        ("udp://[fe80::1%]:5", "an interface follow"),
        ("udp://239.1.2.3%:5", "an interface follow"),
        ("udp://127.0.0.1%lo:5", "an interface follow"),
        ("udp://[2001:db8::1%eth0]:5", "an interface follow"),
        ("udp://localhost%lo:5", "an interface follow"),
        ("zmq://239.1.2.3:5", "a multicast group takes datagrams: udp://"),
        ("zmq://[ff05::1234]:5", "a multicast group takes datagrams: udp://"),
    ],
)
def test_what_the_form_does_not_tell_is_said(url, why):
    with pytest.raises(ValueError, match=rf"is not of the form .*\(.*{why}.*\)$"):
        parse_link_url(url)


def read(url: str) -> LinkUrl | None:
    try:
        return parse_link_url(url)
    except ValueError:
        return None


@examples(0.3)
@given(st.text(st.characters(codec="utf-8") | st.sampled_from("udp:/[]%25.*zmq01"), max_size=40))
def test_whatever_is_given_is_refused_or_written_so_that_it_is_read_again(text):
    for url in (text, f"udp://{text}", f"udp://[{text}]:5", f"udp://{text}:5"):
        link = read(url)
        assert link is None or read(str(link)) == link


@examples(0.3)
@given(
    st.sampled_from(["fe80::1", "ff02::1234", "239.1.2.3"]),
    st.text("0123456789enP.-_", min_size=1, max_size=15),  # names of interfaces, and numbers
)
def test_every_interface_is_read_as_written(address, interface):
    link = LinkUrl("udp", f"{address}%{interface}", 5000)
    assert read(str(link)) == link
