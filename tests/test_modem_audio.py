# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profile hf as audio of an SSB transceiver at 48 kHz, through the filters of docs/modem.md."""

import numpy as np
from gnuradio import analog, blocks, filter, gr, largesc
from gnuradio.fft import window
from gnuradio.filter import firdes
from pdu_flowgraph import PduStore, packet_pdu, pdu, post, run_to_end

RATE, MIDDLE = 48000, 1500.0  # Hz
PACKETS = [bytes([number, 16, *range(11)]) for number in range(8)]


def test_no_packet_is_lost_in_the_filters_of_the_audio() -> None:
    flowgraph, store, audio = gr.top_block(), PduStore(), blocks.vector_sink_f()
    modulator, demodulator = largesc.packet_modulator(amplitude=0.6), largesc.packet_demodulator()
    up = filter.rational_resampler_ccc(interpolation=6, decimation=1, taps=[], fractional_bw=0)
    carrier = analog.sig_source_c(RATE, analog.GR_COS_WAVE, MIDDLE, 1.0)
    mixer, real = blocks.multiply_cc(), blocks.complex_to_real()
    taps = firdes.low_pass(2.0, RATE, 1100.0, 300.0, window.WIN_HAMMING)
    down = filter.freq_xlating_fir_filter_fcc(6, taps, MIDDLE, RATE)
    flowgraph.connect(modulator, up, (mixer, 0))
    flowgraph.connect(carrier, (mixer, 1))
    flowgraph.connect(mixer, real, down, demodulator)
    flowgraph.connect(real, audio)
    flowgraph.msg_connect(demodulator, "packets", store, "pdus")
    post(modulator, "packets", [*map(packet_pdu, PACKETS), pdu.end_marker(len(PACKETS))])
    run_to_end(flowgraph)
    assert [bytes(vector) for vector in store.vectors()] == PACKETS
    samples = np.array(audio.data())
    assert np.abs(samples).max() <= 1.0  # fits a sound card
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1.0 / RATE)
    assert power[(hertz >= 300.0) & (hertz <= 2700.0)].sum() > 0.999 * power.sum()
