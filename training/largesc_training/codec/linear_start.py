# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A codec begins as a linear one: principal components of log spectra, there and back.

Sixteen principal components of a frame's log-mel spectra (8 steps of 80 bands) are as near to them
as a network of 64 numbers became in an hour (docs/training.md, "The linear path"): norms between
its layers take the level away, and what is simply copied is learnt last. So the linear paths of
encoder and decoder are set to the components, and the networks learn what to add. What networks
knew before, of pitch, voicing and the shape of noise, is kept in the numbers that are left.
"""

from typing import NamedTuple

import torch
from largesc.codec.mel import mel_filter_bank
from largesc.codec.source_filter_decoder import (
    ENVELOPE_SCALE,
    NOISE_OFFSET,
    PULSE_OFFSET,
    SpeechParameters,
)
from largesc.codec.spectral_encoder import HOP, LINEAR_STEPS, LOW_BINS, WINDOW
from largesc.frame.tokens import FRAME_STEPS
from torch.nn import functional

from ..corpus.prepared import SAMPLE_RATE
from .excerpts import Excerpt, Excerpts
from .learning_codec import LearningCodec
from .magnitude import mel_magnitudes
from .phases import SETTLING
from .phone_recogniser import QUIETEST

OTHERS = 12  # numbers of the latent that carry what spectra do not, pitch and voicing; at most
OTHERS_SHARE = 0.25  # of a narrow latent
BATCHES = 150
AMOUNT = 0.5  # spread of the linear path in the encoder's stream, by that of the network's output
RIDGE = 1e-3  # of a regression, relative to the mean variance of what it reads
NOTHING = 1e-9  # variance of what is silent
FURTHEST = 3.0  # nepers by which an envelope may be off before it counts as a mistake of pitch,
FURTHEST_AT_FIRST = 10.0  # and if nothing was ever learnt


class _Seen(NamedTuple):
    """What was computed of a batch: of N frames, or of 8 N steps of 10 ms."""

    spectra: torch.Tensor  # [N, 8 * mel bands] features of the frame's own samples
    stream: torch.Tensor  # [N, d] at the encoder's end
    latent: torch.Tensor  # [N, D]
    embedded: torch.Tensor  # [N, d] at the decoder's beginning
    contour: torch.Tensor  # [N, 32] pitch and voicing that the decoder makes of it
    hidden: torch.Tensor  # [8 N, d] behind the decoder's last norm
    wanted: torch.Tensor  # [8 N, 2 * bands] envelopes that would have been right


@torch.no_grad()
def begin_linear(
    model: LearningCodec, excerpts: Excerpts, trained: bool = True, batches: int = BATCHES
) -> None:
    """Sets the linear paths and both ends of the latent; codebooks no longer fit afterwards.

    Args:
        model: with linear paths that say nothing yet.
        excerpts: of the training corpus.
        trained: whether its networks know something; what they do not know is silenced.
        batches: of them to learn from.
    """
    model.eval()
    if not trained:
        _silence(model)
    with _Watched(model, FURTHEST if trained else FURTHEST_AT_FIRST) as watched:
        seen = _joined([watched.of(excerpts.draw(disturbed=False)) for _ in range(batches)])
    width = seen.latent.shape[1]
    others = _contour_rows(seen, min(OTHERS, int(OTHERS_SHARE * width)))
    rows, mean = _principal_rows(seen.spectra, width - len(others), width)
    own = (seen.spectra - mean) @ rows.T
    latent = torch.cat([own, (seen.latent - seen.latent.mean(0)) @ others.T], dim=1)
    _set_encoder(model, seen, rows, mean, others)
    _set_decoder(model, seen, latent, len(rows))
    model.train()


def _silence(model: LearningCodec) -> None:
    """Networks begin with nothing to add (ReZero, Bachlechner et al. 2020)."""
    model.mimi.encoder.at_12_5hz[-1].norm.weight.zero_()
    for transformer in (model.mimi.encoder_transformer, model.mimi.decoder_transformer):
        for name, parameter in transformer.named_parameters():
            if "layer_scale" in name:
                parameter.zero_()


class _Watched:
    """The model as it is, and what it makes of an excerpt."""

    def __init__(self, model: LearningCodec, furthest: float):
        self._model, self._furthest = model, furthest
        device = model.codebooks.vectors.device
        self._bank = mel_filter_bank(model.mimi.decoder.network.bands, WINDOW, SAMPLE_RATE).to(
            device
        )
        self._window = torch.hann_window(WINDOW, device=device)
        self._hidden = torch.zeros(0)

    def __enter__(self) -> "_Watched":
        norm = self._model.mimi.decoder.network.norm
        self._hook = norm.register_forward_hook(self._keep)
        return self

    def __exit__(self, *_: object) -> None:
        self._hook.remove()

    def _keep(self, _layer: object, _inputs: object, output: torch.Tensor) -> None:
        self._hidden = output

    def of(self, excerpt: Excerpt) -> _Seen:
        """What is typical of an excerpt: not its beginning, not its end."""
        model, decoder = self._model, self._model.mimi.decoder
        (stream,) = model.mimi.encoder_transformer(model.mimi.encoder(excerpt.heard[:, None]))
        latent = model.mimi.quantizer.input_proj(stream)
        embedded = model.embedded(latent)
        speech = decoder.network(embedded)
        said = decoder.synthesise(speech, excerpt.f0, excerpt.voiced)[:, 0]
        typical = slice(SETTLING, latent.shape[2] - 1)

        def by_frame(x: torch.Tensor) -> torch.Tensor:
            return x.transpose(1, 2)[:, typical].flatten(0, 1)

        def by_step(x: torch.Tensor) -> torch.Tensor:
            return x.unflatten(1, (-1, FRAME_STEPS))[:, typical].flatten(0, 2)

        return _Seen(
            by_frame(self._spectra(excerpt)),
            by_frame(stream),
            by_frame(latent),
            by_frame(embedded),
            by_frame(_contour(speech)),
            by_step(self._hidden),
            by_step(self._wanted(speech, said, excerpt)),
        )

    def _wanted(
        self, speech: SpeechParameters, said: torch.Tensor, excerpt: Excerpt
    ) -> torch.Tensor:
        """Envelopes ``[B, S, 2 * bands]``: those of the model, changed by what was wrong with the
        spectra that came of them."""
        delay = self._model.mimi.decoder.delay
        in_time = functional.pad(said[:, delay:], (0, delay))
        off = self._mel(excerpt.wanted) - self._mel(in_time)
        off = off.clamp(-self._furthest, self._furthest)
        envelopes = torch.cat([speech.pulse, speech.noise], dim=1).transpose(1, 2)
        return envelopes + torch.cat([off, off], dim=2)

    def _spectra(self, excerpt: Excerpt) -> torch.Tensor:
        """Of what the encoder hears, what lies in the frame that it codes ``[B, bands * 8, T]``."""
        encoder = self._model.mimi.encoder
        features = encoder.features(excerpt.heard[:, None])[:, :-LOW_BINS]
        first = own_step(encoder.lookahead_samples) - FRAME_STEPS
        shifted = torch.roll(features, -first, dims=2)  # what comes round is not typical
        return shifted.unflatten(2, (-1, FRAME_STEPS)).transpose(2, 3).flatten(1, 2)

    def _mel(self, samples: torch.Tensor) -> torch.Tensor:
        """Log-mel spectra of the middle of every step, ``[B, S, bands]``."""
        edge = (WINDOW - HOP) // 2
        padded = functional.pad(samples, (edge, edge))
        mel = mel_magnitudes(padded, self._bank, self._window, HOP)
        return torch.log(mel.clamp_min(QUIETEST)).transpose(1, 2)


def _contour(speech: SpeechParameters) -> torch.Tensor:
    """Pitch and voicing of every frame ``[B, 32, T]``, as loud as each other."""
    contour = torch.stack([speech.pitch, speech.voicing / 4.0], dim=1)
    frames = contour.unflatten(2, (-1, 2 * FRAME_STEPS))  # [B, 2, T, 16]
    return frames.transpose(2, 3).flatten(1, 2)


def own_step(lookahead: int) -> int:
    """Which of the 16 steps that the linear path reads is the first of the coded frame.

    The window of step k ends with sample 240 (k + 1), its middle lies half a window before; the
    coded frame begins ``lookahead`` samples and its own 1920 before the newest sample.
    """
    newest_middle = WINDOW // 2
    first_middle = lookahead + FRAME_STEPS * HOP - HOP // 2
    return LINEAR_STEPS - 1 - round((first_middle - newest_middle) / HOP)


def _joined(batches: list[_Seen]) -> _Seen:
    return _Seen(*(torch.cat(parts) for parts in zip(*batches, strict=True)))


def _principal_rows(
    spectra: torch.Tensor, count: int, width: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Components as rows, such that all numbers of the latent have the spread one together; the
    mean."""
    mean = spectra.mean(0)
    _, directions = _directions(spectra - mean)
    rows = directions[:, -count:].T.flip(0)
    spread = ((spectra - mean) @ rows.T).var(dim=0).sum() / width
    return rows / spread.sqrt(), mean


def _directions(centred: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Variances, ascending, and directions ``[D, D]`` in columns."""
    return torch.linalg.eigh(centred.T @ centred / len(centred))


def _contour_rows(seen: _Seen, count: int) -> torch.Tensor:
    """What of the old latent pitch and voicing hang on, ``[count, D]``, each of spread one; any of
    its numbers where nothing is said."""
    latent = seen.latent - seen.latent.mean(0)
    if latent.square().mean() < NOTHING:
        return torch.eye(latent.shape[1], device=latent.device)[:count]
    effect = _regression(latent, seen.contour - seen.contour.mean(0))  # [D, 32]
    variances, directions = _directions(latent)
    root = directions * variances.clamp_min(1e-9).sqrt()  # white numbers to the latent
    _, _, effects = torch.linalg.svd((root.T @ effect).T)
    inverse = directions / variances.clamp_min(1e-9).sqrt()
    return effects[:count] @ inverse.T


def _regression(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Ridge regression of centred ``[N, A]`` to ``[N, B]``: ``[A, B]``."""
    square = x.T @ x / len(x)
    ridge = RIDGE * square.diagonal().mean() * torch.eye(len(square), device=x.device)
    return torch.linalg.solve(square + ridge, x.T @ y / len(x))


def _set_encoder(
    model: LearningCodec,
    seen: _Seen,
    rows: torch.Tensor,
    mean: torch.Tensor,
    others: torch.Tensor,
) -> None:
    """Spectra enter the stream where the network says least, and leave it there."""
    encoder, entry = model.mimi.encoder, model.mimi.quantizer.input_proj.weight
    count = len(rows)
    variances, directions = _directions(seen.stream - seen.stream.mean(0))
    quiet = directions[:, :count]  # [d, count]
    amount = _amount(variances, (seen.spectra - mean) @ rows.T)
    into = amount * quiet @ rows  # [d, mel bands * 8]
    convolution = encoder.linear.conv.conv
    convolution.weight.zero_()
    first, bands = own_step(encoder.lookahead_samples), encoder.features.channels - LOW_BINS
    own = convolution.weight[:, :bands, first : first + FRAME_STEPS]
    own.copy_(into.view(-1, bands, FRAME_STEPS))
    convolution.bias.copy_(-into @ mean - seen.stream.mean(0))  # the latent's mean is zero
    loud = torch.eye(len(quiet), device=quiet.device) - quiet @ quiet.T
    entry[count:, :, 0] = others @ entry[..., 0].clone() @ loud
    entry[:count, :, 0] = quiet.T / amount


def _set_decoder(model: LearningCodec, seen: _Seen, latent: torch.Tensor, count: int) -> None:
    """The old networks get what the new latent says of the old one, the linear path the rest."""
    network, exit_ = model.mimi.decoder.network, model.mimi.quantizer.output_proj.weight
    own = latent[:, :count]
    back = _regression(latent, seen.latent - seen.latent.mean(0))  # [D, D]
    variances, directions = _directions(seen.embedded - seen.embedded.mean(0))
    quiet = directions[:, :count]
    amount = _amount(variances, own)
    loud = torch.eye(len(quiet), device=quiet.device) - quiet @ quiet.T
    exit_[..., 0] = loud @ exit_[..., 0].clone() @ back.T
    exit_[:, :count, 0] += amount * quiet
    wanted = seen.wanted.view(len(latent), -1)
    envelopes = _regression(own, wanted - wanted.mean(0))  # [count, 8 * 2 * bands]
    network.linear.weight.copy_(envelopes.T @ quiet.T / amount)
    left = (wanted - own @ envelopes).view(len(seen.hidden), -1)
    _set_head(network, seen.hidden, left)


def _amount(variances: torch.Tensor, own: torch.Tensor) -> torch.Tensor:
    """By how much spectra are put into a stream of such variances."""
    there = variances.sum()
    return AMOUNT * (there / own.var(dim=0).sum()).sqrt() if there > NOTHING else there.new_ones(())


def _set_head(network: torch.nn.Module, hidden: torch.Tensor, left: torch.Tensor) -> None:
    """Envelopes of the head: what of the rest hangs on what the old network computes."""
    mean = hidden.mean(0)
    rest = _regression(hidden - mean, left - left.mean(0))
    n = network.bands
    offset = hidden.new_tensor([PULSE_OFFSET] * n + [NOISE_OFFSET] * n)
    network.head.weight[: 2 * n] = rest.T / ENVELOPE_SCALE
    network.head.bias[: 2 * n] = (left.mean(0) - mean @ rest - offset) / ENVELOPE_SCALE
