# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``training/train``: the pipeline's command."""

import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import torch
import typer
from largesc.codec.checkpoint import CheckpointError, find_checkpoint
from rich.console import Console
from rich.table import Column, Table
from safetensors import SafetensorError

from .codec.settings import read_settings
from .corpus.kokoro import KokoroFiles
from .cost.settings import ControllerSettings, read_controller_settings
from .kept_memory import keep_memory
from .run_options import RunOptions
from .settings_file import settings_of
from .stage import StageError, run_stages
from .stages.all_stages import CONTROLLER_STAGES, STAGES
from .stages.budgets import COSTS, MINUTES
from .token_model.settings import read_token_model_settings
from .training_loop import TrainingFailed

app = typer.Typer(
    help="Trains what gr-largesc ships, stage by stage.",
    no_args_is_help=True,
    add_completion=False,
)
MISTAKEN, FAILED, STOPPED = 2, 1, 130  # exit statuses, as `largesc` has them
MENDED_BY_USERS = (
    *(StageError, CheckpointError, ValueError, typer.TyperException),
    *(OSError, SafetensorError),  # a full disk, a file that was cut off
)
MISSING = "{} is not installed: .venv/bin/pip install -r training/requirements.txt"
Work = Annotated[Path, typer.Argument(help="Folder of everything the run reads and writes.")]


@app.command("run")
def run_command(
    work: Work,
    settings: Annotated[Path | None, typer.Option(help="YAML; see training/settings.")] = None,
    minutes: Annotated[
        list[str] | None, typer.Option(help="Time budget, as codec-joint=60; repeatable.")
    ] = None,
    steps: Annotated[
        list[str] | None, typer.Option(help="At most so many steps, as codec-joint=5000.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Last stage to run.")] = None,
    speech: Annotated[
        Path | None, typer.Option(help="Your own recordings, in place of the Debian packages.")
    ] = None,
    mirror: Annotated[
        Path | None, typer.Option(help="Folder in the place of the repositories' homes.")
    ] = None,
    kokoro: Annotated[
        Path | None,
        typer.Option(help="Archives of Kokoro-82M, 28 more voices: see docs/corpora.md."),
    ] = None,
    start: Annotated[
        Path | None,
        typer.Option(help="Codec weights to begin from: a safetensors file of any shape."),
    ] = None,
    checkpoint: Annotated[
        str | None, typer.Option(help="Its codec makes the tokens; no codec is trained.")
    ] = None,
    token_start: Annotated[
        Path | None,
        typer.Option(help="Token model weights to begin from, as moshi.safetensors has them."),
    ] = None,
    base: Annotated[
        Path | None, typer.Option(help="Folder of Moshi or Hibiki, to adapt; none is trained.")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Fine-tune all of the token model as well.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Of everything random.")] = 0,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    threads: Annotated[int, typer.Option(help="Of torch on the CPU.")] = os.cpu_count() or 1,
    workers: Annotated[int, typer.Option(help="Processes that make batches.")] = 0,
    validate_every: Annotated[float, typer.Option(help="Minutes; 0 for never.")] = 10.0,
    words: Annotated[
        bool, typer.Option("--words", help="Count word errors in validation of the codec.")
    ] = False,
) -> None:
    """Runs the stages that are not done; stop it at any time, the same command goes on."""
    for path in (settings, speech, mirror, kokoro, start, token_start, base):
        if path and not path.exists():
            raise StageError(f"{path} is not there")
    if kokoro and speech:
        raise StageError("--kokoro reads beside what is fetched, and --speech fetches nothing")
    if kokoro:
        KokoroFiles(kokoro)  # before hours of other stages
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise StageError("no CUDA device; --device cpu trains on the processor")
    if checkpoint:
        find_checkpoint(checkpoint)  # before a stage notes that it began with it
    torch.set_num_threads(threads)
    keep_memory()
    options = RunOptions(
        work,
        read_settings(settings),
        _budgets(minutes or [], "minutes"),
        speech,
        start,
        seed,
        device,
        workers,
        validate_every,
        read_token_model_settings(settings),
        checkpoint,
        base,
        full,
        {name: round(value) for name, value in _budgets(steps or [], "steps").items()},
        words,
        mirror,
        kokoro,
        read_controller_settings(settings),
        token_start=token_start,
    )
    run_stages(STAGES, options, until)


@app.command("controller")
def controller_command(
    work: Work,
    chain: Annotated[str, typer.Option(help="Checkpoint with codec and token model.")] = "mini",
    settings: Annotated[Path | None, typer.Option(help="YAML; see training/settings.")] = None,
    frames: Annotated[int | None, typer.Option(help="To measure.")] = None,
    recovery: Annotated[str | None, typer.Option(help="What fills what is lost.")] = None,
    minutes: Annotated[float, typer.Option(help="Of measuring, at most.")] = MINUTES[COSTS],
    seed: Annotated[int, typer.Option(help="Of everything random.")] = 0,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
) -> None:
    """Measures the costs of a checkpoint that is there, and trains its controller; WORK has a
    corpus. Stop it at any time, the same command goes on."""
    if settings and not settings.exists():
        raise StageError(f"{settings} is not there")
    find_checkpoint(chain)
    given = {"frames": frames, "recovery": recovery}
    wanted = read_controller_settings(settings).model_dump()
    wanted |= {name: value for name, value in given.items() if value is not None}
    chosen = settings_of(ControllerSettings, wanted, None)
    options = RunOptions(
        work,
        read_settings(settings),
        {COSTS: minutes},
        seed=seed,
        device=device,
        controller=chosen,
        chain=chain,
    )
    run_stages(CONTROLLER_STAGES, options)


@app.command("speech-costs")
def speech_costs_command(
    out: Annotated[
        Path, typer.Argument(help="Folder of the cost set; goes on with what is there.")
    ],
    chain: Annotated[str, typer.Option(help="Checkpoint with codec and token model.")] = "mini",
    corpus: Annotated[str, typer.Option(help="Folder of speech; else the evaluation corpus.")] = "",
    subset: Annotated[
        str, typer.Option(help="Of it; these readers choose settings.")
    ] = "development",
    per_reader: Annotated[int, typer.Option(min=1, help="Recordings of each reader.")] = 2,
    recovery: Annotated[str, typer.Option(help="What fills what is lost.")] = "interpolate",
    look_ahead: Annotated[int, typer.Option(help="Frames that the receiver waits.")] = 3,
) -> None:
    """Measures what each frame of recordings costs that arrives in part, for `largesc evaluate
    screen`. Stop it at any time, the same command goes on."""
    from .cost.consecutive_frames import measure_consecutive, recorded_stretches
    from .cost.measurement import CostMeter

    find_checkpoint(chain)
    given = {"recovery": recovery, "look_ahead": look_ahead}
    chosen = settings_of(ControllerSettings, given, None)
    torch.set_flush_denormal(True)  # decaying filters end in denormals, slow on a CPU
    meter = CostMeter(chain, chosen)
    where = (corpus, subset, per_reader, chosen.silence_threshold, meter.lookahead)
    stretches = recorded_stretches(*where)
    origin = f"the first {per_reader} recordings of {len(stretches)} readers, {subset}"
    frames = measure_consecutive(stretches, out, meter, chosen, chain, origin)
    print(f"{out}: {frames} frames of {len(stretches)} readers", flush=True)


@app.command("list")
def list_command(work: Work) -> None:
    """Lists the stages, what they read and write, and how far they are."""
    # Names are typed into the next command: they stand in one piece, however narrow the terminal.
    headers = Column("stage", no_wrap=True), Column("what", overflow="fold"), "minutes", "state"
    table = Table(*headers, box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for stage in STAGES:
        record = stage.record(work)
        state = ("done" if record.get("ended") else "begun") if record else "-"
        spent = record.get("minutes") or stage.minutes
        budget = f"{spent:g}" if spent else ""
        files = [("reads", path) for path in stage.inputs]
        files += [("writes", path) for path in stage.outputs]
        what = "\n".join([stage.about, *(f"{verb} {path}" for verb, path in files)])
        table.add_row(stage.name, what, budget, state)
    Console(markup=False, highlight=False).print(table)


@app.command("pack")
def pack_command(
    work: Work,
    out: Annotated[Path, typer.Argument(help="Folder for the parts.")],
    kilobits: Annotated[float, typer.Option(help="kbit/s of Opus.")] = 16.0,
    mebibytes: Annotated[float, typer.Option(help="Of a part, at most.")] = 45.0,
) -> None:
    """Packs corpus and phones in parts, for a machine that little can be brought to at once."""
    from .corpus.packed import pack_corpus

    if not (work / "corpus" / "index.json").is_file():
        raise StageError(f"{work} has no corpus; run the stage of that name first")
    if kilobits <= 0 or mebibytes <= 0:
        raise StageError("kilobits and mebibytes must be above 0")
    phones = work / "phones" / "phones.npy"
    pack_corpus(work / "corpus", out, kilobits, mebibytes, phones if phones.is_file() else None)


@app.command("unpack")
def unpack_command(packed: Path, work: Work) -> None:
    """Unpacks the parts that are there; the stages up to what they hold are then done."""
    from .corpus.packed import unpack_corpus

    options = RunOptions(work, read_settings(None))
    spoken = unpack_corpus(packed, work / "corpus", work / "phones" / "phones.npy")
    names = [stage.name for stage in STAGES]
    last = names.index("phones" if spoken else "corpus")
    for stage in STAGES[: last + 1]:
        for name in stage.outputs:
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            if not (work / name).exists():
                (work / name).mkdir()
        stage.end(options)


def _budgets(given: list[str], unit: str) -> dict[str, float]:
    budgets = {}
    trained = [stage.name for stage in STAGES if stage.minutes]
    for text in given:
        name, _, value = text.partition("=")
        if name not in trained:
            raise StageError(f"no budget of {unit} {name!r}; there are {', '.join(trained)}")
        try:
            budgets[name] = float(value)
        except ValueError:
            budgets[name] = math.nan
        if not 0.0 <= budgets[name] < math.inf:
            raise StageError(f"{text!r}: {unit} are a number from 0 on, as {name}=60")
    return budgets


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command; errors that a user can mend are one line and exit status 2.

    Status 1 says that a GPU failed, 130 that somebody stopped it. Arguments are those of the
    process if none are given.
    """
    try:
        status = app(arguments, standalone_mode=False)
    except MENDED_BY_USERS as error:
        words = _in_words(error)  # none where help was shown instead
        _end(words and f"error: {words}", MISTAKEN)
    except TrainingFailed as error:
        _end(f"error: {error}", FAILED)
    except (torch.OutOfMemoryError, torch.AcceleratorError) as error:  # outside of the steps
        _end(f"error: the GPU failed: {str(error).splitlines()[0]}", FAILED)
    except ModuleNotFoundError as error:
        _end(f"error: {MISSING.format(error.name)}", MISTAKEN)
    except typer.Abort:
        status = STOPPED
    if status == STOPPED:  # typer makes a status of Ctrl+C
        _end("stopped; the same command goes on from here", STOPPED)


def _in_words(error: Exception) -> str:
    """On one line, without the number that Python puts before what the system says."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    # Usage errors of typer have words of their own.
    said = error.format_message() if isinstance(error, typer.TyperException) else str(error)
    return " ".join(said.split())


def _end(said: str, status: int) -> NoReturn:
    """Says a line as it is, whatever it holds, and ends the process."""
    style = "red" if status != STOPPED else ""
    if said:
        console = Console(stderr=True, markup=False, highlight=False, emoji=False)
        console.print(said, style=style, soft_wrap=True)
    raise SystemExit(status) from None
