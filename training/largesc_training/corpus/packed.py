# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A prepared corpus in parts of a stated size: for machines that little can be brought to at once.

A part is a ZIP file of streams of some minutes and stands alone: what there is of the parts can be
trained on. ``index.json`` has the SHA-256 of each.
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from rich.progress import track

from .packed_stream import MARGIN, Recording, packed_stream, unpacked_stream
from .prepared import SAMPLE_RATE, CorpusWriter, PreparedCorpus, Row

INDEX = "index.json"
STREAM = 300 * SAMPLE_RATE  # samples, at most: streams are packed and unpacked side by side
DIRECTORY = 1024  # bytes that a ZIP file spends on the names of a stream, at most
Files = dict[str, bytes]


def pack_corpus(
    corpus: Path, out: Path, kilobits: float, mebibytes: float, phones: Path | None = None
) -> None:
    """Writes ``speech-NN.zip`` and ``index.json``: all the speech, validation readers too.

    Args:
        corpus: prepared.
        out: made if it is not there.
        kilobits: kbit/s of Opus.
        mebibytes: of a part, at most.
        phones: file of the corpus's phones, if they are known.

    Raises:
        ValueError: a part of this size does not hold one stream.
    """
    prepared = PreparedCorpus(corpus)
    streams = list(_streams(prepared.rows, kilobits, mebibytes))
    out.mkdir(parents=True, exist_ok=True)
    listed = []
    with ProcessPoolExecutor() as pool:
        pack = partial(packed_stream, corpus, phones, bit_rate=int(1000 * kilobits))
        packed = track(pool.map(pack, streams), total=len(streams), description="packing")
        for number, part in enumerate(_parts(packed, int(mebibytes * 2**20))):
            path = out / f"speech-{number:02d}.zip"
            _write_part(path, part)
            listed.append({"file": path.name, "sha256": _digest(path), "streams": len(part)})
    facts = {"recordings": len(prepared.rows), "phones": phones is not None, "parts": listed}
    (out / INDEX).write_text(json.dumps(facts, indent=1) + "\n")
    size = sum((out / part["file"]).stat().st_size for part in listed) / 2**20
    hours = sum(row.samples for row in prepared.rows) / SAMPLE_RATE / 3600
    said = f"{len(prepared.rows)} recordings, {hours:.2f} h, {len(listed)} parts, {size:.1f} MiB"
    print(f"{out}: {said}", flush=True)


def unpack_corpus(packed: Path, corpus: Path, phones: Path) -> bool:
    """Writes a prepared corpus, and its phones if they are known, of the parts that are whole.

    Args:
        packed: folder with an index.
        corpus: folder of the prepared corpus to be.
        phones: file of the phones to be.

    Returns:
        Whether there are phones.

    Raises:
        ValueError: no index, or no part of it is there and whole.
    """
    index = _index(packed)
    whole = [packed / part["file"] for part in index["parts"] if _is_whole(packed, part)]
    if not whole:
        raise ValueError(f"{packed} has no part that is whole")
    writer, spoken = CorpusWriter(corpus), []
    with ProcessPoolExecutor() as pool:
        streams = [(path, number) for path in whole for number in range(_stream_count(path))]
        found = pool.map(_read_stream, streams)
        for recordings in track(found, total=len(streams), description="unpacking"):
            for one in recordings:
                writer.add(*one.row[:4], one.audio, one.f0)
                spoken.append(one.phones)
    writer.close()
    if index["phones"]:
        phones.parent.mkdir(parents=True, exist_ok=True)
        np.save(phones, np.concatenate(spoken))
    print(f"{writer.count} of {index['recordings']} recordings, {writer.hours:.2f} h", flush=True)
    return bool(index["phones"])


def _streams(rows: list[Row], kilobits: float, mebibytes: float) -> Iterator[list[Row]]:
    """Recordings in order, up to five minutes; less where a part is small."""
    most = min(STREAM, mebibytes * 2**20 * 8 / (1000 * kilobits) / 4 * SAMPLE_RATE)
    stream: list[Row] = []
    for row in rows:
        if stream and sum(r.samples + MARGIN for r in stream) + row.samples > most:
            yield stream
            stream = []
        stream.append(row)
    if stream:
        yield stream


def _parts(streams: Iterable[Files], most: int) -> Iterator[list[Files]]:
    part: list[Files] = []
    size = 0
    for stream in streams:
        own = sum(map(len, stream.values())) + DIRECTORY
        if own > most:
            raise ValueError(f"a part of {most} bytes does not hold a stream of {own}")
        if size + own > most:
            yield part
            part, size = [], 0
        part.append(stream)
        size += own
    if part:
        yield part


def _write_part(path: Path, streams: list[Files]) -> None:
    fresh = path.with_suffix(".new")
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_STORED) as file:
        for number, stream in enumerate(streams):
            for name, content in stream.items():
                # A fixed date: the same speech is the same part.
                file.writestr(zipfile.ZipInfo(f"{number:04d}/{name}"), content)
    os.replace(fresh, path)


def _read_stream(which: tuple[Path, int]) -> list[Recording]:
    path, number = which
    with zipfile.ZipFile(path) as file:
        prefix = f"{number:04d}/"
        names = [name for name in file.namelist() if name.startswith(prefix)]
        return unpacked_stream({name.removeprefix(prefix): file.read(name) for name in names})


def _stream_count(path: Path) -> int:
    with zipfile.ZipFile(path) as file:
        return len({name.split("/")[0] for name in file.namelist()})


def _index(packed: Path) -> dict:
    try:
        index = json.loads((packed / INDEX).read_text())
        return {key: index[key] for key in ("recordings", "phones", "parts")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{packed} has no index of packed speech ({error!r})") from error


def _is_whole(packed: Path, part: dict) -> bool:
    path = packed / part["file"]
    if not path.is_file():
        print(f"{part['file']} is not there: left out", flush=True)
        return False
    if _digest(path) != part["sha256"]:
        print(f"{part['file']} is damaged (SHA-256): left out", flush=True)
        return False
    return True


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
