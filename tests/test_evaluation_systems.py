# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every system of the judge: alignment, bits, losses, determinism; and systems that are absent."""

import numpy as np
import pytest
from evaluation_channels import ListedLosses, run
from gnuradio.largesc.evaluation.systems import amr_wb, codec2_library, opus_library
from gnuradio.largesc.evaluation.systems.interface import SystemUnavailable
from gnuradio.largesc.evaluation.systems.registry import AnySystem
from gnuradio.largesc.evaluation.systems.settings import SystemSettings
from pydantic import TypeAdapter, ValidationError

RATE = 24000
ADAPTER: TypeAdapter[SystemSettings] = TypeAdapter(AnySystem)

# Settings, bit/s on the air on speech (lowest, highest), largest offset in samples at 24 kHz.
SYSTEMS = [
    ({"kind": "identity"}, (384000, 390000), 0),
    ({"kind": "silence"}, (0, 0), None),
    ({"kind": "opus", "bit_rate": 6000}, (4500, 7000), 24),
    ({"kind": "opus", "bit_rate": 6000, "packet_ms": 60}, (4500, 7000), 24),
    ({"kind": "opus", "bit_rate": 12000}, (9500, 13500), 24),
    ({"kind": "opus", "bit_rate": 16000, "expected_loss": 20}, (12500, 18500), 24),
    ({"kind": "opus", "bit_rate": 24000, "expected_loss": 20}, (18500, 27000), 24),
    ({"kind": "amr-wb"}, (7200, 7300), 24),
    ({"kind": "codec2", "mode": "3200", "packet_ms": 20}, (3200, 3300), 240),
    ({"kind": "codec2", "mode": "1300"}, (1300, 1400), 240),
    ({"kind": "codec2", "mode": "700C"}, (700, 750), 240),
    ({"kind": "aac"}, (8000, 14000), 24),
    ({"kind": "largesc", "primary": 8}, (1300, 1400), 480),
]
LABELS = [str(settings) for settings, _, _ in SYSTEMS]
SPEAKING = [settings for settings, _, offset in SYSTEMS if offset is not None]


def build(settings: dict[str, object]):
    return ADAPTER.validate_python(settings).build()


def envelope(pcm: np.ndarray) -> np.ndarray:
    """Codecs of parameters keep no waveform: what they keep is when it is loud."""
    smooth = np.convolve(np.abs(pcm), np.hanning(241), "same")
    return smooth - smooth.mean()


def lag(sent: np.ndarray, received: np.ndarray) -> int:
    """By how many samples the envelope comes late."""
    size = 2 * len(sent)
    spectra = [np.fft.rfft(envelope(x), size) for x in (received, sent)]
    best = int(np.argmax(np.fft.irfft(spectra[0] * spectra[1].conj())))
    return best if best < len(sent) else best - size


@pytest.mark.slow
@pytest.mark.parametrize(("settings", "bit_rate", "offset"), SYSTEMS, ids=LABELS)
def test_speech_comes_out_aligned_at_its_bit_rate(
    speech: np.ndarray, settings: dict[str, object], bit_rate: tuple[int, int], offset: int | None
) -> None:
    system = build(settings)
    outcome = run(system, speech)
    received = outcome.pcm
    assert received.shape == speech.shape
    assert received.dtype == np.float32
    assert np.isfinite(received).all()
    seconds = outcome.packets * system.packet_seconds
    assert bit_rate[0] <= outcome.bits / seconds <= bit_rate[1]
    assert outcome.lost == 0
    # What is sent beyond the end is the method's delay and the last packet.
    assert seconds < len(speech) / RATE + system.latency_seconds + system.packet_seconds
    if offset is None:
        assert not received.any()
    else:
        assert abs(lag(speech, received)) <= offset
        assert np.corrcoef(envelope(speech), envelope(received))[0, 1] > 0.7


@pytest.mark.slow
@pytest.mark.parametrize("settings", SPEAKING[1:], ids=str)
def test_losses_are_heard_where_they_are_and_nowhere_before(
    speech: np.ndarray, settings: dict[str, object]
) -> None:
    system = build(settings)
    whole = run(system, speech)
    first = whole.packets // 2
    lost = range(first, first + max(1, round(0.16 / system.packet_seconds)))
    broken = run(system, speech, lost)
    assert (broken.packets, broken.lost) == (whole.packets, len(lost))
    whole, broken = whole.pcm, broken.pcm
    assert np.isfinite(broken).all()
    differs = np.flatnonzero(np.abs(whole - broken) > 2e-3)
    # A codec's output may smear backwards by its overlap, and a packet of ours by none.
    begins = (first * system.packet_seconds - 0.1) * RATE
    assert len(differs)
    assert differs[0] > begins


@pytest.mark.slow
@pytest.mark.parametrize("settings", SPEAKING, ids=str)
def test_nothing_of_an_utterance_is_left_for_the_next(
    speech: np.ndarray, settings: dict[str, object]
) -> None:
    system = build(settings)
    lost = np.flatnonzero(np.random.default_rng(3).random(1000) < 0.3)
    first, again = ListedLosses(lost), ListedLosses(lost)
    heard = system.run(speech, first, ListedLosses()).pcm
    run(system, speech[::-1].copy(), lost)
    assert np.array_equal(system.run(speech, again, ListedLosses()).pcm, heard)
    assert again.packets == first.packets


@pytest.mark.slow
@pytest.mark.parametrize("settings", [s for s, _, _ in SYSTEMS], ids=LABELS)
@pytest.mark.parametrize("samples", [1, 479, 2400, 24001])
def test_any_length_comes_back(
    speech: np.ndarray, settings: dict[str, object], samples: int
) -> None:
    system = build(settings)
    for is_lost in (False, True):
        outcome = run(system, speech[:samples], lambda number, is_lost=is_lost: is_lost)
        assert outcome.pcm.shape == (samples,)
        assert np.isfinite(outcome.pcm).all()
        assert outcome.lost == (outcome.packets if is_lost else 0)


@pytest.mark.parametrize("settings", [s for s, _, _ in SYSTEMS], ids=LABELS)
@pytest.mark.slow
def test_packets_follow_each_other_on_the_clock(
    speech: np.ndarray, settings: dict[str, object]
) -> None:
    system = build(settings)
    channel = ListedLosses()
    outcome = system.run(speech[:24000], channel, ListedLosses())
    starts = np.arange(outcome.packets) * system.packet_seconds
    assert np.array_equal(channel.starts, starts)
    assert channel.airtimes == [system.packet_seconds] * outcome.packets
    assert outcome.bits == 8 * sum(map(len, channel.packets))


def test_forward_error_correction_brings_back_a_lost_packet(speech: np.ndarray) -> None:
    errors = {}
    for expected_loss in (0, 20):
        settings = {"kind": "opus", "bit_rate": 24000, "expected_loss": expected_loss}
        system = build(settings)
        whole = run(system, speech).pcm
        broken = run(system, speech, lambda number: number % 4 == 1).pcm
        errors[expected_loss] = np.mean((broken - whole) ** 2)
    assert errors[20] < 0.5 * errors[0]


@pytest.mark.parametrize("kind", ["lyra", "soundstream"])
def test_neural_peers_say_what_is_missing(kind: str) -> None:
    with pytest.raises(SystemUnavailable, match=r"weights|Bazel"):
        build({"kind": kind})


def test_absent_libraries_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    amr_wb._libraries.cache_clear()
    opus_library.opus_library.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(amr_wb.ctypes, "CDLL", absent)
        with pytest.raises(SystemUnavailable, match="apt install libvo-amrwbenc0"):
            build({"kind": "amr-wb"})
        patch.setattr(opus_library.util, "find_spec", lambda name: None)
        with pytest.raises(SystemUnavailable, match="PyAV"):
            build({"kind": "opus", "bit_rate": 6000})
        codec2_library._library_bytes.cache_clear()
        patch.setattr(codec2_library.util, "find_spec", lambda name: None)
        with pytest.raises(SystemUnavailable, match=r"requirements-evaluation\.txt"):
            build({"kind": "codec2", "mode": "1300"})
    amr_wb._libraries.cache_clear()
    opus_library.opus_library.cache_clear()


@pytest.mark.parametrize(
    "settings",
    [
        {"kind": "opus", "bit_rate": 5000},
        {"kind": "opus", "bit_rate": 6000, "expected_loss": 20},
        {"kind": "codec2", "mode": "2400"},
        {"kind": "codec2", "mode": "1300", "packet_ms": 20},
        {"kind": "largesc", "primary": 3},
        {"kind": "largesc", "redundant": 2, "lag": 3, "look_ahead": 1},
        {"kind": "evs"},
    ],
    ids=str,
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ADAPTER.validate_python(settings)


def test_labels_tell_systems_apart() -> None:
    labels = [ADAPTER.validate_python(settings).label for settings, _, _ in SYSTEMS]
    assert len(set(labels)) == len(labels)
    assert "Opus 6k 60 ms" in labels
    assert "Codec2 700C" in labels
    assert "Opus 24k FEC" in labels
