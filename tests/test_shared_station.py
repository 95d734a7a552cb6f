# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""One device and the blocks that use it: what they may want of it, and what each run counts."""

import pytest
from gnuradio import largesc
from gnuradio.largesc.radio.radio_settings import RadioSettings
from gnuradio.largesc.radio.radio_station import RadioStation
from gnuradio.largesc.radio.shared_station import station_of


def test_a_device_takes_another_modem_once_nobody_uses_it() -> None:
    hf, vhf = (RadioSettings(modem=name, frequency=145e6) for name in ("hf", "vhf"))
    unused = station_of("loopback:one", hf)
    used = station_of("loopback:one", vhf)
    assert used is not unused
    used.prepare("receive", vhf)
    try:
        assert station_of("loopback:one", vhf) is used
        with pytest.raises(ValueError, match="both directions need the same modem"):
            station_of("loopback:one", hf)
    finally:
        used.receiving.close()
    assert station_of("loopback:one", hf) is not used


def test_a_direction_in_use_takes_no_other_settings() -> None:
    first = largesc.radio_source("loopback:two/1", frequency=1e6)
    with pytest.raises(ValueError, match="in use to receive already, with other settings"):
        largesc.radio_source("loopback:two/1", frequency=2e6)
    alike = largesc.radio_source("loopback:two/1", frequency=1e6)
    other_way = largesc.radio_sink("loopback:two/1", frequency=2e6)
    assert first.station is alike.station is other_way.station


def test_a_block_that_is_gone_unrun_lets_its_device_go() -> None:
    for values in ({"profile": "hf"}, {"profile": "vhf"}, {"profile": "vhf", "frequency": 2e6}):
        block = largesc.radio_source("loopback:three/1", **values)
        del block


def test_each_run_counts_anew() -> None:
    station = RadioStation("loopback:four/1", RadioSettings())
    station.count_unsent(5)
    station.received.dropped = 7
    station.receiving.clock.gaps, station.receiving.clock.lost = 1, 400
    station.turnovers.append(0.1)
    assert station.counters() == {
        "gaps": 1,
        "lost_samples": 400,
        "held_up": 7,
        "unsent": 5,
        "turnovers": 1,
    }
    try:
        station.want("send", True)
        assert set(station.counters()) == {"gaps", "lost_samples", "held_up"}
        station.want("receive", True)
        assert station.counters() == {}
    finally:
        station.want("send", False)
        station.want("receive", False)
