# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc checkpoints``: what models there are, and whether one works."""

import json
from typing import Annotated

import typer

from .terminal import FoldingTable, say, terminal

app = typer.Typer(help="Models: list them, fetch or verify one.", no_args_is_help=True)


@app.command("list")
def list_command() -> None:
    """Lists the models that came with the module and those on the Hugging Face hub."""
    from ..codec.checkpoint import embedded_names, find_checkpoint
    from ..codec.hub import HUB_CODECS, is_cached

    table = FoldingTable("name", "size", "fingerprint", "codec")
    for name in embedded_names():
        checkpoint = find_checkpoint(name)
        config = checkpoint.codec_config
        codec = f"{config['quantizer']['n_q']} x {config['quantizer']['bins']} at 12.5 frames/s"
        table.add_row(name, f"{checkpoint.size() / 1e6:.1f} MB", checkpoint.fingerprint, codec)
    for hub in HUB_CODECS.values():
        where = "on this machine" if is_cached(hub) else "on the hub"
        codec = f"Kyutai's Mimi, {hub.licence}, {where}"
        table.add_row(hub.repository, f"{hub.size / 1e6:.1f} MB", hub.fingerprint, codec)
    table.add_row("mimi-random", "-", "0000", "Kyutai's Mimi, full size, random weights (timing)")
    terminal().print(table)


@app.command("fetch")
def fetch_command(name: Annotated[str, typer.Argument(help="As kyutai/mimi.")]) -> None:
    """Downloads a model from the hub, checks it, and says where it is; afterwards it works offline.

    An interrupted download goes on where it was.
    """
    from ..codec.checkpoint import find_checkpoint

    checkpoint = find_checkpoint(name)
    size = checkpoint.codec_weights.stat().st_size / 1e6
    where = f"fingerprint {checkpoint.fingerprint}, {checkpoint.codec_weights}"
    say(terminal(), f"{name}: {size:.1f} MB, {where}")


@app.command("verify")
def verify_command(
    name: Annotated[str, typer.Argument(help="Model: a name or a folder.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print figures as JSON.")] = False,
) -> None:
    """Runs a model over a fixed recording and says whether speech comes out.

    Exit status 1 if it does not.
    """
    from ..codec.checkpoint import load_codec
    from ..codec.verification import verify

    verdict = verify(load_codec(name))
    if as_json:
        print(json.dumps(verdict._asdict(), indent=2))
    else:
        say(terminal(), verdict.sentence(name))
    if not verdict.is_speech:
        raise typer.Exit(1)
