# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a link is doing: figures from what the receiver's blocks say, waterfall, token map."""

import numpy as np
import pytest
from gnuradio.largesc.frame.report import ChannelReport, Report
from gnuradio.largesc.frame.tokens import TokenOrigin
from gnuradio.largesc.link.announcement_pieces import (
    OF_ANNOUNCEMENTS,
    Place,
    pieces_of,
    place_piece,
)
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.link.piece_code import PIECES
from gnuradio.largesc.monitor.band_history import COLUMN_S, ROWS, BandHistory, Mark
from gnuradio.largesc.monitor.colours import coloured_brightness, coloured_marks, coloured_origins
from gnuradio.largesc.monitor.link_figures import NOT_KNOWN, LinkFigures
from gnuradio.largesc.monitor.link_state import KEPT, LinkState
from gnuradio.largesc.monitor.token_history import EMPTY, TokenHistory
from largesc_kernels import announcement, packet, packet_codec, text_piece

CODEC = packet_codec()
RATE = 8000
PRIMARY, RECOVERED = TokenOrigin.PRIMARY, TokenOrigin.RECOVERED


def arrival(sequence: int, verdict: bool | None = None) -> Arrival:
    """A packet with tokens of its own."""
    return Arrival(CODEC.pack(packet(sequence, tokens(sequence)[:4])), verdict=verdict)


def tokens(frame: int) -> list[int]:
    return [(8 * frame + k) * 37 % 2048 for k in range(8)]


def origins(kind: TokenOrigin) -> np.ndarray:
    return np.full(8, kind, dtype=np.uint8)


def test_nothing_is_known_at_first() -> None:
    assert LinkState().figures(0.0) == LinkFigures()
    texts = LinkFigures().texts()
    assert {texts[name] for name in ("station", "sync", "SNR", "loss", "latency")} == {NOT_KNOWN}
    assert LinkFigures().line() == "nobody announced | 0 received, 0 lost"


def test_slots_tell_sync_snr_and_offset() -> None:
    state = LinkState()
    state.over(True)
    for snr, accepted in ((4.0, True), (6.0, True), (-20.0, False), (5.0, True)):
        state.slot(snr, 12.0, accepted)
    figures = state.figures(1.6)
    assert (figures.sync, figures.snr, figures.offset) == (True, 5.0, 12.0)
    assert figures.slots_lost == 0.25
    state.over(False)
    assert (state.figures(1.6).sync, state.figures(1.6).snr) == (False, None)


def test_packets_tell_who_sends_how_much_and_how_late_it_is_heard() -> None:
    state = LinkState()
    for frame in range(20):
        state.packet(arrival(frame), 0.08 * frame)
    state.packet(Arrival(CODEC.pack(announcement(20, session=77, text="DL1ABC"))), 1.6)
    state.packet(arrival(20), 1.68)
    for frame in range(10):
        played = np.array(tokens(frame), dtype=np.int16)
        state.frame(played, origins(PRIMARY), 0.08 * frame + 0.15)
        state.frame(played, origins(RECOVERED), 9.0)
    figures = state.figures(1.6)
    assert (figures.station, figures.session) == ("DL1ABC", 77)
    assert figures.latency_ms == pytest.approx(150.0)
    assert figures.bit_rate == pytest.approx(12.5 * 8 * (21 * 7 + 15) / 22)
    assert figures.origins == {PRIMARY: 0.5, RECOVERED: 0.5}


def test_stations_are_listed_the_newest_first() -> None:
    state = LinkState()
    for number in (1, 2, 1, 3, 4, 5):
        said = announcement(0, text=f"DL{number}A")
        state.packet(Arrival(CODEC.pack(said), verdict=True), 10.0 * number)
        state.packet(Arrival(CODEC.pack(said), verdict=True), 10.0 * number)
        state.slot(7.0, 0.0, True)
    heard = state.figures(52.0).heard
    assert [one.station for one in heard] == ["DL5A", "DL4A", "DL3A", "DL1A"]
    assert state.figures(52.0).texts()["heard"].startswith("DL5A 7 dB now, DL4A 7 dB 12 s ago")


def test_an_announcement_in_pieces_tells_who_sends() -> None:
    state = LinkState()
    said = announcement(0, fingerprint=5, text="DL1ABC")
    pieces, enough = pieces_of(said, 3)
    for number, data in enumerate(pieces[1 : 1 + enough]):  # any that are enough
        assert state.figures(0.1 * number).station == ""
        piece = text_piece(number, False, OF_ANNOUNCEMENTS[0], 1 + number, PIECES - 1, data)
        state.packet(Arrival(CODEC.pack(piece), verdict=True), 0.1 * number)
    assert state.figures(1.0).station == "DL1ABC"
    for session, station in ((77, "DL1ABC"), (78, "")):
        place = place_piece(Place(session, 300, False, False))
        state.packet(Arrival(CODEC.pack(place), verdict=True), 1.0)
        figures = state.figures(1.0)
        assert (figures.session, figures.station) == (session, station)
    assert [one.station for one in figures.heard] == ["DL1ABC"]


def test_the_key_tells_who_sends() -> None:
    state = LinkState()
    state.over(True)
    state.key(True)
    assert state.figures(0.0).texts()["sync"] == "sending"
    assert "| sending |" in state.figures(0.0).line()
    state.key(False)
    assert state.figures(0.0).texts()["sync"] == "yes"


def test_damaged_and_unplayed_packets_leave_nothing_behind() -> None:
    state = LinkState()
    state.packet(Arrival(b"\xff" * 7, verdict=False), 0.0)
    state.packet(Arrival(b""), 0.0)
    assert state.figures(1.6) == LinkFigures()
    for frame in range(3 * KEPT):
        state.packet(arrival(frame % 128), 0.0)
    assert len(state._came) <= KEPT


def test_report_tells_loss_and_the_other_side() -> None:
    state = LinkState()
    peer = ChannelReport(session=5, loss_rate=0.2, mean_burst=1.5, window=50, snr=3.0)
    channel = ChannelReport(session=7, loss_rate=0.04, mean_burst=1.0, window=50)
    state.report(Report(channel, received=48, lost=2, peer=peer))
    texts = state.figures(1.6).texts()
    assert texts["loss"] == "4 %"
    assert texts["packets"] == "48 received, 2 lost"
    assert texts["heard there"] == "20 % lost, 3 dB"
    line = state.figures(1.6).line()
    assert "loss 4 % | bursts 1.0 packets | heard there 20 % lost, 3 dB | 48 received" in line


def test_waterfall_has_a_tone_in_its_row() -> None:
    history = BandHistory(RATE, span=4000.0, columns=50)
    time = np.arange(4 * RATE) / RATE
    history.push((np.exp(2j * np.pi * 1000.0 * time) + 0.01).astype(np.complex64))
    picture = history.waterfall()
    assert picture.shape == (ROWS, 50)
    row = round((0.5 - 1000.0 / 4000.0) * ROWS)
    assert np.abs(picture.mean(axis=1).argmax() - row) <= 1
    assert history.seconds == pytest.approx(2.0)


@pytest.mark.parametrize("pieces", [(100_000,), (1, 319, 320, 7, 99_353)])
def test_marks_stand_at_their_slots_however_samples_come(pieces: tuple[int, ...]) -> None:
    history = BandHistory(RATE, span=2000.0, columns=100)  # 4 s of 12.5
    samples = np.zeros(sum(pieces), dtype=np.complex64)
    for piece in pieces:
        history.push(samples[:piece])
    end = len(samples) / RATE
    history.mark(end - 1.0, Mark.DAMAGED)
    history.mark(end - 100.0, Mark.BELIEVED)  # long gone
    history.mark(end + 1.0, Mark.BELIEVED)  # not yet there
    marked = np.flatnonzero(history.marks())
    assert set(marked) <= {100 - round(1.0 / COLUMN_S) + n for n in (-1, 0, 1, 2)}
    assert 2 <= len(marked) <= 3
    assert (history.marks()[marked] == Mark.DAMAGED).all()


def test_slots_in_a_row_leave_no_gap() -> None:
    history = BandHistory(RATE, span=2000.0, columns=100)
    history.push(np.zeros(4 * RATE, dtype=np.complex64))
    for slot in range(40):
        history.mark(0.3 + slot * 0.0801, Mark.BELIEVED)
    first, last = np.flatnonzero(history.marks())[[0, -1]]
    assert (history.marks()[first : last + 1] == Mark.BELIEVED).all()


def test_samples_that_are_no_numbers_break_nothing() -> None:
    history = BandHistory(RATE, span=20_000.0, columns=10)
    history.push(np.full(RATE, np.nan + 1j, dtype=np.complex64))
    history.push(np.full(RATE, np.inf, dtype=np.complex64))
    assert np.isfinite(history.waterfall()).all()


def test_wide_bands_fit_the_picture_too() -> None:
    history = BandHistory(96_000, span=60_000.0, columns=10)
    history.push(np.ones(96_000, dtype=np.complex64))
    assert history.waterfall().shape == (ROWS, 10)


def test_token_map_scrolls_to_the_left() -> None:
    history = TokenHistory(3)
    history.push(np.arange(8, dtype=np.uint8) % 7)
    history.push(origins(PRIMARY))
    shown = history.map()
    assert (shown[:, 0] == EMPTY).all()
    assert shown[::-1, 1].tolist() == [0, 1, 2, 3, 4, 5, 6, 0]
    assert coloured_origins(shown).shape == (8, 3, 3)


def test_pictures_have_colours() -> None:
    marks = np.array([0, 1, 2], dtype=np.uint8)
    assert len({tuple(colour) for colour in coloured_marks(marks)[0]}) == 3
    shades = coloured_brightness(np.linspace(0.0, 1.0, 256, dtype=np.float32)[None])[0]
    assert (np.diff(shades.sum(axis=1).astype(int)) >= 0).all()
