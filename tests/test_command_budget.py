# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``--budget`` of the commands that send: what is too little is said in one line."""

from pathlib import Path

import pytest

WAYS = {
    "simulate": ("out.wav",),
    "encode": ("out.lsc",),
    "send": ("--to", "udp://127.0.0.1:9"),
}


@pytest.mark.parametrize("command", WAYS)
def test_what_cannot_be_spent_is_said_in_one_line(
    run_largesc, speech_file, tmp_path: Path, command: str
) -> None:
    """Before a model is loaded: there is no such checkpoint."""
    for options, message in (
        (("--budget", "699"), "budget must be 7"),  # 700, or 764 with announcements
        (("--budget", "nan"), "--budget must be 0..1000000, not nan"),
        (("--budget", "900", "--importance", "network"), "importance network: checkpoint 'none'"),
        (("--slots", "7"), "take 1"),
    ):
        done = run_largesc(
            *(command, speech_file, *WAYS[command], *options, "--checkpoint", "none"), cwd=tmp_path
        )
        assert done.returncode == 2, done.stdout
        (said,) = [line for line in done.stderr.splitlines() if line.startswith("largesc: ")]
        assert message in said
