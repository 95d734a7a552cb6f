# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A shipped flowgraph in a process of its own, as users run it: two stations in one process would
share Python's lock, which no two stations do."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from example_program import flowgraph_class

PATIENCE_S = 120.0  # for a process that has to import everything on a busy machine

ANSWERS: dict[str, Callable[..., Any]] = {
    "start": lambda station: station.start(),
    "wait": lambda station: station.wait(),
    "press": lambda station, pressed: station.gate.set_pressed(pressed),
    "is_down": lambda station: bool(station.gate.is_down),
    "listens": lambda station: station.radio.nitems_written(0) > 0,
    # That the modem found; on a machine that falls behind many come too late to be heard.
    "packets": lambda station: int(station.demodulator.counters().get("packets", 0)),
    "sent": lambda station: int(station.modulator.counters().get("packets", 0)),
    "radio": lambda station: dict(station.sink.counters()),
    "reported": lambda station: _reported_window(station),
}


class StationProcess:
    """A program that grcc made, with values for its parameters; it stands until it is started.

    Args:
        program: the Python file.
        values: of the flowgraph's parameters.
    """

    def __init__(self, program: Path, **values: Any):
        context = multiprocessing.get_context("spawn")
        self._pipe, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(there, program, values), daemon=True)
        self._process.start()
        there.close()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """What ``ANSWERS`` has, as a method."""
        if name not in ANSWERS:
            raise AttributeError(name)
        return lambda *values: self._ask(name, *values)

    def stop(self) -> None:
        """Stops the flowgraph and ends the process, whatever has become of it."""
        self._pipe.close()
        self._process.join(PATIENCE_S / 4)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _ask(self, *question: Any) -> Any:
        self._pipe.send(question)
        if not self._pipe.poll(PATIENCE_S):
            raise AssertionError(f"the station does not answer {question}")
        answer = self._pipe.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer


def _serve(pipe: Connection, program: Path, values: dict[str, Any]) -> None:
    """Answers until nobody asks any more."""
    station = flowgraph_class(program)(**values)
    try:
        while True:
            what, *arguments = pipe.recv()
            try:
                pipe.send(ANSWERS[what](station, *arguments))
            except Exception as error:
                pipe.send(error)
    except (EOFError, OSError):
        station.stop()
        station.wait()


def _reported_window(station: Any) -> int:
    """Packets over which the other station has measured the channel; 0 before it says so."""
    peer = station.receiver.depacketizer.report().peer
    return int(peer.window) if peer is not None else 0
