# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The watched short-wave link: its window without a screen, speech in a file, an end when asked."""

from pathlib import Path

import pytest
from example_program import EXAMPLES, Program, compile_example

RATE = 24000


@pytest.mark.slow
def test_the_watched_link_runs_without_a_screen(tmp_path: Path, speech_file: Path) -> None:
    recording = tmp_path / "heard.wav"
    program = Program(
        compile_example(EXAMPLES["hf_monitor"], tmp_path),
        *("--input-file", str(speech_file), "--output", str(recording)),
    )
    try:
        program.wait_for_samples(recording, RATE)
        assert "Traceback" not in program.log.read_text()
        assert program.terminate() == 0, program.log.read_text()
    finally:
        program.kill()
