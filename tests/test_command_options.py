# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the link: names, profiles, help, and what two ends share; the version."""

import json
from pathlib import Path
from typing import Any

import largesc_kernels
import pytest
import typer
from gnuradio import largesc
from gnuradio.largesc.audio.noise_suppressor import NoiseSuppressor
from gnuradio.largesc.commands.link_options import (
    by_option,
    option_name,
    option_settings,
    with_link_options,
)
from gnuradio.largesc.commands.main import app
from gnuradio.largesc.radio.link_profile import profile_names
from gnuradio.largesc.speech_link.channel_settings import ChannelSettings
from gnuradio.largesc.speech_link.settings import ReceiverSettings, SenderSettings, range_of
from typer.main import get_command
from typer.testing import CliRunner

ROOT = Path(__file__).parents[1]
USERS = {  # which settings have options, and which of these have none
    "simulate": (
        (SenderSettings, ReceiverSettings, ChannelSettings),
        {"announce", "session", "text"},
    ),
    "encode": ((SenderSettings,), set()),
    "decode": ((ReceiverSettings,), {"check"}),
    "send": ((SenderSettings,), set()),
    "listen": ((ReceiverSettings,), set()),
    "talk": ((SenderSettings, ReceiverSettings), {"announce"}),
}

SENDER, RECEIVER = SenderSettings(announce=True), ReceiverSettings()


def settings_of(*arguments: object) -> dict[str, Any]:
    """Settings that a command of both ends makes of these options."""
    made: dict[str, Any] = {}
    program = typer.Typer(context_settings=app.info.context_settings)

    @program.command()
    @with_link_options()
    def command(*, sender: SenderSettings = SENDER, receiver: ReceiverSettings = RECEIVER) -> None:
        made.update(sender=sender, receiver=receiver)

    done = CliRunner().invoke(program, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return made


@pytest.mark.parametrize("name", USERS)
def test_every_setting_is_an_option_and_help_shows_its_range(run_largesc, name):
    groups, left_out = USERS[name]
    done = run_largesc(name, "--help", env={"COLUMNS": "300"})
    assert done.returncode == 0
    for group in groups:
        for setting in set(option_settings(group)) - left_out:
            (line, *_) = [x for x in done.stdout.splitlines() if f" {option_name(setting)} " in x]
            limits = range_of(group, setting)
            assert f" {limits}." in line if limits else True


@pytest.mark.parametrize("spelling", ["--look-ahead", "--lookahead", "--look_ahead"])
def test_words_of_an_option_may_be_joined_anyhow(spelling):
    assert settings_of(spelling, 3)["receiver"].look_ahead == 3


def test_one_spelling_is_documented(run_largesc):
    shown = run_largesc("listen", "--help").stdout
    assert "--look-ahead" in shown
    assert "lookahead" not in shown
    assert "look_ahead" not in shown


def test_defaults_are_those_of_the_settings():
    made = settings_of()
    assert made == {"sender": SENDER, "receiver": RECEIVER}


def test_what_both_ends_have_is_one_option_and_each_keeps_its_own_default():
    assert settings_of()["sender"].check == "none"
    assert settings_of()["receiver"].check == "auto"
    made = settings_of("--check", "crc16", "--checkpoint", "other")
    for end in made.values():
        assert (end.check, end.checkpoint) == ("crc16", "other")


def test_a_profile_sets_what_is_not_given(tmp_path):
    made = settings_of("--profile", "packet-radio-patient", "--primary", 4)
    assert (made["sender"].check, made["sender"].n_primary) == ("crc16", 4)
    assert (made["receiver"].check, made["receiver"].look_ahead) == ("crc16", 5)
    own = tmp_path / "mine.yaml"
    own.write_text("description: mine\ncheck: crc16\nlook_ahead: 4\n")
    made = settings_of("--profile", own, "--look-ahead", 1, "--check", "none")
    assert (made["sender"].check, made["receiver"].look_ahead) == ("none", 1)
    made = settings_of("--profile", "short-wave")["sender"]
    assert made.slots == tuple(one.size for one in made.slot_losses) == (7, 13, 23)
    made = settings_of("--slots", "23,7")["sender"]
    assert (made.slots, made.slot_losses) == ((7, 23), ())


def test_what_only_a_profile_knows_is_no_option():
    assert "slot_losses" not in option_settings(SenderSettings)
    assert "slots" in option_settings(SenderSettings)


@pytest.mark.parametrize("name", USERS)
def test_profiles_are_listed(run_largesc, name):
    shown = " ".join(run_largesc(name, "--help", env={"COLUMNS": "300"}).stdout.split())
    assert ", ".join(profile_names()) in shown


def test_an_unknown_profile_is_said(run_largesc, speech_file, tmp_path):
    done = run_largesc("simulate", speech_file, tmp_path / "out.wav", "--profile", "pigeon")
    assert done.returncode == 2
    assert done.stderr.startswith("largesc: there is no profile 'pigeon'; there are network")


@pytest.mark.slow
def test_simulate_uses_the_profile(run_largesc, speech_file, delay, tmp_path):
    out, figures = tmp_path / "out.wav", tmp_path / "figures.json"
    done = run_largesc(
        "simulate", speech_file, out, "--json", figures, "--profile", "packet-radio-patient"
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(figures.read_text())
    assert report["settings"]["sender"]["check"] == "crc16"
    late = delay + NoiseSuppressor.delay
    assert report["algorithmic_latency_ms"] == pytest.approx(80 * 6 + late / 24)
    assert report["packet_bps"] == 15 * 100  # 8 tokens, header, check value


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("n_primary must be 4..8, not 3", "--primary must be 4..8, not 3"),
        ("look_ahead must be 0..5, not 9", "--look-ahead must be 0..5, not 9"),
        ("gilbert: burst must be at least 2", "--burst must be at least 2"),
        ("text: is no text", "--text: is no text"),
        ("the machine is too slow", "the machine is too slow"),
        ("", ""),
    ],
)
def test_a_message_names_the_option(message, expected):
    settings = [*SenderSettings.model_fields, *ReceiverSettings.model_fields, "burst"]
    assert by_option(message, settings) == expected


def every_option() -> list[str]:
    program = get_command(app)
    parts = [program, *program.commands.values()]
    parts += [sub for part in parts[1:] for sub in getattr(part, "commands", {}).values()]
    return [name for part in parts for option in part.params for name in option.opts]


def test_options_are_spelled_alike():
    long = {name for name in every_option() if name.startswith("-")}
    assert long
    assert all(name.startswith("--") and "_" not in name for name in long)


def test_version(run_largesc):
    done = run_largesc("--version")
    assert (done.returncode, done.stdout) == (0, f"largesc {largesc.__version__}\n")
    assert largesc_kernels.__version__ == largesc.__version__


def test_the_version_stands_in_one_place():
    files = ("CMakeLists.txt", "packaging/kernels/pyproject.toml", "lib/bindings/CMakeLists.txt")
    assert not [file for file in files if largesc.__version__ in (ROOT / file).read_text()]
