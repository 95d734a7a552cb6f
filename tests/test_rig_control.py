# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Daemons of rigs that refuse, say nothing, speak another language, or are started anew."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from gnuradio.largesc.radio.push_to_talk import PushToTalk
from gnuradio.largesc.radio.push_to_talk.rig_control import RigControl
from gnuradio.largesc.radio.push_to_talk.rig_meters import RigMeters

PATIENCE_S = 5.0  # for what answers
SILENT_S = 0.2  # for what does not
Answer = Callable[[bytes], bytes | None]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def daemon(answer: Answer, port: int = 0) -> Iterator[int]:
    """A daemon that gives these answers to lines; None: it hangs up. Yields its port."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for line in self.rfile:
                told = answer(line.strip())
                if told is None:
                    return
                self.wfile.write(told)

    with _Server(("127.0.0.1", port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join(5.0)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"RPRT -1\n", r"refused \(RPRT -1\); has the rig a push-to-talk \(-P RIG\)\?"),
        (b"RPRT -9\n", r"refused \(RPRT -9\)"),
        (b"", "no answer within 0.2 s"),
        (b"220 mail", "no answer within 0.2 s"),
        (b"x" * 2000, r"refused \(x{40}\)"),
        (None, "has closed the connection"),
    ],
    ids=["refuses", "failed", "silent", "no line", "no end", "hangs up"],
)
def test_what_is_no_good_daemon_is_said_in_a_line(answer: bytes | None, said: str) -> None:
    patience = SILENT_S if "no answer" in said else PATIENCE_S
    with (
        daemon(lambda _: answer) as port,
        pytest.raises(OSError, match=f"rigctld at 127.0.0.1:{port}: ({said})"),
    ):
        PushToTalk(RigControl("127.0.0.1", port, patience_s=patience))


def test_a_daemon_started_anew_between_two_overs_is_not_noticed() -> None:
    told: list[bytes] = []

    def answer(line: bytes) -> bytes:
        told.append(line)
        return b"RPRT 0\n"

    with daemon(answer) as port, PushToTalk(RigControl("127.0.0.1", port)) as key:
        key.down()
        assert key.wait(5.0)
        key.up()
        assert key.wait(5.0)
        assert key.counters() == {"overs": 1}
        assert told == [b"T 0", b"T 1", b"T 0"]


def test_a_connection_that_was_closed_is_made_again() -> None:
    answers = [b"RPRT 0\n", None, b"RPRT 0\n", b"RPRT 0\n"]
    with daemon(lambda _: answers.pop(0)) as port:
        key = RigControl("127.0.0.1", port)
        key.release()
        key.press()  # the daemon hangs up, and is asked once more
        key.release()
        key.close()
    assert not answers


def test_a_rig_has_some_meters_and_not_others() -> None:
    levels = {b"l ALC": b"0.25\n", b"l RFPOWER_METER": b"RPRT -11\n", b"l SWR": b"1.5\n"}
    with daemon(levels.__getitem__) as port:
        meters = RigMeters("127.0.0.1", port)
        assert meters.read() == {"ALC": 0.25, "SWR": 1.5}
        meters.close()
    with daemon(lambda _: b"x" * 5000) as port:
        meters = RigMeters("127.0.0.1", port)
        assert meters.read() == {}
