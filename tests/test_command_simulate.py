# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc simulate`` as a user runs it: figures, repeatability, bad input."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from gnuradio.largesc.audio.noise_suppressor import NoiseSuppressor
from random_checkpoint import random_checkpoint

KEYS = {
    "token_bps",
    "packet_bps",
    "packets_sent",
    "packets_lost",
    "tokens",
    "seconds_of_audio",
    "realtime_factor",
    "algorithmic_latency_ms",
}


def simulate(run_largesc, source, folder: Path, *options: object):
    """Exit status 0, output and figures."""
    out, figures = folder / "out.wav", folder / "figures.json"
    done = run_largesc("simulate", source, out, "--json", figures, *options)
    assert done.returncode == 0, done.stderr
    return out, json.loads(figures.read_text()), done.stderr


@pytest.mark.slow
def test_figures_and_length(run_largesc, speech, speech_file, delay, tmp_path):
    options = ("--loss", 0.3, "--primary", 4, "--redundant", 4, "--seed", 3)
    out, figures, _ = simulate(run_largesc, speech_file, tmp_path, *options)
    pcm, rate = soundfile.read(out)
    assert (len(pcm), rate) == (len(speech), 24000)
    assert set(figures) >= KEYS
    frames = -(-(len(speech) + delay) // 1920)
    assert figures["packets_sent"] == frames
    assert 0 < figures["packets_lost"] < frames
    # The first packet has nothing to repeat.
    assert figures["token_bps"] == pytest.approx(1100 - 550 / frames)
    assert figures["packet_bps"] == pytest.approx(1300 - 600 / frames)
    assert sum(figures["tokens"].values()) == 8 * frames
    assert all(figures["tokens"][kind] > 0 for kind in ("primary", "redundant", "unsent"))
    assert figures["seconds_of_audio"] == pytest.approx(len(speech) / 24000)
    late = delay + NoiseSuppressor.delay
    assert figures["algorithmic_latency_ms"] == pytest.approx(160 + late / 24)


@pytest.mark.slow
def test_same_seed_same_output(run_largesc, speech_file, tmp_path):
    outputs = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        folder = tmp_path / name
        folder.mkdir()
        out, _, _ = simulate(run_largesc, speech_file, folder, "--loss", 0.4, "--seed", seed)
        outputs.append(out.read_bytes())
    assert outputs[0] == outputs[1]
    assert outputs[0] != outputs[2]


def test_a_strategy_that_the_checkpoint_lacks_is_said(run_largesc, speech_file, tmp_path):
    options = ("--recovery", "lora", "--checkpoint", random_checkpoint())
    done = run_largesc("simulate", speech_file, tmp_path / "out.wav", *options)
    assert done.returncode == 2
    last_line = done.stderr.strip().splitlines()[-1]  # behind the bar
    assert last_line.startswith("largesc: checkpoint")
    assert "has no token model" in last_line
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_no_loss_sounds_like_the_input(run_largesc, speech, speech_file, tmp_path):
    out, figures, _ = simulate(run_largesc, speech_file, tmp_path, "--primary", 8)
    pcm, _ = soundfile.read(out)
    assert figures["tokens"]["primary"] == 8 * figures["packets_sent"]
    envelopes = [
        np.log(np.abs(x[: len(x) // 480 * 480]).reshape(-1, 480).max(axis=1) + 1e-3)
        for x in (speech, pcm)
    ]
    assert np.corrcoef(envelopes)[0, 1] > 0.8


@pytest.mark.slow
def test_everything_lost_ends_and_keeps_the_length(run_largesc, speech, speech_file, tmp_path):
    out, figures, _ = simulate(run_largesc, speech_file, tmp_path, "--loss", 1)
    assert len(soundfile.read(out)[0]) == len(speech)
    assert figures["packets_lost"] == figures["packets_sent"]
    assert figures["tokens"]["primary"] == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        ("--channel", "independent"),
        ("--channel", "gilbert", "--burst", 3),
        ("--channel", "gilbert-elliott", "--burst", 4),
        ("--channel", "bellcore"),
    ],
    ids=lambda options: options[1],
)
def test_channel_is_reported_and_its_record_gives_the_same_output(
    run_largesc, speech_file, tmp_path, options
):
    record = tmp_path / "record.txt"
    record_option = ("--record-trace", record)
    out, figures, shown = simulate(
        run_largesc, speech_file, tmp_path, *options, *record_option, "--loss", 0.3, "--seed", 1
    )
    first = out.read_bytes()
    digits = "".join(line for line in record.read_text().splitlines() if not line.startswith("#"))
    bursts = [len(run) for run in digits.split("0") if run]
    assert len(digits) == figures["packets_sent"]
    assert digits.count("1") == figures["packets_lost"] > 0
    channel = figures["channel"]
    assert channel["process"].startswith(f"{options[1]}, loss rate 0.3")
    assert channel["process"] in " ".join(shown.split())
    assert channel["loss_rate"] == pytest.approx(digits.count("1") / len(digits))
    assert channel["mean_burst"] == pytest.approx(np.mean(bursts))
    assert channel["longest_burst"] == max(bursts)

    out, again, _ = simulate(run_largesc, speech_file, tmp_path, "--channel", f"trace:{record}")
    assert out.read_bytes() == first
    assert again["packets_lost"] == figures["packets_lost"]


@pytest.mark.slow
@pytest.mark.parametrize("look_ahead", [0, 3])
def test_look_ahead_keeps_the_length(run_largesc, speech, speech_file, delay, tmp_path, look_ahead):
    options = "--loss", 0.2, "--look-ahead", look_ahead, "--no-suppress-noise"
    out, figures, _ = simulate(run_largesc, speech_file, tmp_path, *options)
    assert len(soundfile.read(out)[0]) == len(speech)
    assert figures["algorithmic_latency_ms"] == 80 * (1 + look_ahead) + delay / 24


@pytest.mark.slow
def test_stereo_at_44100_hz_is_converted_with_a_notice(run_largesc, tmp_path):
    source = tmp_path / "stereo.wav"
    rng = np.random.default_rng(0)
    soundfile.write(source, rng.uniform(-0.1, 0.1, (44100, 2)), 44100)
    out, figures, notes = simulate(run_largesc, source, tmp_path)
    assert "2 channels mixed down" in notes
    assert "resampled from 44100 Hz" in notes
    assert len(soundfile.read(out)[0]) == 24000
    assert figures["seconds_of_audio"] == 1.0


@pytest.mark.slow
def test_samples_that_are_not_finite_are_silenced_with_a_notice(run_largesc, speech, tmp_path):
    source = tmp_path / "nan.wav"
    broken = speech.copy()
    broken[1000:1010] = np.nan
    broken[2000] = np.inf
    soundfile.write(source, broken, 24000, subtype="FLOAT")
    out, _, notes = simulate(run_largesc, source, tmp_path)
    assert "11 samples that are not finite" in notes
    assert np.isfinite(soundfile.read(out)[0]).all()


@pytest.mark.slow
def test_a_file_cut_short_is_used_with_a_notice(run_largesc, speech_file, tmp_path):
    source = tmp_path / "cut.wav"
    source.write_bytes(speech_file.read_bytes()[:50_000])
    out, _, notes = simulate(run_largesc, source, tmp_path)
    assert "cut short" in notes
    assert len(soundfile.read(out)[0]) == (50_000 - 44) // 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "no such file"),
        (b"", "empty"),
        (b"this is no audio " * 50, "not audio"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "not audio"),
    ],
)
def test_what_is_no_audio_is_said(run_largesc, tmp_path, content, says):
    source = tmp_path / "in.wav"
    if content is not None:
        source.write_bytes(content)
    done = run_largesc("simulate", source, tmp_path / "out.wav")
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--loss", "1.5"), "largesc: --loss must be 0..1, not 1.5"),
        (("--primary", "3"), "largesc: --primary must be 4..8, not 3"),
        (("--redundant", "8"), "largesc: --redundant must be 0..7, not 8"),
        (("--redundant", "2", "--lag", "3"), "comes too late"),
        (("--look-ahead", "13"), "largesc: --look-ahead must be 0..12, not 13"),
        (("--check", "magic"), "largesc: --check must be 'none' or 'crc16', not 'magic'"),
        (
            ("--code", "magic"),
            "largesc: --code must be 'repetition', 'xor_pair', 'window'",
        ),
        (("--importance", "magic"), "largesc: --importance must be 'auto', 'plain' or 'network'"),
        (("--recovery", "magic"), "largesc: --recovery must be one of auto, zero, hold"),
        (("--checkpoint", "nowhere"), "neither embedded"),
        (("--channel", "magic"), "choose one of independent, gilbert, gilbert-elliott, bellcore"),
        (("--channel", "trace:"), "a trace needs the name of its file"),
        (("--channel", "trace:/no/such/file"), "/no/such/file: cannot be opened: No such file"),
        (("--channel", "trace:/dev/null"), "no packet in it"),
        (("--channel", "trace:/dev/null", "--loss", "0.1"), "has its own loss rate"),
        (("--channel", "gilbert", "--loss", "0.3"), "needs a burst length"),
        (
            ("--channel", "gilbert", "--loss", "0.5", "--burst", "1.9"),
            "largesc: --burst must be at",
        ),
        (("--channel", "gilbert-elliott", "--loss", "0.5", "--burst", "9"), "and below 0.5"),
        (("--channel", "bellcore", "--loss", "0.9"), "largesc: --loss must be at most 0.815"),
        (("--burst", "3"), "channel independent has no burst length"),
        (("--record-trace", "/no/such/folder/trace.txt"), "there is no folder /no/such/folder"),
        (("--seed", "-1"), "largesc: --seed must be 0..2^64-1, not -1"),
        (("--silence-threshold", "nan"), "largesc: --silence-threshold must be -200..0 dBFS"),
    ],
)
def test_wrong_options_are_said(run_largesc, speech_file, tmp_path, options, says):
    done = run_largesc("simulate", speech_file, tmp_path / "out.wav", *options)
    assert done.returncode == 2
    assert says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_an_unwritable_output_is_said(run_largesc, speech_file, tmp_path):
    done = run_largesc("simulate", speech_file, tmp_path / "no" / "folder" / "out.wav")
    assert done.returncode == 2
    assert "cannot be written" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
