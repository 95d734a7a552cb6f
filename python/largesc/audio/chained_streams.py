# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where streams begin that lie behind one another in a file, as ``cat a.mp3 b.mp3`` leaves them.

Decoders stop behind the first of them, or go on with its rate and channels. So a file is cut
where the signature of its format comes again, and every stream is decoded by itself.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from .stream_window import StreamWindow

# The first page of a stream (RFC 3533, section 6): version 0, begin of stream, granule 0.
OGG_PAGE = rb"OggS\x00[\x02\x06]\x00{8}"
ID3_TAG = rb"ID3[\x02-\x04][\x00-\x0f].[\x00-\x7f]{4}"  # https://id3.org/id3v2.4.0-structure
# A frame that holds no sound but the length: side information of zeros, then its name.
MP3_INFO = rb"\xff[\xe2-\xff]..(?:..)?(?:\x00{9}|\x00{17}|\x00{32})(?:Xing|Info)"
MP3_VBRI = rb"\xff[\xe2-\xff]..\x00{32}VBRI"
MP3_START = ID3_TAG + b"|" + MP3_INFO + b"|" + MP3_VBRI
# How a stream begins; at least seven bytes of each are fixed, so that chance makes none.
SIGNATURES = (
    OGG_PAGE,
    rb"fLaC[\x00\x80]\x00\x00\x22",  # STREAMINFO comes first (RFC 9639, section 8)
    rb"RIFF.{4}WAVE",
    rb"RF64.{4}WAVEds64",
    rb"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00",  # Wave64
    rb"FORM.{4}AIF[FC]",
    rb"NIST_1A\x0a   1024\x0a",  # SPHERE
    rb"caff\x00\x01\x00\x00desc",
    rb"\.snd\x00\x00..(?:.{4})\x00\x00\x00.\x00...\x00\x00..",  # AU, big-endian
    rb"\x1a\x45\xdf\xa3.{1,60}?\x42\x82.(?:matroska|webm)",
    rb"\x00\x00\x00[\x10-\x40]ftyp[ -~]{4}",  # MP4
    rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c",  # ASF: WMA
)
LONGEST_SIGNATURE = 80  # bytes
MPEG_AUDIO = re.compile(rb"ID3|\xff[\xe2-\xff]")
READ_SIZE = 2**20  # bytes


def is_mpeg_audio(head: bytes) -> bool:
    """Whether a stream's first bytes are those of MP3, MP2, or AAC without a container."""
    return bool(MPEG_AUDIO.match(head))


def streams_of(file: BinaryIO, path: Path) -> list[StreamWindow]:
    """The streams of a file, in order; one, if its format is not known here."""
    stop = file.seek(0, io.SEEK_END)
    starts = _starts(file)
    if len(starts) == 1:
        return [StreamWindow(file, 0, stop, str(path))]
    return [StreamWindow(file, *ends) for ends in zip(starts, [*starts[1:], stop], strict=True)]


def _starts(file: BinaryIO) -> list[int]:
    pattern = _pattern(_read_at(file, 0, LONGEST_SIGNATURE))
    if pattern is None:
        return [0]
    starts, end = [0], _end_of_head(file, 0)
    for position in _matches(file, pattern):
        if position <= end:  # multiplexed streams begin together; a tag is followed by its sound
            end = max(end, _end_of_head(file, position))
        elif _is_start(file, position):
            starts.append(position)
            end = _end_of_head(file, position)
    return starts


def _pattern(head: bytes) -> re.Pattern[bytes] | None:
    if is_mpeg_audio(head):
        return re.compile(MP3_START, re.DOTALL)
    for signature in SIGNATURES:
        pattern = re.compile(signature, re.DOTALL)
        if pattern.match(head):
            return pattern
    return None


def _matches(file: BinaryIO, pattern: re.Pattern[bytes]) -> Iterator[int]:
    """Positions of all matches, read block by block, overlapping by the longest signature."""
    position, last = 0, -1
    while len(block := _read_at(file, position, READ_SIZE + LONGEST_SIGNATURE)):
        for match in pattern.finditer(block):
            if position + match.start() > last:
                last = position + match.start()
                yield last
        position += READ_SIZE


def _end_of_head(file: BinaryIO, position: int) -> int:
    """Where a tag or a page ends that begins a stream; other formats have neither."""
    head = _read_at(file, position, 27 + 255)
    if head[:3] == b"ID3" and len(head) >= 10:
        size = sum(byte << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        footer = 10 if head[5] & 0x10 else 0
        return position + 10 + size + footer
    if head[:4] == b"OggS" and len(head) > 27:
        segments = head[26]
        return position + 27 + segments + sum(head[27 : 27 + segments])
    return position


def _is_start(file: BinaryIO, position: int) -> bool:
    """A tag begins a stream only before MP3; it may as well end one, or lie within AAC."""
    if _read_at(file, position, 3) != b"ID3":
        return True
    sound = _read_at(file, _end_of_head(file, position), 2)
    return len(sound) == 2 and sound[0] == 0xFF and sound[1] & 0xE6 == 0xE2


def _read_at(file: BinaryIO, position: int, size: int) -> bytes:
    file.seek(position)
    return file.read(size)
