# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A frame less or more in pauses: when, how often, and without a click."""

import numpy as np
import pytest
from gnuradio.largesc.codec.pause_adjustment import FADE, FRAMES_BETWEEN, PauseAdjustment
from hypothesis import given
from hypothesis import strategies as st

SIZE = 1920


def frames_of(levels_dbfs, seed=0):
    """Noise frames ``[n, 1920]`` of these RMS levels."""
    noise = np.random.default_rng(seed).standard_normal((len(levels_dbfs), SIZE))
    noise /= np.sqrt(np.mean(noise**2, axis=1, keepdims=True))
    return (noise * 10.0 ** (np.array(levels_dbfs)[:, None] / 20)).astype(np.float32)


def played(levels, wishes):
    """How many frames are played for each."""
    adjustment = PauseAdjustment()
    frames = frames_of(levels)
    lengths = [len(adjustment.push(f, w)) for f, w in zip(frames, wishes, strict=True)]
    return lengths, adjustment


def test_without_a_wish_everything_is_played_as_it_is():
    adjustment = PauseAdjustment()
    for frame in frames_of([-20, -80, -80, -20, -60]):
        (out,) = adjustment.push(frame)
        np.testing.assert_array_equal(out, frame)


def test_less_waits_for_the_second_pause_frame():
    lengths, adjustment = played([-20, -20, -80, -80, -80, -20], [-1, *[None] * 5])
    assert lengths == [1, 1, 1, 0, 1, 1]
    assert (adjustment.skipped, adjustment.repeated, adjustment.forced) == (1, 0, 0)


def test_more_takes_the_first_pause_frame():
    lengths, adjustment = played([-20, -20, -80, -80, -20], [1, *[None] * 4])
    assert lengths == [1, 1, 2, 1, 1]
    assert (adjustment.skipped, adjustment.repeated, adjustment.forced) == (0, 1, 0)


@pytest.mark.parametrize(("wish", "length"), [(-2, 0), (2, 2)])
def test_urgent_does_not_wait_for_a_pause(wish, length):
    lengths, adjustment = played([-20, -20, -20, -20], [None, wish, None, None])
    assert lengths == [1, length, 1, 1]
    assert (adjustment.skipped, adjustment.repeated, adjustment.forced) == (0, 0, 1)


def test_wish_can_be_withdrawn_and_replaced():
    assert played([-20, -20, -80, -80], [-1, 0, None, None])[0] == [1, 1, 1, 1]
    assert played([-20, -20, -80, -80], [-1, 1, None, None])[0] == [1, 1, 2, 1]


@given(
    levels=st.lists(st.sampled_from([-15.0, -30.0, -70.0]), min_size=1, max_size=80),
    data=st.data(),
)
def test_one_adjustment_per_second_at_most_and_counters_say_the_difference(levels, data):
    wishes = data.draw(
        st.lists(
            st.sampled_from([None, 0, -2, -1, 1, 2]),
            min_size=len(levels),
            max_size=len(levels),
        )
    )
    lengths, adjustment = played(levels, wishes)
    adjusted = [n for n, length in enumerate(lengths) if length != 1]
    assert all(np.diff(adjusted) > FRAMES_BETWEEN)
    assert len(adjusted) == adjustment.skipped + adjustment.repeated + adjustment.forced


@pytest.mark.parametrize(
    ("levels", "is_pause"),
    [
        ([-10, -36], True),  # 25 dB and more below speech
        ([-10, -34], False),
        ([-30, -51], True),  # below -50 dBFS whatever was before
        ([-30, -49], False),
        ([-45, -45], False),  # steady noise is no pause
        ([-10, *[-34] * 5, -36.3], False),  # six frames later the speech level is -11.44
        ([-10, *[-34] * 5, -36.6], True),
    ],
)
def test_pause_is_quiet_or_far_below_the_speech(levels, is_pause):
    wishes = [None] * (len(levels) - 1) + [1]
    assert played(levels, wishes)[0][-1] == (2 if is_pause else 1)


def test_first_frame_has_no_frame_before_it_and_is_left_alone():
    assert played([-80], [2])[0] == [1]
    assert played([-80], [-2])[0] == [1]


@given(
    frequencies=st.lists(st.floats(50, 4000), min_size=1, max_size=4),
    wish=st.sampled_from([-2, 2]),
    position=st.integers(1, 18),
)
@pytest.mark.slow
def test_no_click(frequencies, wish, position):
    t = np.arange(20 * SIZE) / 24000
    signal = sum(np.sin(2 * np.pi * f * t + f) for f in frequencies).astype(np.float32)
    adjustment = PauseAdjustment()
    wishes = [wish if n == position else None for n in range(20)]
    out = [adjustment.push(f, w) for f, w in zip(signal.reshape(20, SIZE), wishes, strict=True)]
    heard = np.concatenate([frame for frames in out for frame in frames])
    assert len(heard) == len(signal) + np.sign(wish) * SIZE
    # A cross-fade of a and b adds its own slope, (b - a) per length of the fade.
    fade = 2 * np.abs(signal).max() / (FADE + 1)
    assert np.abs(np.diff(heard)).max() <= np.abs(np.diff(signal)).max() + fade + 1e-5
    differing = SIZE * 20 - np.isin(signal, heard).sum()
    assert differing <= SIZE + 2 * FADE if wish < 0 else differing <= FADE


@given(trim=st.integers(1, SIZE - 1))
def test_what_is_trimmed_is_left_out_of_the_beginning_and_joined_on(trim):
    t = np.arange(3 * SIZE) / 24000
    frames = np.sin(2 * np.pi * 100 * t).astype(np.float32).reshape(3, SIZE)
    adjustment = PauseAdjustment()
    first, (second,) = adjustment.push(frames[0]), adjustment.push(frames[1], trim=trim)
    left = max(SIZE - trim, FADE)  # so much is faded in
    assert len(second) == left
    np.testing.assert_array_equal(second[FADE:], frames[1][SIZE - left + FADE :])
    heard = np.concatenate([*first, second, *adjustment.push(frames[2])])
    assert np.abs(np.diff(heard)).max() < 0.026 + 2 / FADE  # as in the sine, and while it fades


def test_frames_are_not_changed_in_place():
    adjustment = PauseAdjustment()
    frames = frames_of([-20] * 4)
    kept = frames.copy()
    for frame, wish in zip(frames, [None, -2, None, None], strict=True):
        adjustment.push(frame, wish)
    np.testing.assert_array_equal(frames, kept)


def test_reset_forgets_wish_and_counts():
    adjustment = PauseAdjustment()
    for frame in frames_of([-20, -20]):
        adjustment.push(frame, 2)
    adjustment.push(frames_of([-20])[0], -1)
    adjustment.reset()
    assert adjustment.forced == 0
    assert [len(adjustment.push(frame)) for frame in frames_of([-80] * 20)] == [1] * 20
