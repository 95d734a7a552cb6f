# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both processes of a link, from the first over to the last."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from gnuradio.largesc.radio.link_profile import load_profile

from .heard_timeline import HeardTimeline
from .onset_delays import Onset, onset_delays, whole_delays

FOLDER = Path(__file__).parents[1]


class Case(NamedTuple):
    """What is measured.

    profile: of the link, empty for the peer. recovery: of the receiver. loses: whether every tenth
    packet is lost.
    """

    title: str
    profile: str = ""
    recovery: str = "hold"
    loses: bool = False


class Measured(NamedTuple):
    """What came of a case.

    onsets: that were heard; of a peer without parts. missed: how many were not. card_seconds: that
    the card buffers. underruns: times it ran empty. counters: of the listener's blocks, by block.
    load: of the machine, before and after.
    """

    case: Case
    look_ahead: int
    onsets: list[Onset]
    missed: int
    card_seconds: float
    underruns: int
    counters: dict[str, Any]
    load: list[float]


def measure(case: Case, overs: int, onsets: int, folder: Path) -> Measured:
    """Runs both processes; takes about as long as is spoken and ten seconds."""
    task: dict[str, Any] = {"overs": overs, "onsets": onsets, "loses": case.loses}
    task |= {"sender": None, "receiver": None, "modem": ""}
    look_ahead = 0
    if case.profile:
        profile = load_profile(case.profile)
        look_ahead = profile.look_ahead
        task["sender"] = {"check": profile.check, "announce": True, "slots": profile.slots}
        task["modem"] = profile.modem
        task["receiver"] = {"check": profile.check, "look_ahead": look_ahead}
        task["receiver"] |= {"recovery": case.recovery}
    sound = folder / "heard.npz"
    spoken, heard = run(task, sound)
    kept = np.load(sound)
    card = HeardTimeline(kept["samples"], kept["begins"])
    find = onset_delays if case.profile else whole_delays
    found, missed = find(spoken, heard, card, look_ahead)
    figures = {name: heard[name] for name in ("card_seconds", "underruns", "counters")}
    load = [spoken["load"][0], heard["load"][1]]
    return Measured(case, look_ahead, found, missed, load=load, **figures)


def run(task: dict[str, Any], sound: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the speaking and the hearing process noted; the sound heard goes to a file.

    Raises:
        RuntimeError: one of them ended too soon.
    """
    listener = _process("hear", json.dumps(task), str(sound))
    assert listener.stdin is not None
    assert listener.stdout is not None
    try:
        port = listener.stdout.readline().strip()
        _check(listener, port)
        speaker = _process("speak", json.dumps(task | {"port": int(port)}))
        said, _ = speaker.communicate()
        _check(speaker, said)
        listener.stdin.close()
        heard = listener.stdout.read()
        _check(listener, heard)
    finally:
        listener.kill()
        listener.wait()
    return _notes(said), _notes(heard)


def _notes(said: str) -> dict[str, Any]:
    """What a process wrote; before it and behind it may be what GNU Radio logs."""
    found = [line for line in said.splitlines() if line.startswith("{")]
    return dict(json.loads(found[-1]))


def _check(process: "subprocess.Popen[str]", said: str) -> None:
    if not said:
        raise RuntimeError(f"{process.args} ended with {process.wait()}")


def _process(module: str, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", f"{__package__}.{module}", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=FOLDER, stdin=pipe, stdout=pipe, text=True)
