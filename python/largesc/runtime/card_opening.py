# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What drivers of sound cards write while one is opened: a screenful where there is no card."""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from gnuradio import gr

OUTPUTS = (1, 2)  # ALSA, JACK and PortAudio write to standard error, GNU Radio to standard output
CAUSE = re.compile(r":error: (?:\[.*?\]: )?(.+)")  # as GNU Radio's log has it: [device]: cause


@contextmanager
def card_opening(purpose: str, device: str, remedy: str) -> Iterator[None]:
    """A card is opened meanwhile.

    What drivers wrote is shown where that succeeded. Where it failed, the cause is in the error,
    and all of it in GNU Radio's log at level trace, below what is shown unless it is asked for.

    Args:
        purpose: what the card is for, as ``play on``.
        device: as its driver names it; empty for the default one.
        remedy: what a user can do without it.

    Raises:
        RuntimeError: there is no such card, or it cannot be opened; says why.
    """
    written = bytearray()
    try:
        with _gathered(written):
            yield
    except RuntimeError as error:
        lines = written.decode(errors="replace").splitlines()
        for line in dict.fromkeys(lines):
            gr.logger("sound_card").trace(line)
        causes = [found[1] for line in lines if (found := CAUSE.search(line))]
        cause = f" (its driver says: {causes[-1]})" if causes else ""
        raise RuntimeError(
            f"no sound card to {purpose} ({device or 'default'}): {remedy}{cause}"
        ) from error
    if written:
        with suppress(OSError):  # nobody reads it
            os.write(2, written)


@contextmanager
def _gathered(written: bytearray) -> Iterator[None]:
    """What the process writes goes into the bytes."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # none, or closed
            stream.flush()
    kept = {}
    with tempfile.TemporaryFile() as file:
        try:
            for number in OUTPUTS:
                with suppress(OSError):  # a process may have been started without it
                    kept[number] = os.dup(number)
                    os.dup2(file.fileno(), number)
            yield
        finally:
            for number, copy in kept.items():
                os.dup2(copy, number)
                os.close(copy)
            file.seek(0)
            written += file.read()
