# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The receiver of a packet file: a packet out of place is lost, and costs no other frame."""

import pytest
from gnuradio.largesc import announcement, background, packet, packet_codec, rest
from gnuradio.largesc.frame.due_frame import DueFrame
from gnuradio.largesc.link.announcement_pieces import Place, place_piece
from gnuradio.largesc.link.packet_file import Record
from gnuradio.largesc.speech_link.file_receiver import FileReceiver
from gnuradio.largesc.speech_link.settings import ReceiverSettings

CODEC = packet_codec()
FRAMES = 200


def speech(frame: int) -> Record:
    return Record(CODEC.pack(packet(frame % 128, [frame] * 8)))


def said(frame: int, beside: bool = True, **what: bool) -> Record:
    told = announcement(frame=frame, session=7, fingerprint=1, **what)
    return Record(CODEC.pack(told), beside)


def placed(place: Place, beside: bool = True) -> Record:
    return Record(CODEC.pack(place_piece(place)), beside)


def played(receiver: FileReceiver, records: list[Record]) -> list[DueFrame]:
    due, frames = [], 0
    for record in records:
        if record.data is not None:
            due += receiver.receive_record(record, frames)
        frames += not record.beside
    return due + receiver.end(frames)


@pytest.fixture
def receiver() -> FileReceiver:
    return FileReceiver(ReceiverSettings(check="none"))


WHOLE = [speech(frame) for frame in range(FRAMES)]


@pytest.mark.parametrize(
    "wrong",
    [
        speech(100 ^ 64),
        speech(100 ^ 1),
        said(228, beside=False, silent=True),
        said(100 + 128, beside=False, silent=True),
        said(100, beside=False),
        placed(Place(7, 100 + 256, True, False), beside=False),
    ],
)
def test_a_packet_out_of_place_is_lost_alone(receiver: FileReceiver, wrong: Record) -> None:
    due = played(receiver, [*WHOLE[:100], wrong, *WHOLE[101:]])
    assert [frame.frame for frame in due] == list(range(FRAMES))
    right = [frame.tokens.tolist() == [frame.frame] * 8 for frame in due]
    assert right.count(False) == 1
    counts = receiver.counters()
    assert (counts["lost"], counts["misplaced"], counts["received"]) == (1, 1, FRAMES - 1)


@pytest.mark.parametrize(
    "wrong",
    [
        said(100 + 64),
        said(100, silent=True),
        said(7, ends=True),
        placed(Place(7, 100 + 256, False, False)),
        Record(speech(130).data, beside=True),
    ],
)
def test_a_packet_out_of_place_beside_the_frames_costs_none(
    receiver: FileReceiver, wrong: Record
) -> None:
    due = played(receiver, [*WHOLE[:100], wrong, *WHOLE[100:]])
    assert [frame.tokens.tolist() for frame in due] == [[n] * 8 for n in range(FRAMES)]
    assert (receiver.counters()["misplaced"], receiver.counters()["lost"]) == (1, 0)


def test_what_is_in_place_is_believed(receiver: FileReceiver) -> None:
    records = [said(0), *WHOLE[:100], said(100), said(100, beside=False, silent=True)]
    records += [placed(Place(7, 101, False, False)), *WHOLE[101:], said(FRAMES, ends=True)]
    due = played(receiver, records)
    assert [frame.frame for frame in due] == list(range(FRAMES))
    assert "misplaced" not in receiver.counters()
    assert receiver.counters()["lost"] == 0


@pytest.mark.parametrize("rests", [False, True])
def test_an_outage_of_any_length_leaves_the_frames_where_they_are(
    receiver: FileReceiver, rests: bool
) -> None:
    begun = WHOLE[:20]
    if rests:
        quiet = packet(19, resting=rest(0, background(20, 6, 4)))
        begun[-1] = Record(CODEC.pack(quiet))
    records = [*begun, *[Record(None)] * 150, *(speech(frame) for frame in range(170, 200))]
    due = played(receiver, records)
    assert [frame.frame for frame in due] == list(range(FRAMES))
    assert [frame.tokens[0] for frame in due[170:]] == list(range(170, 200))
