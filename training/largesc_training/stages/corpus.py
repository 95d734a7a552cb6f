# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stages from packages to a prepared corpus."""

from largesc.corpus.fetched_speech import fetches
from rich.progress import track

from ..run_options import RunOptions
from ..stage import StageError


def packages(options: RunOptions) -> None:
    """Debian packages and git repositories into ``debian/``.

    What cannot be had is named and left out.
    """
    folder = options.work / "debian"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = fetches("training", folder, options.mirror)
    for fetch in track(wanted, description="speech"):
        for problem in fetch.run():
            print(f"{fetch.name}: {problem}: left out", flush=True)


def synthetic(options: RunOptions) -> None:
    """English by synthetic voices into ``synthetic/``."""
    from ..corpus.synthetic_english import VOICES, kokoro_voices, synthesise

    folder = options.work / "synthetic"
    folder.mkdir(parents=True, exist_ok=True)
    others = kokoro_voices(options.kokoro) if options.kokoro else ()
    synthesise(options.work / "debian", folder, (*VOICES, *others))


def corpus(options: RunOptions) -> None:
    """The prepared corpus into ``corpus/``: of a user's own speech, or of what was fetched."""
    from ..corpus.own_speech import own_recordings
    from ..corpus.preparation import prepare_corpus, recordings

    if options.speech is None:
        found = list(recordings(options.work / "debian", options.work / "synthetic"))
    else:
        found = own_recordings(options.speech)
        readers = len({one.group for one in found})
        print(f"{options.speech}: {len(found)} recordings, {readers} readers", flush=True)
    prepare_corpus(found, options.work / "corpus")


def phones(options: RunOptions) -> None:
    """Phones of recordings with a text into ``phones/``.

    Raises:
        StageError: the aligner is not installed.
    """
    from ..corpus.phone_alignment import align_corpus

    try:
        align_corpus(options.work / "corpus", options.work / "phones")
    except ImportError as error:
        raise StageError(
            f"phones need pocketsphinx ({error}): pip install -r training/requirements.txt, or "
            "train without them (weights: {phone: 0} in the settings)"
        ) from error
