# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much a sound card buffers: what gr-audio asks for is a third of a second, all of it delay.

It asks ALSA for 32 periods of 10 ms, and a sink whose source waits for nothing else fills them.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from gnuradio import gr

SECTION, OPTION = "audio_alsa", "nperiods"
VARIABLE = "GR_CONF_AUDIO_ALSA_NPERIODS"  # GNU Radio reads it before its configuration files
SHIPPED_PERIODS, SHIPPED_PERIOD_S = 32, 0.010
BUFFER_S = 0.04  # four periods; from two on ALSA works at all


@contextmanager
def short_card_buffer() -> Iterator[None]:
    """A card opened for playing meanwhile buffers 40 ms.

    What the user has set, by GNU Radio's configuration (``[audio_alsa] nperiods``) or environment,
    stays as it is. GNU Radio has no setting for one block.
    """
    settings = gr.prefs()
    if settings.get_long(SECTION, OPTION, SHIPPED_PERIODS) != SHIPPED_PERIODS:
        yield
        return
    period_s = settings.get_double(SECTION, "period_time", SHIPPED_PERIOD_S)
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(max(2, round(BUFFER_S / period_s)))
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before
