# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Linear paths beside the codec's networks, and a codec that begins with them."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from largesc.codec.fast_model import make_fast
from largesc.codec.mimi_builder import EMBEDDED_CONFIG, build_mimi
from largesc.codec.speech_codec import SpeechCodec, never_compile
from largesc_training.codec.device_corpus import DeviceCorpus
from largesc_training.codec.excerpts import Excerpts
from largesc_training.codec.learning_codec import LearningCodec
from largesc_training.codec.linear_start import begin_linear, own_step
from largesc_training.codec.losses import MelDistance
from largesc_training.codec.phases import ContinuousTask, JointTask, spread_of
from largesc_training.codec.settings import read_settings
from largesc_training.codec.starting_weights import StartingWeights
from largesc_training.run_options import RunOptions
from largesc_training.stages.codec import begins_linear, why_without_codebooks
from moshi.models.compression import MimiModel
from prepared_corpus import recording, small_settings, write_prepared_corpus
from random_checkpoint import speech_like
from random_token_model import one_thread

CPU = torch.device("cpu")
ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    yield from one_thread()


def _model(linear_path: bool = True) -> MimiModel:
    """The embedded codec, random; its linear paths say something."""
    never_compile()
    config: dict[str, Any] = copy.deepcopy(EMBEDDED_CONFIG)
    for end in ("spectral_encoder", "source_filter_decoder"):
        config[end]["linear_path"] = linear_path
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = build_mimi(config)
        for name, value in model.state_dict().items():
            if name.endswith("embedding_sum"):
                value.normal_(std=0.1)
            if "linear" in name:
                value.normal_(std=0.02)
    return model


@torch.no_grad()
def test_a_path_that_says_nothing_changes_nothing() -> None:
    with_path, without = _model(), _model(linear_path=False)
    for name, value in with_path.state_dict().items():
        if ".linear." in name:
            value.zero_()
    missing = without.load_state_dict(with_path.state_dict(), strict=False)
    assert not missing.missing_keys
    pcm = torch.from_numpy(speech_like(6, seed=1))[None, None]
    codes = with_path.encode(pcm)
    assert torch.equal(codes, without.encode(pcm))
    assert torch.equal(with_path.decode(codes), without.decode(codes))


@torch.no_grad()
def test_it_streams_and_its_fast_layers_say_the_same() -> None:
    model, fast = _model(), _model()
    make_fast(fast)
    pcm = speech_like(20, seed=2)
    whole = model.encode(torch.from_numpy(pcm)[None, None])
    stock, quick = SpeechCodec(model, "0000"), SpeechCodec(fast, "0000")
    tokens = np.array([stock.encode(frame).tokens for frame in pcm.reshape(-1, 1920)])
    np.testing.assert_array_equal(tokens, whole[0].T.numpy())
    assert len(np.unique(tokens, axis=0)) > 10
    for frame, expected in zip(pcm.reshape(-1, 1920), tokens, strict=True):
        np.testing.assert_array_equal(quick.encode(frame).tokens, expected)
        np.testing.assert_allclose(quick.decode(expected), stock.decode(expected), atol=1e-4)


@torch.no_grad()
def test_the_encoder_hears_the_linear_path_of_its_own_samples() -> None:
    encoder = _model().encoder
    pcm = torch.from_numpy(speech_like(4, seed=3))[None, None]
    features = encoder.features(pcm)
    weight, bias = encoder.linear.conv.conv.weight, encoder.linear.conv.conv.bias
    expected = torch.einsum("oik,ik->o", weight, features[0, :, 16:32]) + bias
    torch.testing.assert_close(encoder.linear(features)[0, :, 3], expected, atol=1e-5, rtol=1e-4)


def test_the_steps_of_the_coded_frame() -> None:
    # The window of the first ends 9 steps before the newest, so that its middle, 512 samples
    # earlier, is at 2672: 8 samples from that of the frame's first 10 ms, 960 + 1920 - 120 ago.
    assert own_step(960) == 6
    assert own_step(0) == 15 - round((1920 - 120 - 512) / 240)


def _codec(corpus: Path, **changed: object) -> tuple[LearningCodec, Excerpts]:
    settings = small_settings(
        linear_path=True, one_spread=True, frames=16, lookahead_samples=960, **changed
    )
    torch.manual_seed(0)
    return LearningCodec(settings), Excerpts(DeviceCorpus(corpus, settings, CPU), settings)


@torch.no_grad()
def _mel_distance(codec: LearningCodec, excerpts: Excerpts) -> float:
    torch.manual_seed(1)
    excerpt = excerpts.draw(disturbed=False)
    _, said = codec.eval().said(codec.latent(excerpt.heard), excerpt)
    return float(MelDistance()(said, excerpt.wanted[:, : said.shape[1]]))


@pytest.mark.slow
def test_untrained_networks_with_a_linear_path_speak(tmp_path: Path) -> None:
    codec, excerpts = _codec(write_prepared_corpus(tmp_path))
    before = _mel_distance(codec, excerpts)
    begin_linear(codec, excerpts, trained=False, batches=20)
    after = _mel_distance(codec, excerpts)
    assert after < 0.6 * before  # the corpus says nothing true of pitch
    heard = torch.from_numpy(recording()[None, : 1920 * 30])
    with torch.no_grad():
        latent = codec.latent(heard)[..., 3:-1]
    assert 0.5 < float(latent.square().mean()) < 2.0  # spread one together,
    spread = latent.std(dim=(0, 2))
    assert spread.max() > 5 * spread.min()  # not each


@pytest.mark.slow
def test_paths_learn_slowly_and_the_rest_learns(tmp_path: Path) -> None:
    codec, excerpts = _codec(write_prepared_corpus(tmp_path))
    settings = small_settings(linear_path=True, one_spread=True, frames=16)
    for phase in (ContinuousTask, JointTask):
        groups = {
            g["rate"]: g["params"] for g in phase(codec, excerpts, settings).parameter_groups()
        }
        assert set(groups) == {1.0, 0.3, 0.03}
        assert groups[0.03][0] is codec.mimi.encoder.linear.conv.conv.weight
        assert groups[0.3] == [codec.mimi.decoder.network.linear.weight]
        assert sum(map(len, groups.values())) == len(list(codec.parameters()))


def test_one_spread_for_all_numbers_or_one_for_each() -> None:
    torch.manual_seed(0)
    latents = torch.randn(4000, 2) * torch.tensor([3.0, 1.0])
    each, one = spread_of(latents, one=False), spread_of(latents, one=True)
    torch.testing.assert_close(each, torch.tensor([3.0, 1.0]), atol=0.1, rtol=0)
    torch.testing.assert_close(one, torch.full((2,), 5.0**0.5), atol=0.1, rtol=0)


@torch.no_grad()
def test_the_weights_to_begin_with_fit_their_settings_and_speak() -> None:
    settings = read_settings(ROOT / "training" / "settings" / "linear.yaml")
    path = ROOT / "training" / "start" / "codec.safetensors"
    work = Path("work")
    assert why_without_codebooks(RunOptions(work, settings, start=path)) == ""
    assert not begins_linear(RunOptions(work, settings, start=path))
    assert begins_linear(RunOptions(work, settings))
    mini = ROOT / "python" / "largesc" / "checkpoints" / "mini" / "codec.safetensors"
    told = why_without_codebooks(RunOptions(work, settings, start=mini))
    assert told == "codec.safetensors has no linear path, the settings ask for one"
    without = settings.model_copy(update={"linear_path": False})
    with pytest.raises(
        ValueError, match=r"codec\.safetensors has a linear path: the settings need"
    ):
        StartingWeights(path).put_into(LearningCodec(without), 1)
    codec = LearningCodec(settings).eval()
    StartingWeights(path).put_into(codec, 1)
    pcm = torch.from_numpy(recording()[None, : 1920 * 30])
    lag = settings.lookahead_samples + codec.mimi.decoder.delay
    for count, most in ((4, 1.0), (8, 0.9)):
        said = codec.speech(codec.quantised(codec.latent(pcm), count))[:, lag:]
        assert float(MelDistance()(said, pcm[:, : said.shape[1]])) < most
