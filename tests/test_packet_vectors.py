# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Golden vectors (tests/vectors/packets.txt) and the reference in Python against the kernel."""

import math
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import reference_packet_codec as reference
from gnuradio.largesc import (
    announcement,
    background,
    channel_report,
    frame_code,
    packet,
    packet_codec,
    packet_refused,
    rest,
    text_piece,
)
from hypothesis import given
from hypothesis import strategies as st
from hypothesis_profiles import examples
from reference_packet_codec import Announcement, Frame, Text

FILE = Path(__file__).parent / "vectors" / "packets.txt"


class Vector(NamedTuple):
    """One line: link, bytes, and a Frame, an Announcement, a Text or the name of an error."""

    crc: bool
    data: bytes
    says: Frame | Announcement | Text | str


def read_vectors() -> list[Vector]:
    lines = FILE.read_text(encoding="utf-8").split("\n")
    return [read_vector(line) for line in lines if line and not line.startswith("#")]


def read_vector(line: str) -> Vector:
    link, digits, says = line.split(" | ", maxsplit=2)
    kind, _, rest = says.partition(" ")
    makers = {"frame": read_frame, "announcement": read_announcement, "text": read_text}
    makers["error"] = str
    return Vector({"plain": False, "crc": True}[link], bytes.fromhex(digits), makers[kind](rest))


def read_frame(rest: str) -> Frame:
    fields = dict(field.split("=") for field in rest.split(" "))
    tokens = (numbers(fields["primary"]), numbers(fields["redundant"]))
    code = fields.get("code", "repetition")
    rest = numbers(fields["rest"]) if "rest" in fields else None
    return Frame(int(fields["sequence"]), *tokens, int(fields["lag"]), code, rest)


def read_announcement(rest: str) -> Announcement:
    rest, _, text = rest.partition(" text=")
    fields = dict(field.split("=") for field in rest.split(" "))
    return Announcement(
        *(int(fields[name]) for name in ("frame", "session", "fingerprint")),
        *(fields[name] == "1" for name in ("silent", "ends")),
        numbers(fields["report"]) or None,
        text,
    )


def read_text(rest: str) -> Text:
    fields = dict(field.split("=") for field in rest.split(" "))
    counts = (int(fields[name]) for name in ("number", "piece", "last"))
    silent = fields["silent"] == "1"
    return Text(int(fields["sequence"]), silent, *counts, bytes.fromhex(fields["bytes"]))


def numbers(values: str) -> tuple[int, ...]:
    return tuple(int(value) for value in values.split(",")) if values else ()


def to_kernel(said: Frame | Announcement | Text) -> packet | announcement | text_piece:
    """The kernel's object for what the reference says in tuples."""
    if isinstance(said, Frame):
        code = frame_code.__members__[said.code]
        resting = said.rest and rest(said.rest[0], background(*said.rest[1:]))
        tokens = (list(said.primary), list(said.redundant))
        return packet(said.sequence, *tokens, said.lag, code, resting)
    if isinstance(said, Text):
        return text_piece(*said)
    return announcement(**said._asdict() | {"report": said.report and to_report(*said.report)})


def to_report(
    session: int, loss_rate: int, mean_burst: int, window: int, age: int, snr: int | None = None
) -> channel_report:
    """The kernel's report from the codes."""
    values = (loss_rate / 255, mean_burst / 8, 4 * window, 10 * age)
    return channel_report.quantise(session, *values, math.nan if snr is None else (snr - 81) / 2)


def kernel_says(data: bytes, crc: bool) -> Any:
    try:
        return packet_codec(crc).parse(data)
    except packet_refused as refused:
        return refused.error.name


def reference_says(data: bytes, crc: bool) -> Any:
    said = reference.parse(data, crc)
    return said if isinstance(said, str) else to_kernel(said)


@pytest.mark.parametrize("vector", read_vectors(), ids=lambda vector: vector.data.hex()[:40])
def test_golden_vector(vector: Vector) -> None:
    crc, data, says = vector
    assert reference.parse(data, crc) == says
    if isinstance(says, str):
        assert kernel_says(data, crc) == says
        return
    assert kernel_says(data, crc) == to_kernel(says)
    assert packet_codec(crc).pack(to_kernel(says)) == data
    assert reference.pack(says, crc) == data


def test_check_value_is_the_published_one() -> None:
    assert reference.crc16(b"123456789") == 0xD64E  # CRC-16/GENIBUS


# Bytes near real packets: a golden vector with some of its bytes replaced, cut or lengthened,
# its check value made right again or not.
@st.composite
def nearly_packets(draw: Any) -> tuple[bytes, bool]:
    vector = draw(st.sampled_from(read_vectors()))
    data = bytearray(vector.data[:-2] if vector.crc else vector.data)
    for _ in range(draw(st.integers(0, 3))):
        if data:
            data[draw(st.integers(0, min(len(data), 12) - 1))] ^= draw(st.integers(1, 255))
    size = max(0, len(data) + draw(st.sampled_from([0, 0, 0, -1, 1, -2, 2])))
    data = data[:size].ljust(size, b"\0")
    if draw(st.booleans()):
        return bytes(data) + reference.crc16(data).to_bytes(2, "big"), True
    return bytes(data), vector.crc


@pytest.mark.slow
@given(nearly_packets() | st.tuples(st.binary(max_size=64), st.booleans()))
@examples(20)
def test_kernel_and_reference_accept_and_refuse_the_same(case: tuple[bytes, bool]) -> None:
    assert kernel_says(*case) == reference_says(*case)
