# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The packet format once more, in plain Python, written from docs/packet-format.md.

The tests hold the C++ kernel to it, the benchmark compares their speed. It says what packets are
in plain tuples and names errors as ``packet_error`` does.
"""

from typing import NamedTuple


class Frame(NamedTuple):
    """One frame's packet; without primary tokens the frame is silent; ``rest`` is since, level,
    tilt and bend."""

    sequence: int
    primary: tuple[int, ...]
    redundant: tuple[int, ...]
    lag: int
    code: str = "repetition"
    rest: tuple[int, ...] | None = None


class Announcement(NamedTuple):
    """Announce packet; ``report`` is session and the codes of loss rate, burst, window and age, and
    of the SNR where it is known."""

    frame: int
    session: int
    fingerprint: int
    silent: bool
    ends: bool
    report: tuple[int, ...] | None
    text: str


class Text(NamedTuple):
    """Piece of a text."""

    sequence: int
    silent: bool
    number: int
    piece: int
    last: int
    bytes: bytes


CODES = ("repetition", "xor_pair", "window")  # what redundant tokens are, by kind
REST_BITS = (4, 5, 4, 3)
REPORT_BITS = {1: (16, 8, 8, 8, 8), 2: (16, 8, 8, 8, 8, 8)}  # by version


def crc16(data: bytes) -> int:
    """CRC-16/GENIBUS, bit by bit."""
    register = 0xFFFF
    for byte in data:
        register ^= byte << 8
        for _ in range(8):
            register = (register << 1 ^ 0x1021 if register & 0x8000 else register << 1) & 0xFFFF
    return register ^ 0xFFFF


def join_fields(fields: list[tuple[int, int]]) -> bytes:
    """Numbers and their bits, most significant first, with zeros up to a byte."""
    joined = total = 0
    for value, bits in fields:
        joined = joined << bits | value
        total += bits
    padding = -total % 8
    return (joined << padding).to_bytes((total + padding) // 8, "big")


class FieldReader:
    """Takes numbers from the front of some bytes."""

    def __init__(self, data: bytes):
        self._value = int.from_bytes(data, "big")
        self.left = 8 * len(data)

    def take(self, bits: int) -> int:
        self.left -= bits
        return self._value >> self.left & ((1 << bits) - 1)


def pack(what: Frame | Announcement | Text, crc: bool = False) -> bytes:
    """Bytes of a packet."""
    makers = {Frame: frame_fields, Announcement: announcement_fields, Text: text_fields}
    data = join_fields(makers[type(what)](what))
    return data + crc16(data).to_bytes(2, "big") if crc else data


def frame_fields(frame: Frame) -> list[tuple[int, int]]:
    if frame.rest is not None:
        header = [(frame.sequence, 7), (30, 5), (3, 4)]
        return header + list(zip(frame.rest, REST_BITS, strict=True))
    if frame.code != "repetition" or frame.lag > 5:
        return second_version_fields(frame)
    code = 5 * (len(frame.primary) - 4) if frame.primary else 25
    code += frame.lag - 1 if frame.redundant else 0
    header = [(frame.sequence, 7), (code, 5)]
    return header + [(token, 11) for token in frame.primary + frame.redundant]


def second_version_fields(frame: Frame) -> list[tuple[int, int]]:
    kind = CODES.index(frame.code)
    mode = 3 * (len(frame.primary) - 4) + kind if frame.primary else 15
    lag = [(frame.lag, 8)] if kind == 0 else []
    primary, redundant = (
        [(token, 11) for token in part] for part in (frame.primary, frame.redundant)
    )
    return [(frame.sequence, 7), (31, 5), (mode, 4), *primary, *lag, *redundant]


def announcement_fields(a: Announcement) -> list[tuple[int, int]]:
    text = a.text.encode()
    version = 2 if len(a.report or ()) == 6 else 1
    fields = [(a.frame % 128, 7), (30, 5), (version, 4), (a.session, 16), (a.fingerprint, 16)]
    fields += [(a.frame // 128, 16), (a.silent, 1), (a.ends, 1), (a.report is not None, 1)]
    fields += [(len(text), 5)]
    if a.report is not None:
        fields += zip(a.report, REPORT_BITS[version], strict=True)
    return fields + [(byte, 8) for byte in text]


def text_fields(t: Text) -> list[tuple[int, int]]:
    fields = [(t.sequence, 7), (30, 5), (4, 4), (t.silent, 1), (t.number, 3), (t.piece, 4)]
    return fields + [(t.last, 4), (len(t.bytes) - 1, 4)] + [(byte, 8) for byte in t.bytes]


def parse(data: bytes, crc: bool = False) -> Frame | Announcement | Text | str:
    """What the bytes say, or the name of the error."""
    if len(data) < 2 + 2 * crc:
        return "length"
    if crc:
        if crc16(data[:-2]) != int.from_bytes(data[-2:], "big"):
            return "crc"
        data = data[:-2]
    reader = FieldReader(data)
    sequence, code = reader.take(7), reader.take(5)
    if code == 30:
        version = reader.take(4)
        if version == 3:
            return parse_rest(sequence, reader)
        if version == 4:
            return parse_text(data, sequence, reader)
        return parse_announcement(data) if version in REPORT_BITS else "version"
    parse_version = parse_second_version if code == 31 else parse_frame
    return parse_version(data, sequence, code, reader)


def parse_rest(sequence: int, reader: FieldReader) -> Frame | str:
    if reader.left != 16:
        return "length"
    return Frame(sequence, (), (), 0, rest=tuple(reader.take(bits) for bits in REST_BITS))


def parse_text(data: bytes, sequence: int, reader: FieldReader) -> Text | str:
    if len(data) < 4:
        return "length"
    silent, number, piece, last, size = (reader.take(bits) for bits in (1, 3, 4, 4, 4))
    if len(data) != 5 + size:
        return "length"
    text = Text(sequence, bool(silent), number, piece, last, data[4:])
    return "announcement" if piece > last else text


def parse_frame(data: bytes, sequence: int, code: int, reader: FieldReader) -> Frame | str:
    counts = [tokens for tokens in range(16) if (12 + 11 * tokens + 7) // 8 == len(data)]
    if not counts:
        return "length"
    n_primary = 4 + code // 5 if code < 25 else 0
    n_redundant = counts[0] - n_primary
    if not 0 <= n_redundant <= 7 or (n_redundant == 0 and code % 5):
        return "allocation"
    tokens = tuple(reader.take(11) for _ in range(counts[0]))
    if reader.take(reader.left):
        return "padding"
    lag = code % 5 + 1 if n_redundant else 0
    return Frame(sequence, tokens[:n_primary], tokens[n_primary:], lag)


def parse_second_version(data: bytes, sequence: int, code: int, reader: FieldReader) -> Frame | str:
    mode = reader.take(4)
    kind, n_primary = (0, 0) if mode == 15 else (mode % 3, 4 + mode // 3)
    bits = 16 + 8 * (kind == 0)
    counts = [tokens for tokens in range(16) if (bits + 11 * tokens + 7) // 8 == len(data)]
    if not counts:
        return "length"
    if not 1 <= counts[0] - n_primary <= 7:
        return "allocation"
    primary = tuple(reader.take(11) for _ in range(n_primary))
    lag = reader.take(8) if kind == 0 else 0
    if lag > 127:
        return "version"
    if kind == 0 and lag < 6:
        return "allocation"
    redundant = tuple(reader.take(11) for _ in range(counts[0] - n_primary))
    return (
        "padding"
        if reader.take(reader.left)
        else Frame(sequence, primary, redundant, lag, CODES[kind])
    )


def parse_announcement(data: bytes) -> Announcement | str:
    if len(data) < 9:
        return "length"
    reader = FieldReader(data)
    sequence, _, version = reader.take(7), reader.take(5), reader.take(4)
    session, fingerprint, epoch = (reader.take(16) for _ in range(3))
    silent, ends, has_report = (bool(reader.take(1)) for _ in range(3))
    text_size = reader.take(5)
    if len(data) != 9 + (5 + version) * has_report + text_size:
        return "length"
    report = tuple(reader.take(bits) for bits in REPORT_BITS[version]) if has_report else None
    if version == 2 and (report is None or report[-1] == 0):
        return "announcement"
    try:
        text = data[len(data) - text_size :].decode()
    except UnicodeDecodeError:
        return "announcement"
    if (silent and ends) or any(ord(c) < 0x20 or 0x7F <= ord(c) <= 0x9F for c in text):
        return "announcement"
    return Announcement(128 * epoch + sequence, session, fingerprint, silent, ends, report, text)
