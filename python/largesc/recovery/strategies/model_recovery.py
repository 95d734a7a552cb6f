# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strategies ``base`` and ``lora``: a token model says what was lost."""

import numpy as np
from numpy.typing import NDArray

from ...codec.checkpoint import CheckpointError, find_checkpoint, load_codec
from ...codec.kept_models import KeptModels, file_key
from ...codec.silence_tokens import find_silence_tokens
from ...frame.soft_tokens import SoftBits
from ...frame.tokens import MISSING_TOKEN, NUM_CODEBOOKS, Tokens, check_tokens, no_tokens
from ..token_model.codebook_space import CodebookSpace, codebook_space
from ..token_model.fast_token_model import FastSteps, steps_of
from ..token_model.forced_generation import ForcedGenerator
from ..token_model.latent_line import LatentLine
from ..token_model.latent_sampler import LatentSampler
from ..token_model.model_placement import ModelPlacement, place_model
from ..token_model.token_layout import layout_for
from ..token_model.token_model_files import TokenModelFiles, find_token_model, load_token_model
from ..token_model.token_model_steps import TokenModelSteps
from .recovery_settings import RecoverySettings
from .token_recovery import known_or_nothing

FADE = 3  # frames on the way from speech to silence


class ModelRecovery:
    """Fills holes by generation; a long gap fades to silence, since the model would babble.

    A gap is a run of frames of which nothing is known. In it the model speaks for ``silent_after``
    frames; the next FADE are moved, in the codec's latent, evenly towards silence; from then on
    silence is played until something of a frame is known. So it is from the start, and after a
    pause (HoldRecovery says why). The model is told that silence was played.

    Args:
        generator: of the model, for the receiver's look-ahead.
        space: of the codec.
        silence: tokens int16 ``[8]`` of silence.
        silent_after: frames, 0 or more.
        look_ahead: frames between the one due and the newest.
        fill_unsent: the model says also the codebooks that nobody sent; else they stay missing,
            in a lost frame as well, and the depth transformer need not go through them.
        codec: its fingerprint.
    """

    confidence: NDArray[np.float32]
    _gap: int  # frames of which nothing was known, up to now

    def __init__(
        self,
        generator: ForcedGenerator,
        space: CodebookSpace,
        silence: Tokens,
        silent_after: int,
        look_ahead: int,
        fill_unsent: bool = False,
        codec: str = "",
    ):
        self.codec = codec
        self._fill_unsent = fill_unsent
        self._generator = generator
        self._space = space
        self._line = LatentLine(space, look_ahead)
        self._silence = silence
        self._silent_after = silent_after
        self._forget()

    def push(
        self,
        newest: Tokens,
        due: Tokens,
        sent: int = NUM_CODEBOOKS,
        soft: SoftBits | None = None,
    ) -> Tokens:
        """See TokenRecovery.

        Raises:
            ValueError: no frame of tokens, or a token out of range; nothing has changed then.
        """
        newest, due = check_tokens(newest), check_tokens(due)
        sent = NUM_CODEBOOKS if self._fill_unsent else sent
        self._count_gap(due)
        if soft is not None:
            self._gap = 0
        expected = self._line.push(newest, due)
        if self._gap > self._silent_after + FADE:
            self._play_silence(newest)
            return self._silence.copy()
        filled, self.confidence = self._generator.push(newest, due, sent, expected, soft)
        if self._gap <= self._silent_after:
            return filled
        self.confidence = known_or_nothing(due)
        share = (self._gap - self._silent_after) / (FADE + 1)
        return self._space.nearest(self._space.mixed(filled, self._silence, share), due, sent)

    def skip(self, newest: Tokens, due: Tokens, played: Tokens) -> None:
        """See TokenRecovery. Saves the depth transformer; where nothing is played, silence is.

        Raises:
            ValueError: as in :meth:`push`.
        """
        newest, due, played = check_tokens(newest), check_tokens(due), check_tokens(played)
        self._count_gap(due)
        self._line.push(newest, due)
        nothing = (played == MISSING_TOKEN).all()
        self._generator.push_played(newest, self._silence if nothing else played)
        self.confidence = known_or_nothing(due)

    def pause(self, newest: Tokens | None = None) -> None:
        newest = no_tokens() if newest is None else check_tokens(newest)
        self._line.pause(newest)
        self._play_silence(newest)
        self._gap = self._silent_after + FADE

    def reset(self) -> None:
        self._generator.reset()
        self._line.reset()
        self._forget()

    def _count_gap(self, due: Tokens) -> None:
        self._gap = self._gap + 1 if (due == MISSING_TOKEN).all() else 0

    def _play_silence(self, newest: Tokens) -> None:
        self._generator.push_played(newest, self._silence)
        self.confidence = known_or_nothing(no_tokens())

    def _forget(self) -> None:
        self._gap = self._silent_after + FADE
        self.confidence = known_or_nothing(no_tokens())


def make_model_recovery(settings: RecoverySettings, adapted: bool) -> ModelRecovery:
    """The strategy with a checkpoint's model.

    Args:
        settings: of it.
        adapted: with the checkpoint's LoRA adapter.

    Raises:
        CheckpointError: the checkpoint has no token model or no adapter, they do not belong
            together, or the model does not fit in memory.
    """
    files = find_token_model(find_checkpoint(settings.checkpoint))
    try:
        place = place_model(files, settings.precision, settings.device)
    except ValueError as error:
        raise CheckpointError(f"checkpoint {settings.checkpoint!r}: {error}") from error
    steps = _loaded_steps(files, adapted, place)
    codec = load_codec(settings.checkpoint)
    space = codebook_space(codec)
    generator = ForcedGenerator(
        steps,
        layout_for(files.config, settings.look_ahead),
        LatentSampler(settings.sampling, space, place.device),
    )
    silence = find_silence_tokens(codec)
    return ModelRecovery(
        generator,
        space,
        silence,
        settings.silent_after,
        settings.look_ahead,
        settings.fill_unsent,
        codec.fingerprint,
    )


# Those of moshi's own layers are not kept: they are of large models, or tests'.
_kept: KeptModels[TokenModelSteps] = KeptModels(keeps=lambda steps: isinstance(steps, FastSteps))


def _loaded_steps(files: TokenModelFiles, adapted: bool, place: ModelPlacement) -> TokenModelSteps:
    adapter = file_key(files.adapter) if adapted and files.adapter is not None else None
    key = files.fingerprint, files.codec, adapted, adapter, place
    return _kept.of(
        key,
        lambda: steps_of(load_token_model(files, adapted, place.device, place.dtype, place.int8)),
    )
