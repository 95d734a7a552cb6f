# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who tells a budget what tokens are worth: the checkpoint's network, or the plain rule."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from gnuradio import largesc
from gnuradio.largesc.codec.checkpoint import EMBEDDED, local_folder
from gnuradio.largesc.control.importance_map import MEAN, importance_of
from gnuradio.largesc.control.importance_network import CONTROLLER_FILE, ImportanceNetwork
from gnuradio.largesc.control.plain_rule import PlainRule
from gnuradio.largesc.control.speech_measure import SpeechMeasure
from gnuradio.largesc.frame.speech_facts import SpeechFacts
from gnuradio.largesc.speech_link.chosen_costs import ChosenCosts
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import SenderSettings

MINI = EMBEDDED / "mini"
TOKENS = np.zeros(8, dtype=np.int16)
LATENT = np.random.default_rng(1).standard_normal(256).astype(np.float32)
FACTS = SpeechFacts(-30.0, 2.0, LATENT)
RULE = PlainRule().costs(FACTS)


def codec_of_mini() -> str:
    config = json.loads((MINI / "config.json").read_text())
    return str(config["largesc"]["fingerprint"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkpoint with mini's controller; what else is in it is not looked at."""
    shutil.copy(MINI / "config.json", tmp_path)
    shutil.copy(MINI / CONTROLLER_FILE, tmp_path)
    return tmp_path


def test_the_embedded_controller_is_of_the_embedded_codec() -> None:
    network = ImportanceNetwork.load(MINI, codec_of_mini())
    assert network is not None
    assert (np.diff(network.mean_costs, axis=1) <= 0).all()
    assert sum(file.stat().st_size for file in MINI.iterdir()) < 32e6


@pytest.mark.parametrize(
    ("importance", "network"), [("auto", True), ("network", True), ("plain", False)]
)
def test_the_setting_chooses(importance: str, network: bool) -> None:
    costs = ChosenCosts(importance, "mini")
    assert np.array_equal(costs.costs(FACTS), RULE) is not network
    assert costs.notice == ""


@pytest.mark.parametrize("name", ["kyutai/mimi", "mimi-random", "nowhere"])
def test_a_checkpoint_without_a_controller_has_the_rule(name: str) -> None:
    costs = ChosenCosts("auto", name)
    assert costs.notice == ""
    assert np.array_equal(costs.costs(FACTS), RULE)
    with pytest.raises(ValueError, match=f"importance network: checkpoint '{name}' has no contr"):
        ChosenCosts("network", name)


def test_a_damaged_controller_is_said_and_the_rule_goes_on(folder: Path) -> None:
    file = folder / CONTROLLER_FILE
    file.write_bytes(file.read_bytes()[:1000])
    costs = ChosenCosts("auto", str(folder))
    assert np.array_equal(costs.costs(FACTS), RULE)
    assert "controller.safetensors is damaged" in costs.notice
    assert costs.notice.endswith("the plain rule tells what tokens are worth")
    assert "\n" not in costs.notice
    with pytest.raises(ValueError, match="is damaged"):
        ChosenCosts("network", str(folder))


def test_frames_of_another_codec_have_the_rule(folder: Path) -> None:
    link = LinkSender(SenderSettings(checkpoint=str(folder), budget=1300))
    link.push(0, TOKENS, fingerprint=int(codec_of_mini(), 16), facts=FACTS)
    assert link.notice == ""
    link.push(1, TOKENS, fingerprint=0xBEEF, facts=FACTS)
    assert link.notice.startswith(
        f"the frames' codec is beef, the controller is of {codec_of_mini()}"
    )


def test_a_frame_without_latent_has_the_rule() -> None:
    costs, bare = ChosenCosts("auto", "mini"), FACTS._replace(latent=None)
    assert np.array_equal(costs.costs(bare), RULE)
    first = costs.costs(FACTS)
    costs.costs(FACTS._replace(latent=-LATENT))
    costs.costs(bare)
    assert np.array_equal(costs.costs(FACTS), first)  # it follows no frame that is known


def test_no_budget_loads_nothing(folder: Path) -> None:
    (folder / CONTROLLER_FILE).write_bytes(b"")
    link = LinkSender(SenderSettings(checkpoint=str(folder)))
    link.push(0, TOKENS, facts=FACTS)
    assert link.notice == ""
    link.control({"budget": 1300})
    assert "is damaged" in link.notice


@pytest.mark.parametrize("block", ["uep_packetizer", "adaptive_controller"])
def test_a_block_says_it_in_its_log(
    block: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / CONTROLLER_FILE).write_bytes(b"")
    getattr(largesc, block)(budget=1300, checkpoint=str(folder))
    (line,) = [line for line in capfd.readouterr().out.splitlines() if "damaged" in line]
    assert "the plain rule tells what tokens are worth" in line
    with pytest.raises(ValueError, match="importance must be 'auto'"):
        getattr(largesc, block)(budget=1300, importance="guess")


def test_a_folder_before_a_name_of_the_hub() -> None:
    assert local_folder("mini") == MINI
    assert local_folder("kyutai/mimi") is None


@pytest.mark.parametrize("behind", [0, 480, 960, 2400])
def test_level_and_flux_are_of_what_the_encoder_codes(behind: int) -> None:
    """An encoder that hears ahead codes samples that came before."""
    speech = np.random.default_rng(2).standard_normal(1920 * 6).astype(np.float32)
    speech *= np.repeat([0.5, 0.01, 0.3, 0.02, 0.2, 0.1], 1920).astype(np.float32)
    late, delayed = SpeechMeasure(behind), np.concatenate([np.zeros(behind, np.float32), speech])
    straight = SpeechMeasure()
    for frame in range(6):
        part = slice(1920 * frame, 1920 * (frame + 1))
        assert late.push(speech[part]) == pytest.approx(straight.push(delayed[part]))
    late.reset()
    assert late.push(np.zeros(1920, np.float32))[0] == -100.0


def test_where_no_token_gains_anything_all_frames_are_alike() -> None:
    nothing = np.zeros((2, 9), np.float32)
    assert importance_of(RULE, nothing) == (MEAN, MEAN)
    assert importance_of(nothing, RULE) == (0.0, 0.0)
