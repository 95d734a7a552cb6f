# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packet files: what is written is read, what is damaged is said."""

import struct
import zlib
from pathlib import Path

import pytest
from gnuradio.largesc.link.packet_file import (
    PacketFileError,
    PacketFileHeader,
    PacketFileReader,
    PacketFileWriter,
    Record,
)
from gnuradio.largesc.link.part_file import part_of
from hypothesis import given
from hypothesis import strategies as st
from hypothesis_profiles import examples

GOLDEN = bytes.fromhex(
    "894c53430d0a1a0a 0101 beef 00 04 00000001 00000000000003e8 6d696e69 a1d39570 00"
)
HEADER = PacketFileHeader("beef", "mini", samples=1000)

records = st.builds(Record, st.none() | st.binary(min_size=1, max_size=127), st.booleans())
headers = st.builds(
    PacketFileHeader,
    fingerprint=st.integers(0, 0xFFFF).map("{:04x}".format),
    checkpoint=st.text(max_size=60),
    crc=st.booleans(),
    frames=st.none(),
    samples=st.none() | st.integers(0, 2**40),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("packets") / "speech.lsc"


def write(path: Path, header: PacketFileHeader, written: list[Record]) -> bytes:
    with PacketFileWriter(path, header) as file:
        for record in written:
            file.write(*record)
    return path.read_bytes()


def read(path: Path, content: bytes) -> tuple[PacketFileHeader, list[Record], bool]:
    path.write_bytes(content)
    with PacketFileReader(path) as file:
        return file.header, list(file), file.truncated


@given(headers, st.lists(records, max_size=20))
def test_what_is_written_is_read(path, header, written):
    content = write(path, header, written)
    frames = sum(not record.beside for record in written)
    assert read(path, content) == (header._replace(frames=frames), written, False)


@pytest.mark.slow
@examples(0.3)
@given(headers, st.lists(records, max_size=5))
def test_truncated_at_every_byte(path, header, written):
    content = write(path, header, written)
    frames = sum(not record.beside for record in written)
    header_size = 30 + len(header.checkpoint.encode())
    ends = [header_size]
    for record in written:
        ends.append(ends[-1] + 1 + len(record.data or b""))
    assert ends[-1] == len(content)
    for size in range(len(content)):
        if size < header_size:
            with pytest.raises(PacketFileError):
                read(path, content[:size])
            continue
        _, kept, truncated = read(path, content[:size])
        assert kept == written[: len(kept)]
        assert ends[len(kept)] <= size
        whole = sum(not record.beside for record in kept) == frames and size in ends
        assert truncated != whole


@given(st.binary(max_size=200))
def test_random_bytes_are_refused(path, content):
    with pytest.raises(PacketFileError, match=r"not a packet file|cut short"):
        read(path, content)


@given(st.binary(max_size=300))
def test_random_bytes_after_the_header_end_in_records_or_an_error(path, content):
    start = write(path, HEADER, [])
    unknown = start[:14] + b"\xff" * 4 + start[18:-4]
    _, kept, truncated = read(path, unknown + struct.pack(">I", zlib.crc32(unknown)) + content)
    used = sum(1 + len(record.data or b"") for record in kept)
    assert truncated == (used < len(content))


@given(st.integers(0, len(GOLDEN) - 2), st.integers(1, 255))
def test_every_damaged_byte_of_the_header_is_noticed(path, position, difference):
    damaged = bytearray(GOLDEN)
    damaged[position] ^= difference
    with pytest.raises(PacketFileError):
        read(path, bytes(damaged))


def test_golden_file(path):
    assert write(path, HEADER, [Record(None)]) == GOLDEN
    assert read(path, GOLDEN) == (HEADER._replace(frames=1), [Record(None)], False)


def test_an_interrupted_writer_leaves_a_readable_file(path):
    file = PacketFileWriter(path, HEADER)
    file.write(b"abc")
    file._file.flush()
    content = part_of(path).read_bytes()
    file.close()
    header, kept, truncated = read(path, content)
    assert (header.frames, header.samples) == (None, None)
    assert (kept, truncated) == ([Record(b"abc")], False)


def interrupted(path: Path) -> None:
    with PacketFileWriter(path, HEADER) as file:
        file.write(b"abc")
        raise KeyboardInterrupt


def test_a_writer_that_is_interrupted_leaves_the_older_file_and_a_part(path):
    path.write_bytes(b"older")
    with pytest.raises(KeyboardInterrupt):
        interrupted(path)
    assert path.read_bytes() == b"older"
    header, kept, _ = read(path, part_of(path).read_bytes())
    assert (header.frames, header.samples) == (None, None)
    assert kept == [Record(b"abc")]
    write(path, HEADER, kept)
    assert not part_of(path).exists()


def test_a_header_is_there_from_the_beginning(path):
    with PacketFileWriter(path, HEADER):
        assert len(part_of(path).read_bytes()) == len(GOLDEN) - 1


def test_a_link_goes_on_leading_to_its_file(tmp_path):
    kept, link = tmp_path / "kept.lsc", tmp_path / "link.lsc"
    kept.touch(mode=0o640)
    link.symlink_to("kept.lsc")
    assert write(link, HEADER, [Record(None)]) == GOLDEN
    assert (link.is_symlink(), kept.read_bytes()) == (True, GOLDEN)
    assert kept.stat().st_mode & 0o777 == 0o640


def test_what_is_open_already_is_written_in_its_place(tmp_path):
    path = tmp_path / "open.lsc"
    with path.open("wb") as file:
        inside = path.stat().st_ino
        name = Path(f"/dev/fd/{file.fileno()}")
        assert part_of(name) is None
        assert write(name, HEADER, [Record(None)]) == GOLDEN
    assert path.stat().st_ino == inside


def test_a_pipe_is_written_with_unknown_counts(tmp_path):
    import os
    import threading

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    with PacketFileWriter(pipe, HEADER) as file:
        file.write(b"abc")
    reader.join()
    assert file.size == len(got[0])
    header, kept, _ = read(tmp_path / "copy.lsc", got[0])
    assert (header.frames, kept) == (None, [Record(b"abc")])


def test_more_packets_than_the_header_says(path):
    with pytest.raises(PacketFileError, match="more packets"):
        read(path, GOLDEN + b"\x01a")


@pytest.mark.parametrize(("version", "packets"), [(2, 1), (1, 2)])
def test_a_later_version_is_said(path, version, packets):
    with pytest.raises(PacketFileError, match=f"file format {version} with packets of.* {packets}"):
        read(path, GOLDEN[:8] + bytes([version, packets]) + GOLDEN[10:])


@pytest.mark.parametrize("data", [b"", bytes(128)])
def test_packets_of_other_lengths_are_refused(path, data):
    with PacketFileWriter(path, HEADER) as file, pytest.raises(ValueError, match=r"1\.\.127"):
        file.write(data)


@pytest.mark.parametrize(
    "header",
    [
        PacketFileHeader("12345", "mini"),
        PacketFileHeader("xyzw", "mini"),
        PacketFileHeader("beef", "m" * 256),
    ],
)
def test_headers_that_do_not_fit_leave_no_file(tmp_path, header):
    with pytest.raises(ValueError, match=r"header|invalid literal|255"):
        PacketFileWriter(tmp_path / "x.lsc", header)
    assert not (tmp_path / "x.lsc").exists()
