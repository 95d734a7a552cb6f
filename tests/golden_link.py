# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A golden run of the link: 4 + 4 tokens at lag 2, Gilbert bursts, look-ahead 2, lora, silence.

``golden/link-lora.json`` has the packets, tokens and samples that sender, channel and receiver gave
with `mini-3` when it came. With `mini-2` they were those of the flowgraph that one kernel of each
replaced.
"""

from pathlib import Path

import numpy as np
from gnuradio.largesc.audio.speech_file import read_speech
from gnuradio.largesc.evaluation.channels.loss_model import LossModel
from gnuradio.largesc.evaluation.systems.largesc_link import LargescSettings

PROMPTS = Path("/usr/share/asterisk/sounds/en_US_f_Allison")
SETTINGS = LargescSettings(
    primary=4,
    redundant=4,
    lag=2,
    look_ahead=2,
    recovery="lora",
    silence_threshold=-50,
    suppress_noise=False,
)
LOSSES = LossModel(process="gilbert", loss_rate=0.3, burst_ms=240, per="packet")
SEED = 5


def two_prompts_with_pauses() -> np.ndarray:
    """Speech, pauses of a second, and faint noise over all of it; float32 at 24 kHz."""
    pause = np.zeros(24000, dtype=np.float32)
    prompts = [read_speech(PROMPTS / f"{name}.g722").pcm for name in ("dir-intro", "demo-thanks")]
    pcm = np.concatenate([part for prompt in prompts for part in (prompt, pause)])
    noise = np.random.default_rng(0).normal(0, 1e-4, len(pcm))
    return (pcm + noise).astype(np.float32)
