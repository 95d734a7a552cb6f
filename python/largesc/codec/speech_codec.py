# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech codec, one frame at a time: any MimiModel, embedded or Kyutai's, behind one class."""

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import moshi.utils.compile
import numpy as np
import torch
from moshi.models.compression import MimiModel
from moshi.quantization import ResidualVectorQuantizer, SplitResidualVectorQuantizer
from numpy.typing import NDArray

from ..frame.tokens import MISSING_TOKEN
from .token_search import TokenSearch
from .traced_step import TracedStep, streaming_places

NO_FINGERPRINT = "0000"  # of weights that no file has

Step = Callable[[torch.Tensor], Sequence[torch.Tensor]]

_limited = threading.local()


class EncodedFrame(NamedTuple):
    """tokens: int16 ``[num_codebooks]``; latent: unquantised, float32 ``[dimension]``."""

    tokens: NDArray[np.int16]
    latent: NDArray[np.float32]


class SpeechCodec:
    """Streaming encoder and decoder with their state.

    The streaming output equals that of the model run over the whole signal at once, up to
    rounding; Kyutai's Mimi, with two steps per frame, only for the first 10 s (the ring of its
    transformers' keys drops one too early; docs/decisions.md). A missing token (-1) adds nothing
    to the sum of codebook vectors; any prefix of the codebooks decodes.

    Args:
        model: in evaluation mode, not yet streaming; it belongs to this object from now on.
        fingerprint: short name of weights and configuration; receivers compare it. NO_FINGERPRINT:
            it says nothing of them.
        search: how tokens are chosen; None leaves it to the model, which takes the nearest vector
            of one codebook after the other.

    Raises:
        ValueError: a search for a model whose codebooks are not one residual quantiser.

    Attributes:
        frame_size: samples per frame. sample_rate: Hz. frame_rate: frames per second.
        num_codebooks, cardinality: tokens per frame and values per token.
        delay: samples by which decoded speech lags its frame, see :func:`delay_of`.
        lookahead: samples that the encoder hears beyond those it codes.
    """

    def __init__(self, model: MimiModel, fingerprint: str, search: TokenSearch | None = None):
        use_one_thread()
        never_compile()
        self.fingerprint = fingerprint
        self.frame_size: int = model.frame_size
        self.sample_rate: int = model.sample_rate
        self.frame_rate: float = model.frame_rate
        self.num_codebooks: int = model.num_codebooks
        self.cardinality: int = model.cardinality
        self.delay: int = delay_of(model)
        self.lookahead: int = lookahead_of(model)
        self._model = model
        if search and not isinstance(model.quantizer, ResidualVectorQuantizer):
            raise ValueError("a token search needs one residual quantiser")
        self._search = search
        model.requires_grad_(False)
        model.streaming_forever(1)
        self._encode_step = self._one_graph(
            self._encoded, "encoder", "encoder_transformer", "downsample"
        )
        self._decode_step = self._one_graph(
            self._decoded, "upsample", "decoder_transformer", "decoder"
        )

    def _one_graph(self, step: Step, *modules: str) -> Step:
        """The step as a graph, if all that its modules keep from frame to frame are tensors."""
        there = [getattr(self._model, name, None) for name in modules]
        places = streaming_places(module for module in there if module is not None)
        return step if places is None else TracedStep(step, places)

    def reset(self) -> None:
        """Back to the state before the first frame, for encoder and decoder."""
        self._model.reset_streaming()

    def frames(self, pcm: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
        """Whole frames of a recording, float32 ``[frame_size]``.

        Silence behind the speech brings its end through the decoder, which is :attr:`delay` late.
        """
        for start in range(0, len(pcm) + self.delay, self.frame_size):
            samples = pcm[start : start + self.frame_size]
            yield np.pad(samples, (0, self.frame_size - len(samples)))

    @cached_property
    def codebooks(self) -> list[list[torch.Tensor]]:
        """Vectors of each residual quantiser's codebooks, see :func:`codebooks_of`."""
        return codebooks_of(self._model)

    def prepare_to_encode(self) -> None:
        """What the first frame would have to wait for, and longer beside threads of Python."""
        _record(self._encode_step, torch.zeros(1, 1, self.frame_size))

    def prepare_to_decode(self) -> None:
        """What the first frame would have to wait for, and longer beside threads of Python."""
        _record(self._decode_step, torch.zeros(1, self.num_codebooks, 1, dtype=torch.long))

    @torch.no_grad()
    def encode(self, pcm: NDArray[np.float32]) -> EncodedFrame:
        """Tokens of the next frame.

        Args:
            pcm: float32 ``[frame_size]``, full scale 1.0.

        Raises:
            ValueError: another shape, or samples that are not finite.
        """
        use_one_thread()
        if pcm.shape != (self.frame_size,):
            raise ValueError(f"a frame has {self.frame_size} samples, not {pcm.shape}")
        if not np.isfinite(pcm).all():
            raise ValueError("samples are not finite")
        x = torch.from_numpy(np.array(pcm, dtype=np.float32)).view(1, 1, -1)
        tokens, latent = self._encode_step(x)
        return EncodedFrame(tokens.view(-1).numpy().astype(np.int16), latent.view(-1).numpy())

    def _encoded(self, pcm: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Tokens and latent of ``[1, 1, frame_size]``."""
        latent = self._model.encode_to_latent(pcm, quantize=False)
        quantizer = self._model.quantizer
        if self._search is None:
            return quantizer.encode(latent), latent
        projected = quantizer.input_proj(latent)[..., 0]
        return self._search.tokens(self.codebooks[0], projected), latent

    @torch.no_grad()
    def decode(self, tokens: NDArray[np.int16]) -> NDArray[np.float32]:
        """Speech of the next frame, float32 ``[frame_size]``.

        Args:
            tokens: int16 ``[num_codebooks]``, 0..cardinality-1 or -1 where missing.

        Raises:
            ValueError: another shape, or a token out of range.
        """
        use_one_thread()
        if tokens.shape != (self.num_codebooks,):
            raise ValueError(f"a frame has {self.num_codebooks} tokens, not {tokens.shape}")
        if tokens.min() < MISSING_TOKEN or tokens.max() >= self.cardinality:
            raise ValueError(f"tokens must be -1..{self.cardinality - 1}")
        codes = torch.from_numpy(tokens.astype(np.int64)).view(1, -1, 1)
        (speech,) = self._decode_step(codes)
        pcm: NDArray[np.float32] = speech.view(-1).numpy()
        return pcm

    def _decoded(self, codes: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Speech ``[1, 1, frame_size]`` of ``[1, num_codebooks, 1]``."""
        model = self._model
        emb = model._to_encoder_framerate(dequantise(model, codes))
        if model.decoder_transformer is not None:
            (emb,) = model.decoder_transformer(emb)
        return (model.decoder(emb),)


def _record(step: Step, example: torch.Tensor) -> None:
    use_one_thread()
    if isinstance(step, TracedStep):
        step.record(example)


def delay_of(model: MimiModel) -> int:
    """Samples by which speech comes out of a model later than it went in, frame for frame.

    What the encoder hears ahead of what it codes, and what the decoder's windows overlap. Kyutai's
    Mimi has neither.
    """
    overlap: int = getattr(model.decoder, "delay", 0)
    return lookahead_of(model) + overlap


def lookahead_of(model: MimiModel) -> int:
    """Samples that a model's encoder hears beyond those it codes; Kyutai's Mimi has none."""
    lookahead: int = getattr(model.encoder, "lookahead_samples", 0)
    return lookahead


def use_one_thread() -> None:
    """Keeps torch to one thread in the calling thread; cheap enough for every frame.

    Beside GNU Radio's own threads more of them only wait for each other (measured: full-size
    Mimi takes five times as long with two under load). And it is what makes runs repeatable:
    the setting belongs to a thread, and in a new one MKL would choose by load how to split a
    sum.
    """
    if getattr(_limited, "done", False):
        return
    torch.set_num_threads(1)
    _limited.done = True


def never_compile() -> None:
    """Keeps moshi from handing functions to torch.compile, for good.

    moshi's layers switch it off on the CPU by setting a global flag and setting it back, which
    two threads undo for each other: now and then one of them compiled (seconds of silence, and
    another rounding from there on).
    """
    moshi.utils.compile._compile_disabled = True


def dequantise(model: MimiModel, codes: torch.Tensor) -> torch.Tensor:
    """Sum of codebook vectors ``[B, dimension, T]`` for codes ``[B, K, T]`` with -1 as zero.

    moshi's own ``quantizer.decode`` has no erasure symbol.
    """
    quantizer = model.quantizer
    if isinstance(quantizer, SplitResidualVectorQuantizer):
        first = quantizer.n_q_semantic
        parts = [(quantizer.rvq_first, codes[:, :first]), (quantizer.rvq_rest, codes[:, first:])]
    else:
        parts = [(quantizer, codes)]
    total = torch.zeros(())
    for part, part_codes in parts:
        if not part_codes.shape[1]:
            continue
        vectors = torch.zeros(())
        for k in range(part_codes.shape[1]):
            known = part_codes[:, k]
            vector = part.vq.layers[k].decode(known.clamp_min(0))
            vectors = vectors + vector * (known != MISSING_TOKEN)[:, None]
        total = total + part.output_proj(vectors)
    return total


@torch.no_grad()
def codebooks_of(model: MimiModel) -> list[list[torch.Tensor]]:
    """The vectors that tokens stand for, float32 ``[cardinality, D]`` per codebook in use.

    One list per residual quantiser: Kyutai's Mimi has two (codebook 0; the others), whose sums go
    through linear projections of their own before they are added. D is that before projection.
    """
    quantizer = model.quantizer
    parts = [quantizer]
    if isinstance(quantizer, SplitResidualVectorQuantizer):
        parts = [quantizer.rvq_first, quantizer.rvq_rest]
    every = torch.arange(quantizer.cardinality)[None]
    return [[layer.decode(every)[0].T for layer in part.vq.layers[: part.n_q]] for part in parts]
