# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a sender announces itself, and what it says."""

from itertools import pairwise
from typing import Any

import pytest
from gnuradio.largesc import announcement, packet_codec
from gnuradio.largesc.frame.report import ChannelReport
from gnuradio.largesc.link.announced_report import to_announce
from gnuradio.largesc.link.announcer import INTERVAL, Announcer
from hypothesis import given
from hypothesis import strategies as st

CODEC = packet_codec()


def announced_frames(frames: Any) -> list[tuple[int, bool]]:
    """Number and silence of the frames at which a sender announces itself.

    Args:
        frames: number, silence and whether it repeats anything, of every frame.
    """
    announcer = Announcer(CODEC, session=1)
    announced = []
    for frame, silence, repeats in frames:
        if announcer.is_due(frame, silence, repeats):
            parsed = CODEC.parse(announcer.announce(frame, silence))
            assert parsed == announcement(frame, session=1, silent=silence)
            announced.append((frame, silence))
    return announced


def test_speech_is_announced_at_once_and_every_two_seconds() -> None:
    assert INTERVAL * 0.08 == 2.0
    assert announced_frames((n, False, True) for n in range(100)) == [
        (n, False) for n in (0, 25, 50, 75)
    ]


@given(st.integers(0, 1000), st.lists(st.tuples(st.booleans(), st.booleans()), max_size=200))
def test_announcements_are_no_closer_and_replace_no_repetition(first: int, kinds: Any) -> None:
    frames = [(first + n, *kind) for n, kind in enumerate(kinds)]
    announced = announced_frames(frames)
    numbers = [frame for frame, _ in announced]
    assert all(b - a >= INTERVAL for a, b in pairwise(numbers))
    could = {frame for frame, silence, repeats in frames if not (silence and repeats)}
    assert could.issuperset(numbers)
    # None is put off longer than it has to be.
    bounds = [first - INTERVAL, *numbers]
    for before, at in zip(bounds, numbers, strict=False):
        assert not could & set(range(before + INTERVAL, at))


def test_stream_that_begins_again_is_announced_again() -> None:
    frames = [*range(500, 510), *range(40)]
    announced = announced_frames((n, False, False) for n in frames)
    assert announced == [(500, False), (0, False), (25, False)]


def test_announcement_says_all_that_is_known() -> None:
    announcer = Announcer(CODEC, session=65535, text="DL0ÄB")
    announcer.fingerprint = 0xC8DD
    announcer.report = ChannelReport(7, 0.25, 2.5, window=124, age=40, snr=-3.0)
    said = CODEC.parse(announcer.end((1 << 23) + 5)[0])
    assert said == announcement(
        frame=5,
        session=65535,
        fingerprint=0xC8DD,
        ends=True,
        report=to_announce(announcer.report),
        text="DL0ÄB",
    )


def test_session_is_drawn_if_it_is_not_given() -> None:
    sessions = {Announcer(CODEC).session for _ in range(20)}
    assert len(sessions) > 10
    assert all(1 <= session <= 65535 for session in sessions)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"session": 65536}, r"session must be 0\.\.65535, not 65536"),
        ({"text": "x" * 32}, "text must have at most 31 bytes in UTF-8, not 32"),
        ({"text": "\x1b[2J"}, "text must be UTF-8 without control characters"),
    ],
)
def test_what_cannot_be_announced_is_refused_at_once(wrong: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Announcer(CODEC, **wrong)
