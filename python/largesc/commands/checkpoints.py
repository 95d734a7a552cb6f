# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc checkpoints``: what models there are, and whether one works."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from .terminal import FoldingTable, say, terminal

if TYPE_CHECKING:
    from ..codec.checkpoint import Checkpoint
    from ..codec.speech_codec import SpeechCodec
    from ..recovery.token_model.verification import TokenModelVerdict

app = typer.Typer(help="Models: list them, fetch or verify one.", no_args_is_help=True)


@app.command("list")
def list_command() -> None:
    """Lists the models that came with the module and those on the Hugging Face hub."""
    from ..codec.checkpoint import embedded_names, find_checkpoint
    from ..codec.hub import HUB_CODECS, HUB_TOKEN_MODELS, is_cached

    table = FoldingTable("name", "size", "fingerprint", "codec, token model")
    for name in embedded_names():
        checkpoint = find_checkpoint(name)
        config = checkpoint.codec_config
        codec = f"{config['quantizer']['n_q']} x {config['quantizer']['bins']} at 12.5 frames/s"
        table.add_row(name, f"{checkpoint.size() / 1e6:.1f} MB", checkpoint.fingerprint, codec)
    for hub in HUB_CODECS.values():
        what = f"Kyutai's Mimi, {hub.licence}, {_where(is_cached(hub))}"
        table.add_row(hub.repository, f"{hub.size / 1e6:.1f} MB", hub.fingerprint, what)
        model = HUB_TOKEN_MODELS.get(hub.repository)
        if model is not None:
            what = (
                f"its token model, for recovery 'base'; {model.licence}, {_where(is_cached(model))}"
            )
            table.add_row("", f"{model.size / 1e9:.1f} GB", "", what)
    table.add_row("mimi-random", "-", "0000", "Kyutai's Mimi, full size, random weights (timing)")
    terminal().print(table)


def _where(is_here: bool) -> str:
    return "on this machine" if is_here else "on the hub"


@app.command("fetch")
def fetch_command(
    name: Annotated[
        str, typer.Argument(help="As kyutai/mimi, or a folder that names files there.")
    ],
    token_model: Annotated[
        bool,
        typer.Option("--token-model", help="Its token model as well, which recovery 'base' asks."),
    ] = False,
) -> None:
    """Downloads a model from the hub, checks it, and says where it is; afterwards it works offline.

    An interrupted download goes on where it was.
    """
    from ..codec.checkpoint import find_checkpoint

    checkpoint = find_checkpoint(name)
    size = checkpoint.codec_weights.stat().st_size / 1e6
    where = f"fingerprint {checkpoint.fingerprint}, {checkpoint.codec_weights}"
    say(terminal(), f"{name}: {size:.1f} MB, {where}")
    if token_model:
        _fetch_token_model(checkpoint)


def _fetch_token_model(checkpoint: "Checkpoint") -> None:
    from ..recovery.token_model.token_model_source import fetch_token_model, token_model_on_hub

    file = token_model_on_hub(checkpoint)
    if file is None:
        raise ValueError(f"{checkpoint.name} has no token model on the hub")
    weights = fetch_token_model(file)
    say(terminal(), f"{file.repository}, token model: {file.size / 1e9:.1f} GB, {weights}")


@app.command("verify")
def verify_command(
    name: Annotated[str, typer.Argument(help="Model: a name or a folder.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print figures as JSON.")] = False,
) -> None:
    """Runs a model over a fixed recording and says whether speech comes out.

    Where it has a token model, and its weights are on this machine, says also whether that knows
    speech; and whether a controller belongs to it. Exit status 1 if one of them is not right.
    """
    from ..codec.checkpoint import RANDOM_MIMI, load_codec
    from ..codec.verification import verify

    codec = load_codec(name)
    verdict = verify(codec)
    figures, lines, is_well = verdict._asdict(), [verdict.sentence(name)], verdict.is_speech
    if name != RANDOM_MIMI:
        model, line = _verified_token_model(name, codec)
        figures["token_model"] = None if model is None else model._asdict()
        lines.append(line)
        is_well = is_well and (model is None or model.knows_speech)
        has_controller, line = found_controller(name, codec.fingerprint)
        figures["controller"] = has_controller
        lines.append(line)
        is_well = is_well and has_controller is not None
    if as_json:
        print(json.dumps(figures, indent=2))
    else:
        for line in lines:
            say(terminal(), line)
    if not is_well:
        raise typer.Exit(1)


def found_controller(name: str, fingerprint: str) -> tuple[bool | None, str]:
    """Whether a checkpoint has a controller, None for one that cannot be used; and a sentence."""
    from ..codec.checkpoint import find_checkpoint
    from ..control.importance_network import ControllerError, ImportanceNetwork

    try:
        network = ImportanceNetwork.load(find_checkpoint(name).folder, fingerprint)
    except ControllerError as error:
        return None, f"{name}: {error}"
    if network is None:
        return False, f"{name}: no controller; what frames cost is told by level and spectral flux"
    return True, f"{name}: its controller tells what frames cost from their latent"


def _verified_token_model(
    name: str, codec: "SpeechCodec"
) -> tuple["TokenModelVerdict | None", str]:
    """A verdict and its sentence; without a verdict the sentence says why there is none."""
    from ..codec.checkpoint import find_checkpoint
    from ..codec.hub import is_cached
    from ..recovery.token_model.token_model_source import describes_token_model, token_model_on_hub
    from ..recovery.token_model.verification import verify_token_model

    checkpoint = find_checkpoint(name)
    if not describes_token_model(checkpoint):
        return None, f"{name}: no token model"
    file = token_model_on_hub(checkpoint)
    if file is not None and not is_cached(file):
        size = f"{file.size / 1e9:.1f} GB"
        return None, f"{name}: its token model is not on this machine ({file.command}, {size})"
    verdict = verify_token_model(checkpoint, codec)
    return verdict, verdict.sentence(name)
