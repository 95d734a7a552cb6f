# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles of modems say of the kernels what is true, and wrong ones are said in one line."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from gnuradio.largesc.radio import modem_profile
from gnuradio.largesc.radio.modem_profile import load_modem_profile, modem_profile_names
from gnuradio.largesc.radio.over_sender import OverSender
from largesc_kernels import packet_codec

CODED_BITS = {"hf": 256, "vhf": 416}  # of a slot; docs/modem.md


@pytest.mark.parametrize("name", modem_profile_names())
def test_profile_is_that_of_its_kernel(name: str) -> None:
    profile = load_modem_profile(name)
    modulator = profile.modulator()
    for slot in profile.slots:
        samples = modulator.modulate(bytes(slot.bytes))
        assert len(samples) == profile.slot_samples
        assert slot.code_rate == pytest.approx(8 * slot.bytes / CODED_BITS[name], abs=0.001)
        assert packet_codec().packet_size(slot.tokens) <= slot.bytes
    profile.demodulator(profile.sizes, True, 0)


def test_all_but_the_largest_slots_are_filled_by_tokens() -> None:
    for name in modem_profile_names():
        for slot in load_modem_profile(name).slots[:3]:
            assert packet_codec().packet_size(slot.tokens) == slot.bytes


@pytest.mark.parametrize("name", modem_profile_names())
def test_band_and_peaks_are_as_told(name: str) -> None:
    profile = load_modem_profile(name)
    modulator, random = profile.modulator(), np.random.default_rng(1)
    samples = np.concatenate([modulator.modulate(random.bytes(7)) for _ in range(40)])
    power = np.abs(np.fft.fft(samples * np.hanning(len(samples)))) ** 2
    hertz = np.abs(np.fft.fftfreq(len(samples), 1.0 / profile.sample_rate))
    inside = power[hertz <= profile.bandwidth_hz / 2].sum() / power.sum()
    assert inside == pytest.approx(0.99, abs=0.005)
    peak = np.max(np.abs(samples)) / np.sqrt(np.mean(np.abs(samples) ** 2))
    assert 20 * np.log10(peak) <= profile.peak_db + 0.01


def test_hf_lies_in_the_audio_of_a_transceiver() -> None:
    profile = load_modem_profile("hf")
    assert profile.centre_hz - profile.bandwidth_hz / 2 >= 300
    assert profile.centre_hz + profile.bandwidth_hz / 2 <= 2700


def test_some_sizes_are_those_of_the_profile() -> None:
    profile = load_modem_profile("hf")
    assert profile.sizes == profile.some_sizes([]) == (7, 13, 23)
    assert profile.some_sizes([13.0, 7]) == (7, 13)
    for wrong in ([8], "7", 7, [7.5], None):
        with pytest.raises(ValueError, match="sizes"):
            profile.some_sizes(wrong)  # type: ignore[arg-type]


def test_wrong_profile_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = yaml.safe_load((modem_profile.FOLDER / "hf.yaml").read_text())
    monkeypatch.setattr(modem_profile, "FOLDER", tmp_path)
    for change, message in (
        ({"slots": []}, "slots"),
        ({"waveform": "am"}, "waveform"),
        ({"colour": 1}, "there is no setting 'colour'"),
        ({"sample_rate": "fast"}, "sample_rate"),
    ):
        (tmp_path / "mine.yaml").write_text(yaml.safe_dump(good | change))
        with pytest.raises(ValueError, match=message) as caught:
            load_modem_profile("mine")
        assert "\n" not in str(caught.value)
    for text in ("- 1\n", "{"):
        (tmp_path / "mine.yaml").write_text(text)
        with pytest.raises(ValueError, match="no mapping"):
            load_modem_profile("mine")
    with pytest.raises(ValueError, match="profile must be one of mine, not 'vhf'"):
        load_modem_profile("vhf")


def test_gaps_keep_the_time_of_slots_and_too_many_end_the_over() -> None:
    over = OverSender(load_modem_profile("hf").modulator(), 640, hang=2)
    first, gap, second = over.send(bytes(7)), over.wait(), over.send(bytes(7))
    assert (first.begins, gap.ends, second.begins) == (True, False, False)
    assert gap.samples[:8].any()  # fades out
    assert not gap.samples[8:].any()
    assert not over.wait().ends
    assert over.wait().ends
    assert not over.is_on
    assert not over.wait().samples.any()
    assert over.send(bytes(7)).begins
    over.reset()
    assert not over.is_on
