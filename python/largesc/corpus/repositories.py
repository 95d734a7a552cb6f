# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Public git repositories with recordings: commits and what is wanted of them.

Who of their readers trains, steers or judges stands in :mod:`.sources`.
"""

from .set_apart_readers import SETS, set_apart
from .source import GitRepository

# They do not even come into the folder that training reads.
SET_APART = [reader.reader for which in SETS for reader in set_apart(which).readers]
SPEECHOCEAN = GitRepository(
    "https://github.com/jimbozhang/speechocean762",
    "613968e3b0b789fc33936fb5eba1973176ba7d11",
    (
        *("/README.md", "/train/text", "/test/text", "/WAVE/"),
        *(f"!/WAVE/SPEAKER{number}/" for number in SET_APART),
    ),
)
INTENTS = GitRepository(
    "https://github.com/Picovoice/speech-to-intent-benchmark",
    "47b1ca63afe4f08cb83e1f70fec16764879bd130",
    ("/LICENSE", "/data/speech/clean/"),
    "more than 50, not labelled",
)
WAKE_WORDS = GitRepository(
    "https://github.com/Picovoice/wake-word-benchmark",
    "84919190fb1891bf0936dcb577d9268e467f876f",
    ("/LICENSE", "/audio/"),
    "more than 50, not labelled",
)
DC_TTS = GitRepository(
    "https://github.com/PhilippMatthes/dc_tts",
    "5f20e75b5c454b22f9f7dcaa2f7282bada93c1eb",
    ("/LICENSE", "/LJSpeech-1.1/"),
)
PRECISE = GitRepository(
    "https://github.com/MycroftAI/Precise-Community-Data",
    "4854e39b7f8c0e14d387d4e135aa10486f5158bf",
    ("/licenses/", "*.wav", "!/heysavant/", "!noises/"),
    "6, not labelled",
)
GCOMPRIS = GitRepository(
    "https://github.com/gcompris/GCompris-voices",
    "c0e8a743b7b4633af06b8dc15bc2b397e456dd6f",
    (
        *("/LICENSE", "/*/", "!alphabet/", "!geography/", "/en/alphabet/", "/en/geography/"),
        *(f"!/{language}/" for language in ("da", "el", "es", "it", "nn")),
    ),
    "some 60, named by folder in LICENSE",
)
ARTIKULATE = GitRepository(
    "https://github.com/KDE/artikulate-data",
    "1d05cca3d3d2d5f1d0c6886e22ae9195f7ec4579",
    (
        *("/AUTHORS", "/COPYING", "/COPYING.COURSES"),
        *(f"/courses/basic/{course}/" for course in ("ba", "de", "en_BE", "fr", "pl")),
    ),
)
