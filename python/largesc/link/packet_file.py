# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets in a file, with a header that names codec and format; docs/packet-file.md."""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from .part_file import PartFile

MAGIC = b"\x89LSC\r\n\x1a\n"
VERSION = 1  # of the file format
PACKET_VERSION = 1  # of the packets inside, docs/packet-format.md
MAX_PACKET = 127  # bytes; the largest packet, an announcement with check value, has 42
UNKNOWN_FRAMES = 0xFFFFFFFF
UNKNOWN_SAMPLES = 0xFFFFFFFFFFFFFFFF

_BESIDE = 0x80
_CRC = 0x01
_VERSIONS = struct.Struct(">BB")
_FIXED = struct.Struct(">HBBIQ")  # fingerprint, flags, length of the name, frames, samples
_CHECK = struct.Struct(">I")


class PacketFileError(ValueError):
    """A file is no packet file that this version reads; the message says why."""


class PacketFileHeader(NamedTuple):
    """What the packets of a file are.

    Attributes:
        fingerprint: of the codec, four hexadecimal digits.
        checkpoint: name of the codec's checkpoint, at most 255 bytes in UTF-8.
        crc: whether packets end in a CRC-16.
        frames: how many, None if the writer could not say.
        samples: of speech, at 24 kHz, None if the writer could not say.
    """

    fingerprint: str
    checkpoint: str
    crc: bool = False
    frames: int | None = None
    samples: int | None = None


class Record(NamedTuple):
    """A packet in its place.

    Attributes:
        data: its bytes, None if it was lost.
        beside: it stands for no frame (an announcement that is no silent frame).
    """

    data: bytes | None
    beside: bool = False


class PacketFileWriter:
    """Writes packets one by one; a context manager.

    Frames and samples are filled in at the end where the file can be rewound. Until then a file
    is a part, which says that they are unknown, and an older file stays (see PartFile).

    Args:
        path: of the file; an old one is replaced.
        header: its ``frames`` is not looked at.

    Attributes:
        frames: written so far.
        size: bytes written so far.

    Raises:
        OSError: the file cannot be written.
        ValueError: a fingerprint or name that the header cannot hold.
    """

    def __init__(self, path: Path, header: PacketFileHeader):
        self._header = header
        self.frames = 0
        start = _pack_header(header._replace(frames=None, samples=None))
        self.size = len(start)
        self._part = PartFile(path)
        self._file = self._part.content
        self._file.write(start)
        self._file.flush()  # whatever ends this process, the part can be read

    def __enter__(self) -> "PacketFileWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        if kind is None:
            self.close()
        else:  # the counts stay unknown
            self._part.leave()

    def write(self, data: bytes | None, beside: bool = False) -> None:
        """Adds a packet, None in place of a lost one.

        Raises:
            ValueError: no bytes, or more than 127.
        """
        if data is not None and not 0 < len(data) <= MAX_PACKET:
            raise ValueError(f"a packet has 1..{MAX_PACKET} bytes, not {len(data)}")
        self.frames += not beside
        length = 0 if data is None else len(data)
        self.size += 1 + length
        self._file.write(bytes([_BESIDE * beside | length]) + (data or b""))

    def close(self) -> None:
        """Completes the header; the file takes its place."""
        if self._file.closed:
            return
        if self._file.seekable():
            self._file.seek(0)
            self._file.write(_pack_header(self._header._replace(frames=self.frames)))
        self._part.complete()


class PacketFileReader:
    """Reads packets one by one; a context manager.

    Args:
        path: of the file.

    Attributes:
        header: what the file says of itself.
        truncated: after the last record: the file ends before its packets do.

    Raises:
        PacketFileError: no packet file, a damaged one, or one of a later version.
        OSError: the file cannot be read.
    """

    def __init__(self, path: Path):
        self._file = path.open("rb")
        self._name = path
        self.truncated = False
        try:
            self.header = _read_header(self._file)
        except PacketFileError as error:
            self._file.close()
            raise PacketFileError(f"{path}: {error}") from None

    def __enter__(self) -> "PacketFileReader":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[Record]:
        """The records, in order; what is cut short is left out and noted in ``truncated``."""
        frames, expected = 0, self.header.frames
        while start := self._file.read(1):
            length, beside = start[0] & MAX_PACKET, bool(start[0] & _BESIDE)
            data = self._file.read(length)
            if len(data) < length:
                self.truncated = True
                return
            frames += not beside
            if expected is not None and frames > expected:
                raise PacketFileError(f"{self._name}: damaged: more packets than its header says")
            yield Record(data or None, beside)
        self.truncated = expected is not None and frames < expected


def _pack_header(header: PacketFileHeader) -> bytes:
    name = header.checkpoint.encode()
    if len(name) > 255:
        raise ValueError("the checkpoint's name has more than 255 bytes")
    frames = UNKNOWN_FRAMES if header.frames is None else header.frames
    samples = UNKNOWN_SAMPLES if header.samples is None else header.samples
    try:
        fixed = _FIXED.pack(
            int(header.fingerprint, 16), _CRC * header.crc, len(name), frames, samples
        )
    except struct.error as error:
        raise ValueError(f"the header of a packet file cannot hold this: {error}") from None
    start = MAGIC + _VERSIONS.pack(VERSION, PACKET_VERSION) + fixed + name
    return start + _CHECK.pack(zlib.crc32(start))


def _read_header(file: BinaryIO) -> PacketFileHeader:
    magic = file.read(len(MAGIC))
    if not magic or not MAGIC.startswith(magic):
        raise PacketFileError("not a packet file")
    versions = _read(file, _VERSIONS.size)
    version, packet_version = _VERSIONS.unpack(versions)
    if version != VERSION or packet_version != PACKET_VERSION:
        raise PacketFileError(
            f"file format {version} with packets of format {packet_version}; this version of "
            f"largesc reads {VERSION} and {PACKET_VERSION}"
        )
    fixed = _read(file, _FIXED.size)
    fingerprint, flags, name_length, frames, samples = _FIXED.unpack(fixed)
    name = _read(file, name_length)
    (check,) = _CHECK.unpack(_read(file, _CHECK.size))
    if check != zlib.crc32(MAGIC + versions + fixed + name) or flags & ~_CRC:
        raise PacketFileError("the header is damaged")
    return PacketFileHeader(
        f"{fingerprint:04x}",
        name.decode(errors="replace"),
        bool(flags & _CRC),
        None if frames == UNKNOWN_FRAMES else frames,
        None if samples == UNKNOWN_SAMPLES else samples,
    )


def _read(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise PacketFileError("cut short within its header")
    return data
