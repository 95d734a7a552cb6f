# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A live link as users run it: two processes, and a bad network between them.

These tests keep time. Several may run at once (``--numprocesses 4``), but nothing heavy beside.
What a machine that falls behind leaves out of the speech they do not forbid: it must be counted.
"""

import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pmt
import pytest
import soundfile
from gnuradio import largesc
from live_process import Fork, LiveProcess, Program, wait_until
from relay import Impairment, Relay, UdpWire, ZmqWire

pytestmark = pytest.mark.alone

SPEED = 1  # a machine may stand still for a second
CHECKED = ("--check", "crc16")
RECORDING = Path(largesc.__file__).parent / "audio" / "verification.flac"
# A listener that ends 2 s after the last packet. What fills holes is not looked at here: several
# token models at once are more than two cores do in time.
QUIET = ("--speed", SPEED, "--idle-exit", 2, "--recovery", "hold")
BAD = Impairment(loss=0.2, duplicate=0.1, corrupt=0.05, reorder=0.1, jitter=0.03, seed=6)
GRACE = 25  # frames that a listener takes for lost until it believes that nobody sends
REACH = 16  # frames between two numberings, at most, where a stream is taken up anew
Start = Callable[..., LiveProcess]


@pytest.fixture(scope="module")
def long_speech(delay: int, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """9.9 s of speech, and how many frames it has."""
    pcm, rate = soundfile.read(RECORDING)
    path = tmp_path_factory.mktemp("speech") / "long.wav"
    soundfile.write(path, np.tile(pcm, 2), rate)
    return path, -(-(2 * len(pcm) + delay) // 1920)


@pytest.fixture
def start(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Start]:
    """Starts ``largesc`` with these arguments; what still runs at the end is killed.

    It is a fork, or what the parameter says.
    """
    kind: type[LiveProcess] = getattr(request, "param", Fork)
    running: list[LiveProcess] = []

    def start_one(*arguments: object) -> LiveProcess:
        running.append(kind(tmp_path, *arguments))
        return running[-1]

    yield start_one
    for process in running:
        process.kill()


@pytest.fixture
def relays() -> Iterator[list[Relay]]:
    """Relays to end with the test, whatever becomes of it."""
    started: list[Relay] = []
    yield started
    for relay in started:
        relay.end()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def udp_link(start: Start, how: Impairment, *options: object) -> tuple[LiveProcess, Relay, str]:
    """A listener behind a relay, ready; the relay; and where to send to."""
    wire = UdpWire()
    listener = start("listen", "udp://127.0.0.1:0", *options)
    wire.connect(listener.port())
    relay = Relay(wire, how, crc="crc16" in options)
    return listener, relay, f"udp://127.0.0.1:{wire.port}"


def zmq_link(start: Start, how: Impairment, *options: object) -> tuple[LiveProcess, Relay, str]:
    port = free_port()
    wire = ZmqWire(port)
    listener = start("listen", f"zmq://127.0.0.1:{wire.port}", *options)
    wire.wait_for_listener(90.0)
    return listener, Relay(wire, how, crc="crc16" in options), f"zmq://127.0.0.1:{port}"


def check_accounting(playout: dict[str, int], packets: int) -> None:
    """Every packet of a frame is in one of playout's counters."""
    taken = sum(playout[what] for what in ("received", "late", "early", "duplicate"))
    # A packet may be doubtful; an announcement as well, which is counted as one all the same.
    assert taken <= packets <= taken + playout["doubtful"]


def check_every_packet(figures: dict[str, Any], log: dict[str, int]) -> None:
    """What the relay passed on is what the listener counted, kind by kind."""
    playout, network = figures["depacketizer"], figures["network"]
    passed = log["passed_frames"] + log["passed_announcements"] + log["corrupted"]
    assert network["received"] == passed
    check_accounting(playout, log["passed_frames"])
    assert playout["announcements"] == log["passed_announcements"]
    refused = sum(playout.get(kind, 0) for kind in ("crc_failed", "malformed", "version"))
    assert refused == log["corrupted"]


@pytest.mark.parametrize(
    ("start", "link"),
    [(Program, udp_link), (Fork, zmq_link)],
    indirect=["start"],
    ids=["udp, installed program", "zmq"],
)
def test_every_packet_is_accounted_for(start, relays, long_speech, tmp_path, link):
    speech, frames = long_speech
    out = tmp_path / "heard.wav"
    listener, relay, url = link(start, BAD, out, *CHECKED, *QUIET)
    relays.append(relay)
    relay.start()
    sender = start("send", speech, "--to", url, *CHECKED, "--text", "DL1ABC", "--speed", SPEED)
    sent = sender.end()
    figures = listener.end()
    assert sent["packetizer"]["packets"] == relay.log["frames"] == frames
    assert sent["network"]["sent"] == relay.came()
    assert figures["announced"] == "DL1ABC"
    check_every_packet(figures, relay.log)
    assert min(relay.log[kind] for kind in ("lost_frames", "corrupted")) > 0
    assert figures["depacketizer"]["duplicate"] > 0
    # Every frame sent was played, in its place, with its packet or without.
    playout = figures["depacketizer"]
    # On a machine that falls behind, playout leaves frames out, and says so.
    played = playout["received"] + playout["lost"] + playout["skipped"]
    assert frames - 3 - REACH * playout["rejoined"] <= played <= frames + GRACE
    heard, rate = soundfile.read(out)
    assert rate == 24000
    spoken = len(heard) / 1920 - playout["idle"]
    left_out = REACH * playout["rejoined"] + playout["skipped"]
    left_out += sum(figures["decoder"].get(what, 0) for what in ("dropped", "skipped"))
    assert frames - 6 - left_out <= spoken <= frames + GRACE + 6
    assert np.sqrt(np.mean(heard**2)) > 0.01
    assert figures["network"].get("ends", 0) == (1 if url.startswith("zmq") else 0)


def test_without_impairment_nothing_is_lost(start, relays, long_speech):
    speech, frames = long_speech
    listener, relay, url = udp_link(start, Impairment(), *QUIET)
    relays.append(relay)
    relay.start()
    start("send", speech, "--to", url, "--speed", SPEED).end()
    playout = listener.end()["depacketizer"]
    check_accounting(playout, frames)
    assert playout["duplicate"] == 0
    assert playout["received"] > frames / 2


@pytest.mark.parametrize("link", [udp_link, zmq_link], ids=["udp", "zmq"])
def test_a_sender_that_is_killed_and_started_again(start, relays, long_speech, link):
    speech, frames = long_speech
    # The second sender takes seconds to load its model.
    listener, relay, url = link(start, Impairment(), "--speed", SPEED, "--idle-exit", 20)
    relays.append(relay)
    relay.start()
    command = ("send", speech, "--to", url, "--speed", SPEED)
    first = start(*command, "--text", "first")
    wait_until(lambda: relay.log["frames"] >= 60, "half of the speech")
    first.kill()
    start(*command, "--text", "second").end()
    figures = listener.end()
    assert figures["announced"] == "second"
    check_every_packet(figures, relay.log)
    assert relay.log["frames"] >= 60 + frames - 5  # ZeroMQ may miss a few before it is back


def test_a_listener_that_comes_late(start, relays, long_speech, tmp_path):
    pcm, rate = soundfile.read(long_speech[0])
    speech, heard = tmp_path / "minutes.wav", tmp_path / "heard.wav"
    soundfile.write(speech, np.tile(pcm, 12), rate)
    wire = UdpWire()
    relay = Relay(wire, Impairment())
    relays.append(relay)
    relay.start()
    sender = start("send", speech, "--to", f"udp://127.0.0.1:{wire.port}")
    wait_until(lambda: relay.log["frames"] >= 25, "the first packets")
    listener = start("listen", "udp://127.0.0.1:0", heard, "--idle-exit", 2)
    wire.connect(listener.port())
    before = relay.log["frames"]
    wait_until(lambda: relay.log["frames"] >= before + 60, "packets that it hears")
    sender.end(signal.SIGINT)
    playout = listener.end()["depacketizer"]
    after = relay.log["frames"] - before
    assert 0 < playout["received"] <= after + 1
    # What was sent before it came is not lost to it.
    assert playout["received"] + playout["lost"] <= after + GRACE
    assert np.abs(soundfile.read(heard)[0]).max() > 0.1


GARBAGE = [b"", b"\xff" * 13, b"hello", bytes(13), b"\x00" * 60000, b"\x07" * 2000]


def test_garbage_datagrams(start, relays, long_speech):
    speech, frames = long_speech
    listener, relay, url = udp_link(start, Impairment(), *CHECKED, *QUIET)
    relays.append(relay)
    relay.start()
    sender = start("send", speech, "--to", url, *CHECKED, "--speed", SPEED)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as enemy:
        for count in range(0, 90, 6):
            wait_until(lambda count=count: relay.log["frames"] > count, "packets")
            for garbage in GARBAGE:
                enemy.sendto(garbage, ("127.0.0.1", listener.port()))
    sender.end()
    figures = listener.end()
    assert figures["network"]["oversize"] == 15
    playout = figures["depacketizer"]
    check_accounting(playout, frames)
    assert playout["received"] > frames / 2


HOSTILE = [
    b"",
    b"\xff\x01garbage",
    b"\x07" * 2000,  # pairs of pairs of pairs: ends a process that deserialises it
    b"\x07" * 100_000,
    b"\x0a\x00\xff\xff\xff\xff\x01\x00abc",  # claims 4 GB
    b"\x08\xff\xff\xff\xff",
    pmt.serialize_str(pmt.intern("no PDU")),
    pmt.serialize_str(pmt.cons(pmt.make_dict(), pmt.make_s16vector(8, 1))),
]


def test_hostile_pmts(start, relays, long_speech):
    speech, _ = long_speech
    listener, relay, url = zmq_link(start, Impairment(), *QUIET)
    relays.append(relay)
    for hostile in HOSTILE:
        relay.wire.give(hostile)
    # The one that is too long makes libzmq hang up: it comes back before the speech.
    relay.wire.wait_for_listener(90.0)
    relay.start()
    start("send", speech, "--to", url, "--speed", SPEED).end()
    figures = listener.end()
    assert figures["network"]["malformed"] >= 3
    assert figures["depacketizer"]["received"] > 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_listener_ends_cleanly_when_asked(start, long_speech, tmp_path, number):
    speech, _ = long_speech
    out = tmp_path / "heard.wav"
    listener = start("listen", "udp://127.0.0.1:0", out)
    sender = start("send", speech, "--to", listener.url())
    sender.url()  # it sends from now on
    begun = out.stat().st_size if out.exists() else 0  # silence so far
    wait_until(lambda: out.exists() and out.stat().st_size > begun + 150_000, "speech")
    figures = listener.end(number)
    sent = sender.end(number)
    assert 0 < figures["depacketizer"]["received"] <= sent["packetizer"]["packets"]
    heard = soundfile.info(out)  # a header that was not completed would say 0
    assert heard.frames == pytest.approx(24000 * figures["seconds_played"], abs=4 * 1920)
    assert heard.frames * 2 + 44 == out.stat().st_size


def test_a_listener_ends_after_its_time(start):
    assert start("listen", "udp://127.0.0.1:0", "--duration", 0.5).end()["announced"] == ""


def test_a_sender_nobody_listens_to(start, speech_file):
    sent = start("send", speech_file, "--to", f"udp://127.0.0.1:{free_port()}", "--speed", 4).end()
    assert sent["network"]["sent"] > 0
