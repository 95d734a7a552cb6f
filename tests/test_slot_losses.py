# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Curves of losses by SNR: next to what was measured, and what is none is refused."""

import math
from itertools import pairwise

import numpy as np
import pytest
from gnuradio.largesc.control.slot_losses import LossCurve, SlotLoss, fitted_curve
from gnuradio.largesc.radio.modem_profile import (
    load_modem_profile,
    modem_profile_names,
    slot_losses_of,
)
from gnuradio.largesc.speech_link.settings import SenderSettings


def one(size: int, middle: float = 0.0, slope: float = 2.0) -> SlotLoss:
    return SlotLoss(size, LossCurve(middle, slope), LossCurve(middle + 3.0, slope / 4.0))


def test_a_curve_is_found_again() -> None:
    curve = LossCurve(-2.25, 2.9)
    points = [(snr, float(curve.at(np.array(snr)))) for snr in (-3.0, -2.0, -1.5)]
    assert fitted_curve(points) == pytest.approx(curve)
    assert curve.at(np.array([-2.25, -100.0, 100.0])) == pytest.approx([0.5, 1.0, 0.0])


@pytest.mark.parametrize("name", modem_profile_names())
def test_profiles_have_curves_next_to_their_points(name: str) -> None:
    for slot in load_modem_profile(name).slots:
        for points, curve in zip(
            (slot.lost.steady, slot.lost.fading), slot.losses[1:], strict=True
        ):
            for snr, lost in points:
                # In dB, by which the curve is beside the point: less than its interval is wide.
                beside = (math.log(lost / (1.0 - lost)) / -curve.slope) + curve.middle - snr
                assert abs(beside) < 0.35, (slot.bytes, snr)


def test_curves_are_by_the_snr_that_the_modem_tells() -> None:
    profile = load_modem_profile("hf")
    assert profile.told_db == -0.4
    for slot, told in zip(profile.slots, profile.slot_losses, strict=True):
        assert told.steady.middle == pytest.approx(slot.losses.steady.middle - 0.4)
        assert (told.steady.slope, told.fading) == (slot.losses.steady.slope, slot.losses.fading)


def test_larger_slots_stand_less_noise() -> None:
    for name in modem_profile_names():
        losses = slot_losses_of(name)
        assert [one.size for one in losses] == list(load_modem_profile(name).sizes)
        for kind in (1, 2):
            middles = [one[kind].middle for one in losses]
            assert all(b - a > 2.0 for a, b in pairwise(middles))


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([(1.0, 0.5)], "two SNRs or more"),
        ([(1.0, 0.5), (1.0, 0.4)], "two SNRs or more"),
        ([(1.0, 0.5), (math.nan, 0.4)], "two SNRs or more"),
        ([(1.0, 0.5), (2.0, 1.4)], "0..1"),
        ([(1.0, 0.5), (2.0, 0.6)], "fewer packets must be lost at a better SNR"),
    ],
)
def test_what_is_no_curve_is_refused(points: list[tuple[float, float]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fitted_curve(points)


@pytest.mark.parametrize(
    ("losses", "message"),
    [
        ((one(7), one(13)), "slot_losses has no curve for slots of 23 bytes"),
        ((one(7), one(13), one(13), one(23)), "slot_losses has two curves for one size"),
        ((one(7), one(13), one(23, slope=-1.0)), "slot_losses of 23 bytes: .* no falling curve"),
        ((one(7), one(13), one(23, middle=math.nan)), "slot_losses of 23 bytes"),
        (((7, 1.0), one(13), one(23)), "slot_losses"),
        ("hf", "slot_losses"),
    ],
)
def test_settings_refuse_curves_that_are_none(losses: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SenderSettings(slots=(7, 13, 23), slot_losses=losses)


def test_settings_keep_curves_when_others_change() -> None:
    losses = slot_losses_of("hf")
    settings = SenderSettings(slots=(7, 13, 23), slot_losses=losses)
    assert settings.changed(budget=900).slot_losses == losses
    assert slot_losses_of(losses) is losses
    assert slot_losses_of("") == ()
    with pytest.raises(ValueError, match="profile must be"):
        slot_losses_of("uhf")
