# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""GNU Radio module for speech over radio links that are very thin and very lossy.

Blocks are attributes of this package, as GNU Radio Companion writes them
(``largesc.mimi_encoder(...)``). The sub-packages ``codec``, ``link``, ``recovery`` and
``audio`` hold what the blocks adapt and import without GNU Radio.
"""

# Of all parts: CMake and the wheel of the kernels read this line.
__version__ = "0.1.0"

try:
    from gnuradio import gr as _gr  # noqa: F401
except ModuleNotFoundError:
    pass  # the kernels alone, as training uses them
else:
    from largesc_kernels import (
        announcement,
        background,
        bellcore_erasures,
        burst_class,
        burst_statistics,
        channel_report,
        channel_statistics,
        classify_trace,
        combined_tokens,
        deadline_playout,
        frame_code,
        gilbert_elliott_erasures,
        gilbert_erasures,
        independent_erasures,
        longest_burst,
        loss_process,
        loss_process_names,
        make_loss_process,
        packet,
        packet_codec,
        packet_error,
        packet_refused,
        playout_counts,
        playout_step,
        read_trace,
        rest,
        sequence_playout,
        text_piece,
        thin_trace,
        trace_erasures,
        trace_error,
        write_trace,
    )

    from .adaptive_controller import adaptive_controller
    from .erasure_channel import erasure_channel
    from .hier.speech_receiver import speech_receiver
    from .hier.speech_sink import speech_sink
    from .hier.speech_source import speech_source
    from .hier.speech_transmitter import speech_transmitter
    from .link_monitor import link_monitor
    from .mimi_decoder import mimi_decoder
    from .mimi_encoder import mimi_encoder
    from .moshi_recovery import moshi_recovery
    from .packet_demodulator import packet_demodulator
    from .packet_modulator import packet_modulator
    from .packet_network_sink import packet_network_sink
    from .packet_network_source import packet_network_source
    from .push_to_talk import push_to_talk
    from .qt_link_monitor import qt_link_monitor
    from .radio_sink import radio_sink
    from .radio_source import radio_source
    from .talk_gate import talk_gate
    from .token_origin_view import token_origin_view
    from .uep_depacketizer import uep_depacketizer
    from .uep_packetizer import uep_packetizer
    from .watterson_channel import watterson_channel

    __all__ = [
        "adaptive_controller",
        "announcement",
        "background",
        "bellcore_erasures",
        "burst_class",
        "burst_statistics",
        "channel_report",
        "channel_statistics",
        "classify_trace",
        "combined_tokens",
        "deadline_playout",
        "erasure_channel",
        "frame_code",
        "gilbert_elliott_erasures",
        "gilbert_erasures",
        "independent_erasures",
        "link_monitor",
        "longest_burst",
        "loss_process",
        "loss_process_names",
        "make_loss_process",
        "mimi_decoder",
        "mimi_encoder",
        "moshi_recovery",
        "packet",
        "packet_codec",
        "packet_demodulator",
        "packet_error",
        "packet_modulator",
        "packet_network_sink",
        "packet_network_source",
        "packet_refused",
        "playout_counts",
        "playout_step",
        "push_to_talk",
        "qt_link_monitor",
        "radio_sink",
        "radio_source",
        "read_trace",
        "rest",
        "sequence_playout",
        "speech_receiver",
        "speech_sink",
        "speech_source",
        "speech_transmitter",
        "talk_gate",
        "text_piece",
        "thin_trace",
        "token_origin_view",
        "trace_erasures",
        "trace_error",
        "uep_depacketizer",
        "uep_packetizer",
        "watterson_channel",
        "write_trace",
    ]
