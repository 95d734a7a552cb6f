# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does a token model know speech? How likely a fixed recording's tokens are to it tells."""

import math
import time
from typing import NamedTuple

import numpy as np
import soundfile
import torch

from ...codec.checkpoint import Checkpoint, CheckpointError
from ...codec.speech_codec import SpeechCodec
from ...codec.verification import RECORDING
from ...frame.tokens import CARDINALITY, Tokens, no_tokens
from .fast_token_model import steps_of
from .forced_generation import ForcedGenerator
from .model_placement import place_model
from .token_layout import layout_for
from .token_model_files import find_token_model, load_token_model
from .token_sampler import Draw, Hole

GUESSING = math.log(CARDINALITY)  # nats per token of a model that knows nothing
KNOWN = GUESSING - 0.5
FRAMES = 32  # of the recording: a minute or two for Moshi's model on a CPU


class TokenModelVerdict(NamedTuple):
    """What became of the recording's tokens.

    Attributes:
        knows_speech: tokens are likelier to it than to guessing.
        nats: per token of codebook 0, each said from the tokens before it.
        right: share of all tokens that the model would have named itself.
        frame_seconds: wall time for a frame of which everything is lost.
        precision, device: it ran in and on.
    """

    knows_speech: bool
    nats: float
    right: float
    frame_seconds: float
    precision: str
    device: str

    def sentence(self, name: str) -> str:
        """The verdict for a person."""
        what = "knows speech" if self.knows_speech else "knows NO speech"
        return (
            f"{name}: the token model {what} ({self.nats:.2f} nats per first token, needed "
            f"{KNOWN:.2f}, guessing {GUESSING:.2f}; {100 * self.right:.1f} % of all tokens named; "
            f"{1000 * self.frame_seconds:.0f} ms per lost frame, {self.precision} on {self.device})"
        )


def verify_token_model(checkpoint: Checkpoint, codec: SpeechCodec) -> TokenModelVerdict:
    """Loads the base model; recovery asks it for every token, and is then told the right one.

    Raises:
        CheckpointError: the checkpoint has no token model, or it does not load.
    """
    files = find_token_model(checkpoint)
    try:
        place = place_model(files, "auto", "auto")
    except ValueError as error:
        raise CheckpointError(f"checkpoint {checkpoint.name!r}: {error}") from error
    model = load_token_model(files, False, place.device, place.dtype, place.int8)
    tokens = _tokens(codec)
    teacher = _Teacher(tokens)
    generator = ForcedGenerator(steps_of(model), layout_for(files.config, look_ahead=0), teacher)
    start = time.perf_counter()
    for _ in tokens:
        generator.push(no_tokens(), no_tokens())
    seconds = (time.perf_counter() - start) / len(tokens)
    nats = float(np.mean(teacher.nats))
    right = float(np.mean(teacher.right))
    return TokenModelVerdict(nats < KNOWN, nats, right, seconds, place.precision, place.device)


class _Teacher:
    """A sampler that gives the right tokens, and notes how likely they were.

    Attributes:
        nats: of each token of codebook 0.
        right: whether the likeliest token was the right one, of all.
    """

    def __init__(self, tokens: Tokens):
        self.nats: list[float] = []
        self.right: list[bool] = []
        self._tokens = tokens
        self._asked = [0] * tokens.shape[1]  # frames, by codebook

    def reset(self) -> None:
        """The recording begins anew."""
        self._asked = [0] * len(self._asked)

    def sample(self, logits: torch.Tensor, hole: Hole) -> Draw:
        frame = self._asked[hole.k]
        self._asked[hole.k] += 1
        if frame >= len(self._tokens):  # with acoustic delay codebook 0 runs ahead of the others
            return Draw(0, 0.0)
        token = int(self._tokens[frame, hole.k])
        likely = float(torch.log_softmax(logits.float(), dim=-1)[token])
        self.right.append(int(logits.argmax()) == token)
        if hole.k == 0:
            self.nats.append(-likely)
        return Draw(token, math.exp(likely))


def _tokens(codec: SpeechCodec) -> Tokens:
    """Int16 ``[frames, 8]`` of the recording."""
    pcm, _ = soundfile.read(RECORDING, dtype="float32", frames=FRAMES * codec.frame_size)
    pcm = pcm[: len(pcm) // codec.frame_size * codec.frame_size]
    codec.reset()
    frames = [codec.encode(frame).tokens for frame in pcm.reshape(-1, codec.frame_size)]
    return np.array(frames, dtype=np.int16)
