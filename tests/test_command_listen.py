# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A listener says what came and what it refused, and ends with status 1 if that was all."""

import json
import socket
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pytest
import soundfile
from file_limit import largest_file
from gnuradio.largesc.codec.checkpoint import find_checkpoint
from gnuradio.largesc.commands import listen as listen_module
from gnuradio.largesc.frame.tokens import NUM_CODEBOOKS
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import SenderSettings
from random_checkpoint import random_checkpoint

FRAMES = 8  # that come at once; of more the later ones would jump


class Ended(NamedTuple):
    """How a listener ended: exit status, what it said, its figures."""

    status: int
    lines: list[str]
    figures: dict[str, Any]


def packets(text: str = "DL1ABC", fingerprint: str = "", check: Any = "none") -> list[bytes]:
    """What a sender sends of a few frames."""
    codec = int(fingerprint or find_checkpoint(random_checkpoint()).fingerprint, 16)
    # A session of its own: of chance ones, a few in a thousand look whole when they are damaged.
    settings = SenderSettings(announce=True, text=text, check=check, session=7)
    sender = LinkSender(settings, codec)
    tokens = np.arange(NUM_CODEBOOKS, dtype=np.int16)
    frames = [packet for frame in range(FRAMES) for packet in sender.push(frame, tokens)]
    return [packet.data for packet in frames + sender.end(FRAMES)]


def damaged(datagrams: Sequence[bytes]) -> list[bytes]:
    return [bytes([data[0] ^ 0x55]) + data[1:] for data in datagrams]


@pytest.fixture
def listen(run_largesc, tmp_path, monkeypatch: pytest.MonkeyPatch):
    run = listen_module.run_with_status

    def listen_to(datagrams: Sequence[bytes], *options: object) -> Ended:
        """A listener for whom these datagrams wait when it starts."""
        figures = tmp_path / "figures.json"

        def run_with_datagrams(flowgraph: Any, *arguments: Any) -> None:
            port = int(flowgraph.listening.source.url.rsplit(":", 1)[1])
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                for datagram in datagrams:
                    sender.sendto(datagram, ("127.0.0.1", port))
            run(flowgraph, *arguments)

        monkeypatch.setattr(listen_module, "run_with_status", run_with_datagrams)
        given = ("--checkpoint", random_checkpoint(), "--json", figures, "--idle-exit", 0.5)
        done = run_largesc("listen", "udp://127.0.0.1:0", *given, "--duration", 3, *options)
        return Ended(done.returncode, done.stderr.splitlines(), json.loads(figures.read_text()))

    return listen_to


@pytest.mark.slow
def test_what_came_is_told(listen):
    ended = listen(packets(check="crc16"))
    assert ended.status == 0
    assert ended.lines[-1].startswith(f"DL1ABC | {FRAMES} packets, 0 lost, 0 late | now 0 %")
    assert "refused" not in ended.lines[-1]
    assert ended.figures["announced"] == "DL1ABC"
    assert ended.figures["refused"] == {}


@pytest.mark.parametrize("text", ["[/QRP]", "[bold]x", ":smile: \u202e"])
@pytest.mark.slow
def test_what_is_announced_is_printed_as_it_is(listen, text):
    ended = listen(packets(text))
    assert ended.status == 0
    assert ended.lines[-1].startswith(text.replace("\u202e", "\\u202e") + " | ")


@pytest.mark.slow
def test_what_was_refused_is_told_by_reason(listen):
    good = packets(check="crc16")
    ended = listen([*good[:3], *damaged(good[3:6]), b"", *good[6:], b"x" * 3000])
    assert ended.status == 0
    assert "| refused 3 damaged, 2 malformed" in ended.lines[-1]
    assert ended.figures["refused"] == {"damaged": 3, "malformed": 2}


@pytest.mark.slow
def test_a_listener_finds_out_whether_there_is_a_check_value(listen):
    for check in ("none", "crc16"):
        ended = listen(packets(check=check))
        assert (ended.status, ended.figures["refused"]) == (0, {})
        assert ended.figures["depacketizer"]["received"] == FRAMES


@pytest.mark.parametrize(
    ("datagrams", "options", "says"),
    [
        (packets(check="crc16"), ("--check", "none"), "another --check than this listener (none)"),
        (packets(), ("--check", "crc16"), "another --check than this listener (crc16)"),
        # Not of the random checkpoint: its fingerprint is the machine's, and so would be the chance
        # that a damaged announcement looks whole.
        (
            damaged(packets(fingerprint="1234", check="crc16")),
            (),
            "packets that came could be understood: refused",
        ),
        ([b"hello"] * 5, (), "none of the 5 packets that came could be understood: refused 5 malf"),
        (packets(fingerprint="1234"), (), "all 4 announcements are of another codec"),
    ],
    ids=["check value", "no check value", "damaged", "foreign", "another codec"],
)
@pytest.mark.slow
def test_a_listener_that_understood_nothing_says_why(listen, datagrams, options, says):
    ended = listen(datagrams, *options)
    assert ended.status == 1
    assert ended.lines[-1].startswith("largesc: ")
    assert says in ended.lines[-1]
    assert ended.figures["network"]["received"] == len(datagrams)


def test_a_listener_whom_nobody_sent_anything_is_content(listen, tmp_path):
    out = tmp_path / "none"  # a file of this name, not nowhere
    ended = listen([], out, "--duration", 0.3)
    assert ended.status == 0
    assert ended.lines[-1].startswith("nobody announced | 0 packets")
    assert soundfile.info(str(out)).samplerate == 24000


@pytest.mark.slow
def test_a_full_disk_ends_the_listener_with_an_error(listen, tmp_path):
    out = tmp_path / "heard.wav"
    with largest_file(60_000):
        ended = listen([], out, "--duration", 60)
    assert ended.status == 2
    assert ended.lines[-1] == f"largesc: {out}: cannot be written (File too large)"
    assert 0.5 < ended.figures["seconds_played"] < 30
    assert soundfile.info(out).frames > 20_000
