# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``largesc`` command: gathers the commands, turns errors into one line."""

import sys
from collections.abc import Sequence

import typer
from rich.console import Console
from rich.text import Text

from . import (
    checkpoints,
    companion,
    corpus,
    demo,
    doctor,
    encode,
    evaluate,
    listen,
    send,
    simulate,
    talk,
)


def _as_documented(name: str) -> str:
    """Options are found however their words are joined: look-ahead, look_ahead, lookahead."""
    return {"lookahead": "look-ahead"}.get(name, name.replace("_", "-"))


app = typer.Typer(
    context_settings={"token_normalize_func": _as_documented},
    help="Speech over radio links that are very thin and very lossy.",
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
app.command("demo")(demo.demo_command)
app.command("doctor")(doctor.doctor_command)
app.command(
    "companion", context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
)(companion.companion_command)
app.add_typer(checkpoints.app, name="checkpoints")
app.add_typer(corpus.app, name="corpus")
app.add_typer(evaluate.app, name="evaluate")


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point; what a user can cause ends in one clear line and exit status 2.

    Arguments are those of the process if none are given; ends in SystemExit.
    """
    from ..audio.speech_file import AudioFileError
    from ..codec.checkpoint import CheckpointError

    try:
        app(arguments, prog_name="largesc")
    except (AudioFileError, CheckpointError, ValueError, OSError) as error:
        line = Text.assemble(("largesc:", "red"), " ", _in_words(error))
        Console(stderr=True).print(line, soft_wrap=True)
        sys.exit(2)


def _in_words(error: Exception) -> str:
    """Without the number that Python puts before what the system says."""
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)
