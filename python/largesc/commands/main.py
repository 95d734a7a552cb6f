# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``largesc`` command: gathers the commands, turns errors into one line."""

import sys

import typer
from rich.console import Console

from . import checkpoints, companion, demo, doctor, simulate

app = typer.Typer(
    help="Speech over radio links that are very thin and very lossy.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("simulate")(simulate.simulate_command)
app.command("demo")(demo.demo_command)
app.command("doctor")(doctor.doctor_command)
app.command(
    "companion", context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
)(companion.companion_command)
app.add_typer(checkpoints.app, name="checkpoints")


def main() -> None:
    """Entry point; what a user can cause ends in one clear line and exit status 2."""
    from ..audio.speech_file import AudioFileError
    from ..codec.checkpoint import CheckpointError

    try:
        app()
    except (AudioFileError, CheckpointError, ValueError, OSError) as error:
        Console(stderr=True).print(f"[red]largesc:[/] {error}", highlight=False, soft_wrap=True)
        sys.exit(2)
