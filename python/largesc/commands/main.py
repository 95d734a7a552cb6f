# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``largesc`` command: gathers the commands, turns errors into one line."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from .. import __version__
from . import (
    checkpoints,
    companion,
    corpus,
    demo,
    doctor,
    encode,
    evaluate,
    listen,
    receive,
    send,
    simulate,
    talk,
    transceive,
    transmit,
    tune,
)
from .end_signals import asked_by_signals, end_as_by_the_keyboard
from .terminal import plain, prepare_streams, say, terminal


def _as_documented(name: str) -> str:
    """Options are found however their words are joined: look-ahead, look_ahead, lookahead."""
    return {"lookahead": "look-ahead"}.get(name, name.replace("_", "-"))


app = typer.Typer(
    context_settings={"token_normalize_func": _as_documented},
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("simulate")(simulate.simulate_command)
app.command("encode")(encode.encode_command)
app.command("decode")(encode.decode_command)
app.command("send")(send.send_command)
app.command("listen")(listen.listen_command)
app.command("talk")(talk.talk_command)
app.command("transmit")(transmit.transmit_command)
app.command("receive")(receive.receive_command)
app.command("tune")(tune.tune_command)
app.command("meter")(tune.meter_command)
app.command("transceive")(transceive.transceive_command)
app.command("demo")(demo.demo_command)
app.command("doctor")(doctor.doctor_command)
app.command("companion", context_settings={"ignore_unknown_options": True})(
    companion.companion_command
)
app.add_typer(checkpoints.app, name="checkpoints")
app.add_typer(corpus.app, name="corpus")
app.add_typer(evaluate.app, name="evaluate")


def _print_version(wanted: bool) -> None:
    if wanted:
        say(terminal(), f"largesc {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Speech over radio links that are very thin and very lossy."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point; what a user can cause ends in one clear line and exit status 2.

    Arguments are those of the process if none are given; ends in SystemExit.
    """
    prepare_streams()
    try:
        with asked_by_signals(end_as_by_the_keyboard):
            app(arguments, prog_name="largesc")
    except _users_mistakes() as error:
        name = plain("largesc:", style="red")
        terminal(to_stderr=True).print(name, plain(_in_words(error)), soft_wrap=True)
        sys.exit(2)


def _users_mistakes() -> tuple[type[Exception], ...]:
    """Loaded when there is an error: help must not wait for it."""
    from ..codec.checkpoint import CheckpointError

    return ValueError, OSError, CheckpointError


def _in_words(error: Exception) -> str:
    """On one line, without the number that Python puts before what the system says."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return " ".join(line.strip() for line in str(error).splitlines())
