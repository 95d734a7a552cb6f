# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc send`` and ``largesc listen`` with what cannot work: one clear line each."""

import socket

import pytest
from random_checkpoint import random_checkpoint

RANDOM = ("--checkpoint", "{random}")


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("listen", "udp://127.0.0.1:{taken}"), "cannot listen there"),
        (("listen", "udp://no.such.host.invalid:5000"), "no such host"),
        (("listen", "zmq://no.such.host.invalid:5000"), "no such host"),
        (("listen", "tcp://127.0.0.1:5000"), "not of the form"),
        (("listen", "udp://127.0.0.1"), "not of the form"),
        (("listen", "udp://127.0.0.1:99999"), "not of the form"),
        (("listen", "udp://127.0.0.1:0", "/no/such/folder/x.wav"), "cannot be written"),
        (("listen", "udp://127.0.0.1:0", "x.wav", "--play"), "not both"),
        (("listen", "udp://127.0.0.1:0", "--speed", "0"), "largesc: --speed must be 0.01 or more"),
        (("send", "{speech}", "--to", "udp://127.0.0.1:9", "--speed", "1e-12"), "--speed must be"),
        (("listen", "udp://127.0.0.1:0", "--idle-exit", "-1"), "must be above 0"),
        (("listen", "udp://127.0.0.1:0", "--recovery", "magic"), "recovery must be one of"),
        (("listen", "udp://127.0.0.1:0", "--recovery", "base", *RANDOM), "has no token model"),
        (("send", "{speech}", "--to", "udp://no.such.host.invalid:5000"), "no such host"),
        (("send", "{speech}", "--to", "zmq://127.0.0.1:{taken}"), "cannot publish there"),
        (("send", "{speech}", "--to", "udp://127.0.0.1:0"), "name the port"),
        (("send", "nothing.wav", "--to", "udp://127.0.0.1:5000"), "no such file"),
        (("send", "{speech}", "--to", "udp://127.0.0.1:5000", "--text", "x" * 32), "--text must"),
        (
            ("send", "{speech}", "--to", "udp://127.0.0.1:5000", "--session", "70000"),
            "--session must",
        ),
    ],
)
def test_bad_input_is_one_clear_line(run_largesc, speech_file, tmp_path, command, says):
    with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        taken = tcp.getsockname()[1]
        udp.bind(("127.0.0.1", taken))
        parts = [
            part.format(taken=taken, speech=speech_file, random=random_checkpoint())
            for part in command
        ]
        done = run_largesc(*parts, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
