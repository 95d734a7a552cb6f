# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modem of profile `hf` through its bindings, beside docs/modem.md."""

from pathlib import Path

import numpy as np
import pytest
import reference_hf_slot as reference
import soundfile
from largesc_kernels import (
    hf_demodulator,
    hf_modulator,
    tail_biting_code,
    tail_biting_decoder,
)

SPEECH = Path(__file__).parents[1] / "python" / "largesc" / "audio" / "verification.flac"
PACKET = bytes.fromhex("0123456789abcdef0123456789abcdef0123456789abcd")


def data_carriers(symbol: int) -> list[int]:
    return [n for n in range(reference.CARRIERS) if n not in reference.PILOTS[symbol]]


@pytest.mark.parametrize("size", [7, 13, 23])
def test_carriers_have_the_bits_of_the_document(size: int) -> None:
    packet = PACKET[:size]
    carriers = reference.carriers_of(hf_modulator().modulate(packet))
    signs = []
    for symbol in (0, 1):
        for carrier in data_carriers(symbol):
            value = carriers[symbol, carrier]
            signs += [int(value.real > 0), int(value.imag > 0)]
    # Limiting the peaks moves a few carriers over an axis.
    differ = np.count_nonzero(np.array(signs) != reference.bits_on_carriers(packet))
    assert differ <= 5


def test_code_is_that_of_the_document() -> None:
    code = tail_biting_code(reference.MEMORY, reference.GENERATORS[7], 56, 256)
    bits = np.unpackbits(np.frombuffer(PACKET[:7], np.uint8))
    coded = code.encode(bits)
    assert coded.tolist() == reference.coded_bits(PACKET[:7])
    word = tail_biting_decoder(code).decode(np.where(coded, 4.0, -4.0))
    assert word.bits.tolist() == bits.tolist()
    assert word.reliability > 10.0
    assert len(word.soft_bits) == 56


def test_there_and_back() -> None:
    modulator, demodulator = hf_modulator(), hf_demodulator()
    sent = [bytes([number]) * 7 for number in range(8)]
    slots = [modulator.modulate(packet) for packet in sent]
    samples = np.concatenate([np.zeros(100), *slots, modulator.flush()])
    received = [*demodulator.push(samples), *demodulator.flush()]
    accepted = [slot for slot in received if slot.accepted]
    assert [slot.bytes for slot in accepted] == sent
    assert accepted[0].start == pytest.approx(100.0, abs=2.0)
    assert accepted[0].offset == pytest.approx(0.0, abs=0.5)
    assert np.array_equal(accepted[5].soft > 0, np.unpackbits(np.full(7, 5, np.uint8)) > 0)
    assert not demodulator.in_sync


def test_an_over_on_two_paths_is_found_at_once() -> None:
    random, modulator = np.random.default_rng([0, 23]), hf_modulator()
    sent = [random.bytes(23) for _ in range(14)]
    slots = [modulator.modulate(packet) for packet in sent]
    over = np.concatenate([np.zeros(1500), *slots, modulator.flush(), np.zeros(640)])
    two = 0.7071 * (over + 1j * np.concatenate([np.zeros(16), over[:-16]]))
    noise = random.normal(0.0, np.sqrt(0.5 * 10**-0.9 * 8000 / 3000), (2, len(two)))  # 9 dB
    received = hf_demodulator([23]).push((two + noise[0] + 1j * noise[1]).astype(np.complex64))
    assert len([slot for slot in received if slot.accepted and slot.bytes in sent]) >= 8


def test_slots_of_all_sizes_in_any_order_are_found_in_one_over() -> None:
    # The size of the slot before is tried first, and what leaves no doubt is not compared: so the
    # outcome must be that of trying all.
    random = np.random.default_rng(5)
    sizes = [7, 7, 13, 23, 13, 13, 7, 23, 23, 7, 13, 23, 7, 7, 13]
    sent = [random.bytes(size) for size in sizes]
    modulator = hf_modulator()
    over = np.concatenate([*(modulator.modulate(one) for one in sent), modulator.flush()])
    signal = np.pad(over, (900, 1600))
    noise = random.standard_normal((2, len(signal))) * np.sqrt(10**-1 * 8000 / 3000 / 2)
    signal = (signal + noise[0] + 1j * noise[1]).astype(np.complex64)
    heard = [slot for slot in hf_demodulator().push(signal) if slot.accepted]
    assert [slot.bytes for slot in heard] == sent
    apart = [hf_demodulator([size]).push(signal) for size in (7, 13, 23)]
    for slot in heard:
        twins = [one for each in apart for one in each if abs(one.start - slot.start) < 8]
        assert max(one.evidence for one in twins) <= slot.evidence + 1.0


def test_there_is_no_packet_in_speech() -> None:
    speech, rate = soundfile.read(SPEECH, stop=2 * 24000)
    spectrum = np.fft.fft(speech)
    spectrum[np.abs(np.fft.fftfreq(len(speech), 1.0 / rate) - 1500.0) > 1200.0] = 0.0
    turn = np.exp(-2j * np.pi * 1500.0 * np.arange(len(speech)) / rate)
    demodulator = hf_demodulator()
    heard = demodulator.push((np.fft.ifft(spectrum) * turn)[:: rate // 8000].astype(np.complex64))
    assert not [slot for slot in heard if slot.accepted]
    assert not demodulator.in_sync


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="7, 13 or 23 bytes, not 8"):
        hf_modulator().modulate(bytes(8))
    with pytest.raises(ValueError, match="7, 13 or 23 bytes, not 9"):
        hf_demodulator([7, 9])
    with pytest.raises(ValueError, match="look_ahead must be 0 or 1"):
        hf_demodulator(look_ahead=2)
    with pytest.raises(ValueError, match="another number of ratios"):
        tail_biting_decoder(tail_biting_code(5, [0o67, 0o51], 20, 40)).decode(np.zeros(39))
