# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How near recovery comes to what was lost, on readers held out of training.

    PYTHONPATH=training:python python benchmarks/token_choice.py WORK hold interpolate base \\
        base:nearest=false,prior=0,temperature=0.8,top_k=250 lora

WORK is a folder of ``training/train`` with tokens of the checkpoint's codec. A row is a strategy,
with settings behind a colon (fields of SamplingSettings). Of validation sequences of 10 s each
frame is lost for itself at the loss rate. What is told: the squared error of the latent on lost
frames by its power, how far off the level of lost frames of speech is, the log-mel distance to the
codec's own sound without loss, and PLCMOS. It chooses settings; evaluation readers take no part.
"""

from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import typer
import yaml
from gnuradio.largesc.codec.checkpoint import load_codec
from gnuradio.largesc.codec.speech_codec import SpeechCodec
from gnuradio.largesc.corpus.utterance import Utterance
from gnuradio.largesc.evaluation.metrics.log_mel_distance import LogMelDistance
from gnuradio.largesc.evaluation.metrics.plcmos import Plcmos
from gnuradio.largesc.frame.tokens import MISSING_TOKEN, no_tokens
from gnuradio.largesc.recovery.strategies.recovery_settings import RecoverySettings
from gnuradio.largesc.recovery.strategies.strategy_by_name import make_recovery
from gnuradio.largesc.recovery.strategies.token_recovery import TokenRecovery
from gnuradio.largesc.recovery.token_model.codebook_space import (
    CodebookSpace,
    codebook_space,
)
from gnuradio.largesc.recovery.token_model.sampling_settings import SamplingSettings
from largesc_training.token_model.settings import TokenModelSettings
from largesc_training.token_model.token_set import TokenSet
from largesc_training.token_model.validation import validation_sequences
from rich.console import Console
from rich.table import Table

SPEECH = -45.0  # dBFS of a frame, below which its level does not count


class Sequence(NamedTuple):
    """tokens: int16 ``[frames, 8]`` as sent; lost: bool ``[frames]``; clean: sound without loss."""

    tokens: np.ndarray
    lost: np.ndarray
    clean: np.ndarray


def played(codec: SpeechCodec, tokens: np.ndarray) -> np.ndarray:
    codec.reset()
    return np.concatenate([codec.decode(frame) for frame in tokens])


def filled(recovery: TokenRecovery, sequence: Sequence, look_ahead: int) -> np.ndarray:
    """What the strategy makes of it, int16 ``[frames, 8]``."""
    came = np.where(sequence.lost[:, None], MISSING_TOKEN, sequence.tokens).astype(np.int16)
    newest = [*came[look_ahead:], *[no_tokens()] * look_ahead]
    recovery.reset()
    return np.array([recovery.push(n, due) for n, due in zip(newest, came, strict=True)])


def latent_error(space: CodebookSpace, sequence: Sequence, tokens: np.ndarray) -> tuple[Any, Any]:
    """Squared error and power, sums over lost frames."""
    pairs = [(space.point(sequence.tokens[t]), space.point(tokens[t])) for t in lost_at(sequence)]
    return sum(((a - b) ** 2).sum() for a, b in pairs), sum((a**2).sum() for a, _ in pairs)


def lost_at(sequence: Sequence) -> np.ndarray:
    return np.flatnonzero(sequence.lost)


def level_errors(codec: SpeechCodec, sequence: Sequence, heard: np.ndarray) -> list[float]:
    """Of lost frames of speech, in dB."""
    size = codec.frame_size
    errors = []
    for t in lost_at(sequence):
        own = slice(t * size + codec.delay, (t + 1) * size + codec.delay)
        if len(sequence.clean[own]) < size:
            continue
        levels = [10 * np.log10(np.mean(x[own] ** 2) + 1e-9) for x in (sequence.clean, heard)]
        if levels[0] > SPEECH:
            errors.append(abs(levels[1] - levels[0]))
    return errors


def figures(
    codec: SpeechCodec, sequences: list[Sequence], recovery: TokenRecovery, look_ahead: int
) -> list[float]:
    space, mel, plcmos = codebook_space(codec), LogMelDistance(), Plcmos()
    errors, powers, levels, distances, scores = [], [], [], [], []
    for sequence in sequences:
        tokens = filled(recovery, sequence, look_ahead)
        heard = played(codec, tokens)
        error, power = latent_error(space, sequence, tokens)
        errors.append(error)
        powers.append(power)
        levels += level_errors(codec, sequence, heard)
        said = Utterance("", "", "", "", "", sequence.clean)
        distances.append(mel.score(said, heard, heard)["log_mel_distance"])
        scores.append(plcmos.score(said, heard, heard)["plcmos"])
    means = (np.mean(v) for v in (levels, distances, scores))
    return [sum(errors) / sum(powers), *(float(mean) for mean in means)]


def main(
    work: Annotated[Path, typer.Argument(help="Folder of training/train.")],
    rows: Annotated[list[str], typer.Argument(help="STRATEGY[:FIELD=VALUE,...]")],
    checkpoint: Annotated[str, typer.Option(help="Name or folder.")] = "mini",
    look_ahead: Annotated[int, typer.Option(min=0, max=5, help="Frames.")] = 1,
    loss_rate: Annotated[float, typer.Option(min=0, max=1)] = 0.3,
    count: Annotated[int, typer.Option(min=1, help="Sequences.")] = 8,
) -> None:
    """How near recovery comes to what was lost, on readers held out of training."""
    codec = load_codec(checkpoint)
    chosen = validation_sequences(
        TokenSet(work / "tokens"), TokenModelSettings(validation_sequences=count)
    )
    sequences = [
        Sequence(t, np.random.default_rng([n, 7]).random(len(t)) < loss_rate, played(codec, t))
        for n, t in enumerate(chosen)
    ]
    table = Table("choice", "error of the latent", "level off (dB)", "log-mel (dB)", "PLCMOS")
    for row in rows:
        strategy, _, given = row.partition(":")
        fields = dict(pair.split("=") for pair in given.split(",") if pair)
        sampling = SamplingSettings(**{k: yaml.safe_load(v) for k, v in fields.items()})
        recovery = make_recovery(strategy, RecoverySettings(checkpoint, look_ahead, sampling))
        found = figures(codec, sequences, recovery, look_ahead)
        table.add_row(row, *(f"{value:.2f}" for value in found))
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
