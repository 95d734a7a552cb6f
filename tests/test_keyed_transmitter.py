# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped transmitter keys a rig, and leaves none sending when it is killed within an over."""

import socket
from pathlib import Path

import pytest
from dummy_rig import DummyRig, needs_rigctld, wait_until
from example_program import EXAMPLES, START_TIMEOUT, Program, compile_example


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@needs_rigctld
@pytest.mark.slow
def test_a_transmitter_that_is_killed_leaves_no_rig_sending(
    tmp_path: Path, speech_file: Path
) -> None:
    path = compile_example(EXAMPLES["radio_transmitter"], tmp_path)
    with DummyRig() as rig:
        program = Program(
            path,
            *("--device", f"zmq:tcp://127.0.0.1:{free_port()}", "--key", rig.name, "--modem", "hf"),
            *("--input-file", str(speech_file)),
        )
        try:
            wait_until(rig.is_down, "the rig sends", START_TIMEOUT)
        finally:
            program.kill()
        wait_until(lambda: not rig.is_down(), "the key is released")
    assert "Traceback" not in program.log.read_text()
