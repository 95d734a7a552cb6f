# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packet bytes through the Python bindings; lib/qa_packet_codec.cc tests the kernel itself."""

import math
from typing import Any

import pytest
from gnuradio.largesc import (
    announcement,
    channel_report,
    frame_code,
    packet,
    packet_codec,
    packet_error,
    packet_refused,
)
from hypothesis import given
from hypothesis import strategies as st
from hypothesis_profiles import examples

CODECS = st.sampled_from([packet_codec(), packet_codec(crc=True)])
TOKEN = st.integers(0, 2047)
BITS_16 = st.integers(0, 65535)
PLAIN_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=31)


@st.composite
def packets(draw: Any) -> packet:
    """Every frame's packet that the format can say."""
    primary = draw(st.just([]) | st.lists(TOKEN, min_size=4, max_size=8))
    redundant = draw(st.lists(TOKEN, max_size=7))
    codes = list(frame_code.__members__.values()) if primary and redundant else []
    code = draw(st.sampled_from([frame_code.repetition, *codes]))
    repeats = redundant and code == frame_code.repetition
    lag = draw(st.integers(1, 5) | st.integers(6, 127)) if repeats else 0
    return packet(draw(st.integers(0, 127)), primary, redundant, lag, code)


@st.composite
def announcements(draw: Any) -> announcement:
    """Every announcement that the format can say."""
    silent = draw(st.booleans())
    return announcement(
        frame=draw(st.integers(0, announcement.frame_modulus - 1)),
        session=draw(BITS_16),
        fingerprint=draw(BITS_16),
        silent=silent,
        ends=not silent and draw(st.booleans()),
        report=draw(st.none() | REPORTS),
        text=draw(PLAIN_TEXT.filter(lambda text: len(text.encode()) <= 31)),
    )


REPORTS = st.builds(
    channel_report.quantise,
    session=BITS_16,
    loss_rate=st.floats(0, 1),
    mean_burst=st.floats(0, math.inf),
    window=st.floats(0, math.inf),
    age=st.floats(0, math.inf),
    snr=st.floats(),
)
SENT = packets() | announcements()


def refusal(data: bytes, crc: bool = False) -> packet_error | None:
    """Why the bytes are refused; None if they are a packet, and then the only one that says it."""
    codec = packet_codec(crc)
    try:
        parsed = codec.parse(data)
    except packet_refused as refused:
        return refused.error
    assert codec.pack(parsed) == data
    return None


@given(packets(), CODECS)
@examples(3)
def test_length_is_that_of_header_tokens_and_check_value(sent: packet, codec: packet_codec) -> None:
    tokens = len(sent.primary) + len(sent.redundant)
    repeats = sent.code == frame_code.repetition
    later = not repeats or sent.lag > 5
    header = 12 + later * (4 + 8 * repeats)
    expected = math.ceil((header + 11 * tokens) / 8) + 2 * codec.crc
    assert len(codec.pack(sent)) == codec.packet_size(tokens, sent.code, sent.lag) == expected


@given(announcements(), CODECS)
@examples(3)
def test_announcement_takes_9_bytes_6_for_a_report_1_for_its_snr_and_its_text(
    sent: announcement, codec: packet_codec
) -> None:
    report = 0 if sent.report is None else 6 + (not math.isnan(sent.report.snr))
    expected = 9 + report + len(sent.text.encode()) + 2 * codec.crc
    assert len(codec.pack(sent)) == expected


@given(SENT, CODECS)
@examples(5)
@pytest.mark.slow
def test_what_is_packed_parses_to_the_same(sent: Any, codec: packet_codec) -> None:
    assert codec.parse(codec.pack(sent)) == sent


@given(st.binary(max_size=60), st.booleans())
@examples(10)
@pytest.mark.slow
def test_bytes_are_refused_unless_packing_gives_them_again(data: bytes, crc: bool) -> None:
    refusal(data, crc)


@given(SENT)
def test_flipped_bit_is_refused_or_gives_another_packet(sent: Any) -> None:
    data = packet_codec().pack(sent)
    for position in range(8 * len(data)):
        flipped = flip(data, position)
        if refusal(flipped) is None:
            assert packet_codec().parse(flipped) != sent


@given(SENT, st.data())
def test_check_value_finds_every_one_and_any_two_and_three_flipped_bits(sent: Any, data: Any):
    sent_data = packet_codec(crc=True).pack(sent)
    bits = range(8 * len(sent_data))
    for position in bits:
        assert refusal(flip(sent_data, position), crc=True) == packet_error.crc
    more = data.draw(st.lists(st.sampled_from(bits), min_size=2, max_size=3, unique=True))
    assert refusal(flip(sent_data, *more), crc=True) == packet_error.crc


@given(SENT, st.data())
@examples(3)
@pytest.mark.slow
def test_check_value_finds_every_burst_of_16_bits(sent: Any, data: Any) -> None:
    sent_data = packet_codec(crc=True).pack(sent)
    first = data.draw(st.integers(0, 8 * len(sent_data) - 16))
    pattern = data.draw(st.integers(1, 0xFFFF))
    burst = [first + n for n in range(16) if pattern >> n & 1]
    assert refusal(flip(sent_data, *burst), crc=True) == packet_error.crc


def flip(data: bytes, *positions: int) -> bytes:
    """The bytes with bits inverted, 0 being the first on the air."""
    flipped = bytearray(data)
    for position in positions:
        flipped[position // 8] ^= 0x80 >> position % 8
    return bytes(flipped)


@given(SENT, st.booleans(), st.booleans())
@examples(3)
@pytest.mark.slow
def test_truncated_or_lengthened_packet_says_nothing_wrong(sent: Any, crc: bool, longer: bool):
    data = packet_codec(crc).pack(sent)
    refusal(data + b"\0" if longer else data[:-1], crc)


@given(REPORTS)
@examples(3)
def test_report_of_the_rounded_values_is_the_same(report: channel_report) -> None:
    values = (report.loss_rate, report.mean_burst, report.window, report.age, report.snr)
    assert channel_report.quantise(report.session, *values) == report


@pytest.mark.parametrize(
    ("name", "step", "largest"),
    [
        ("loss_rate", 1 / 255, 1.0),
        ("mean_burst", 1 / 8, math.inf),
        ("window", 4, math.inf),
        ("age", 10, math.inf),
    ],
)
def test_report_has_the_nearest_step_and_saturates(name: str, step: float, largest: float) -> None:
    for code in range(256):
        for offset in (-0.49, 0.0, 0.49):
            value = min(max((code + offset) * step, 0.0), largest)
            rounded = getattr(channel_report.quantise(1, **ZERO | {name: value}), name)
            assert rounded == pytest.approx(code * step)
    most = channel_report.quantise(1, **ZERO | {name: largest})
    assert getattr(most, name) == pytest.approx(255 * step)


@pytest.mark.parametrize(
    ("snr", "rounded"),
    [
        *((-40.0, -40.0), (87.0, 87.0), (0.0, 0.0), (-4.5, -4.5), (3.24, 3.0), (3.26, 3.5)),
        *((-41.0, -40.0), (100.0, 87.0), (math.inf, 87.0), (-math.inf, -40.0)),
    ],
)
def test_snr_has_the_nearest_half_decibel_and_saturates(snr: float, rounded: float) -> None:
    assert channel_report.quantise(1, **ZERO, snr=snr).snr == rounded


def test_snr_may_not_be_known() -> None:
    for report in (
        channel_report.quantise(1, **ZERO),
        channel_report.quantise(1, **ZERO, snr=math.nan),
    ):
        assert math.isnan(report.snr)
        assert packet_codec().pack(announcement(0, report=report))[1] & 0xF == 1
    assert channel_report.quantise(1, **ZERO, snr=0.0) != channel_report.quantise(1, **ZERO)


ZERO = {"loss_rate": 0.0, "mean_burst": 0.0, "window": 0.0, "age": 0.0}


@pytest.mark.parametrize("name", ZERO)
@pytest.mark.parametrize("wrong", [-0.1, math.nan])
def test_report_out_of_range_is_refused(name: str, wrong: float) -> None:
    with pytest.raises(ValueError, match=f"{name} must be 0"):
        channel_report.quantise(1, **ZERO | {name: wrong})
    for session in (-1, 65536):
        with pytest.raises(ValueError, match=r"session must be 0\.\.65535"):
            channel_report.quantise(session, **ZERO)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (packet(0, [1] * 3), "n_primary must be 4..8, or 0 for silence, not 3"),
        (packet(0, [1] * 9), "n_primary must be 4..8, or 0 for silence, not 9"),
        (packet(0, [1] * 4, [1] * 8, 1), "n_redundant must be 0..7, not 8"),
        (packet(0, [1] * 4, [1], 0), "lag must be 1..127"),
        (packet(0, [1] * 4, [1], 128), "lag must be 1..127"),
        (packet(0, [1] * 4, [], 1), "where redundant tokens are repeated, otherwise 0, not 1"),
        (packet(0, [], [], 1), "where redundant tokens are repeated, otherwise 0, not 1"),
        (packet(0, [1] * 4, [1], 1, frame_code.window), "otherwise 0, not 1"),
        (packet(0, [1] * 4, [], 0, frame_code.window), "code must be repetition in silence"),
        (packet(0, [], [1], 0, frame_code.xor_pair), "code must be repetition in silence"),
        (packet(128, [1] * 4), "sequence must be 0..127, not 128"),
        (packet(-1, [1] * 4), "sequence must be 0..127, not -1"),
        (packet(0, [1, 1, 1, 2048]), "token must be 0..2047, not 2048"),
        (packet(0, [1, 1, 1, -1]), "token must be 0..2047, not -1"),
        (packet(0, [1] * 4, [-1], 1), "token must be 0..2047, not -1"),
        (announcement(-1), "frame must be 0..8388607, not -1"),
        (announcement(1 << 23), "frame must be 0..8388607, not 8388608"),
        (announcement(0, session=65536), "session must be 0..65535, not 65536"),
        (announcement(0, fingerprint=-1), "fingerprint must be 0..65535, not -1"),
        (announcement(0, silent=True, ends=True), "ends the stream stands for no frame"),
        (announcement(0, text="ä" * 16), "text must have at most 31 bytes in UTF-8, not 32"),
        (announcement(0, text="DL0XX\n"), "text must be UTF-8 without control characters"),
        (announcement(0, text="\0"), "text must be UTF-8 without control characters"),
        (announcement(0, text="\x9b"), "text must be UTF-8 without control characters"),
    ],
)
def test_what_the_format_cannot_say_is_not_packed(wrong: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        packet_codec().pack(wrong)


def test_text_that_is_no_unicode_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogates not allowed"):
        announcement(0, text="\ud800")


def test_format_is_the_documented_one() -> None:
    assert packet_codec.version == 4
    assert packet_codec.sequence_modulus == 128
    assert packet_codec.bits_per_token == 11
    assert (packet_codec.max_short_lag, packet_codec.max_lag) == (5, 127)
    assert announcement.frame_modulus == 2**23
    assert announcement.max_text == 31
    assert [packet_codec().packet_size(tokens) for tokens in (0, 4, 8, 15)] == [2, 7, 13, 23]
    assert [packet_codec(crc=True).packet_size(tokens) for tokens in (0, 15)] == [4, 25]
