# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modem of profile `vhf` through its bindings, beside docs/modem-vhf.md."""

from pathlib import Path

import numpy as np
import pytest
import reference_vhf_slot as reference
import soundfile
from largesc_kernels import hf_demodulator, hf_modulator, vhf_demodulator, vhf_modulator
from scipy.signal import resample_poly

SPEECH = Path(__file__).parents[1] / "python" / "largesc" / "audio" / "verification.flac"
PACKET = bytes((37 * number + 1) % 256 for number in range(32))
RATE = 60000


@pytest.mark.parametrize("size", [7, 13, 23, 32])
def test_samples_are_those_of_the_document(size: int) -> None:
    slot = vhf_modulator().modulate(PACKET[:size])
    symbols = reference.symbols_of(PACKET[:size])[:60]
    assert len(slot) == 4800
    difference = np.angle(slot[30:570] * np.exp(-1j * reference.phase_of(symbols)[30:570]))
    assert np.max(np.abs(difference)) < 1e-4


def test_all_symbols_are_those_of_the_document() -> None:
    slot = vhf_modulator().modulate(PACKET[:7])
    symbols = reference.symbols_of(PACKET[:7])
    middles = 0.5 * (slot[4::10] + slot[5::10]) * (-1j) ** (np.arange(480) % 4)
    assert np.array_equal(np.sign(middles.real), symbols)


def test_channels_beside_are_left_alone() -> None:
    modulator, random = vhf_modulator(), np.random.default_rng(1)
    samples = np.concatenate([modulator.modulate(random.bytes(7)) for _ in range(20)])
    power = np.abs(np.fft.fft(samples * np.blackman(len(samples)))) ** 2
    hertz = np.fft.fftfreq(len(samples), 1.0 / RATE)
    beside = power[np.abs(hertz - 12500.0) < 4250.0].sum() / power.sum()
    assert 10.0 * np.log10(beside) < -60.0


def test_there_and_back() -> None:
    modulator, demodulator = vhf_modulator(), vhf_demodulator()
    sent = [bytes([number]) * 7 for number in range(6)]
    slots = [modulator.modulate(packet) for packet in sent]
    samples = np.concatenate([np.zeros(100), *slots, modulator.flush()])
    samples = samples * np.exp(2j * np.pi * 15000.0 * np.arange(len(samples)) / RATE)
    received = [*demodulator.push(samples), *demodulator.flush()]
    accepted = [slot for slot in received if slot.accepted]
    assert [slot.bytes for slot in accepted] == sent
    assert accepted[0].start == pytest.approx(100.0, abs=3.0)
    assert accepted[-1].offset == pytest.approx(15000.0, abs=1.0)
    assert np.array_equal(accepted[5].soft > 0, np.unpackbits(np.full(7, 5, np.uint8)) > 0)
    assert not demodulator.in_sync


def test_there_is_no_packet_in_speech_nor_in_the_other_waveform() -> None:
    speech, rate = soundfile.read(SPEECH, stop=2 * 24000)
    modulator = hf_modulator()
    hf = np.concatenate([modulator.modulate(PACKET[:7]) for _ in range(25)])
    fm = np.exp(2j * np.pi * 2500.0 * np.cumsum(resample_poly(speech, 5, 2)) / RATE)
    for samples in (fm, resample_poly(hf, 15, 2), resample_poly(speech, 5, 2)):
        demodulator = vhf_demodulator()
        assert not demodulator.push(samples.astype(np.complex64))
        assert not demodulator.in_sync
    kernel = vhf_modulator()
    vhf = np.concatenate([kernel.modulate(PACKET[:7]) for _ in range(25)])
    narrow = resample_poly(vhf, 2, 15).astype(np.complex64)
    receiver = hf_demodulator()
    assert not [slot for slot in receiver.push(narrow) if slot.accepted]
    assert not receiver.in_sync
    assert rate == 24000


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="7, 13, 23 or 32 bytes, not 8"):
        vhf_modulator().modulate(bytes(8))
    with pytest.raises(ValueError, match="7, 13, 23 or 32 bytes, not 9"):
        vhf_demodulator([7, 9])
    with pytest.raises(ValueError, match="look_ahead must be 0 or 1"):
        vhf_demodulator(look_ahead=2)
