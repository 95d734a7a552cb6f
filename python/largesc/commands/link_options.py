# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of the link as options of a command: name, range, default and help stand there once."""

import inspect
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Literal, get_args, get_origin

import typer

from ..radio.link_profile import PROFILED, load_profile, profile_names
from ..speech_link.settings import NO_OPTION, LinkSettings, range_of

# Where an option is not called as the setting is.
OPTION_OF = {
    "n_primary": "primary",
    "n_redundant": "redundant",
    "process": "channel",
    "loss_rate": "loss",
    "push_to_talk": "ptt",
}
CONTEXT, PROFILE = "link_context", "profile"  # parameters beside those of the command


def option_name(setting: str) -> str:
    """Name of the option for a setting, as ``--look-ahead``."""
    return "--" + OPTION_OF.get(setting, setting).replace("_", "-")


def with_link_options(*left_out: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Gives a command an option for every setting in its parameters that are LinkSettings.

    Such a parameter has its defaults as default, an instance. A setting that several parameters
    have, the checkpoint say, is one option, described as in the first of them; where it is not
    given, each keeps its own default.

    Args:
        left_out: settings that are no option of this command.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(command)
        groups = {
            name: parameter.default
            for name, parameter in signature.parameters.items()
            if isinstance(parameter.default, LinkSettings)
        }
        options: dict[str, inspect.Parameter] = {}
        for group in groups.values():
            for setting in option_settings(type(group)):
                if setting not in left_out and setting not in options:
                    options[setting] = _parameter(group, setting)
        profiled = PROFILED.intersection(options)
        if profiled:  # what only a profile sets
            every = {setting for group in groups.values() for setting in type(group).model_fields}
            profiled |= PROFILED & (every - set(options) - set(left_out))

        @wraps(command)
        def run(*args: Any, **values: Any) -> Any:
            given = _given(values.pop(CONTEXT), options)
            profile = values.pop(PROFILE, "")
            chosen = {setting: values.pop(setting) for setting in options}
            chosen = {setting: chosen[setting] for setting in given}
            if profile:
                chosen = _of_profile(profile, profiled) | chosen
            made = {name: _made(group, chosen, options) for name, group in groups.items()}
            return command(*args, **values, **made)

        own = [p for name, p in signature.parameters.items() if name not in groups]
        beside = [_context_parameter(), *([_profile_parameter()] if profiled else [])]
        parameters = [*own, *options.values(), *beside]
        run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in parameters}
        return run

    return decorate


def option_settings(model: type[LinkSettings]) -> list[str]:
    """Settings that people write: those that only a profile can know have no option."""
    fields = model.model_fields.items()
    return [name for name, field in fields if field.json_schema_extra != NO_OPTION]


@contextmanager
def naming_options(settings: Collection[str]) -> Iterator[None]:
    """Around what checks settings: its errors name the options that they were given by."""
    try:
        yield
    except ValueError as error:
        raise ValueError(by_option(str(error), settings)) from None


def by_option(message: str, settings: Collection[str]) -> str:
    """A message on a setting, ``n_primary must be 4..8``, as one on its option.

    What stands before the setting and a colon, the name of a loss process say, goes.
    """
    for place in (r"(\w+)", r"[\w-]+: (\w+)"):
        found = re.match(place, message)
        if found is not None and found[1] in settings:
            return option_name(found[1]) + message[found.end() :]
    return message


def _parameter(group: LinkSettings, setting: str) -> inspect.Parameter:
    field = type(group).model_fields[setting]
    limits = range_of(type(group), setting)
    text = f"{field.description} {limits}." if limits else field.description
    names = [option_name(setting)]
    if field.annotation is bool:
        names = [f"{names[0]}/--no-{names[0].removeprefix('--')}"]
    panel = type(group).__name__.removesuffix("Settings")
    default, kind = getattr(group, setting), field.annotation
    if isinstance(default, tuple):  # one option, as 7,13,23
        default, kind = ",".join(map(str, default)), str
    choices = None
    if get_origin(kind) is Literal:  # the setting's own check says in a line what it must be
        choices, kind = f"[{'|'.join(get_args(kind))}]", str
    option = typer.Option(default, *names, help=text, metavar=choices, rich_help_panel=panel)
    return _keyword(setting, kind, option)


def _profile_parameter() -> inspect.Parameter:
    names = ", ".join(profile_names())
    text = f"Settings of a kind of link, where they are not given: {names}, or a YAML file."
    return _keyword(PROFILE, str, typer.Option("", "--profile", metavar="NAME", help=text))


def _context_parameter() -> inspect.Parameter:
    return _keyword(CONTEXT, typer.Context, inspect.Parameter.empty)


def _keyword(name: str, kind: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def _given(context: typer.Context, settings: Collection[str]) -> list[str]:
    """Those that the user gave; the others have defaults."""
    sources = {setting: context.get_parameter_source(setting) for setting in settings}
    return [s for s, source in sources.items() if source is not None and source.name != "DEFAULT"]


def _of_profile(name: str, settings: Collection[str]) -> dict[str, Any]:
    profile = load_profile(name)
    return {setting: getattr(profile, setting) for setting in settings}


def _made(group: LinkSettings, chosen: dict[str, Any], options: Collection[str]) -> LinkSettings:
    own = {name: value for name, value in chosen.items() if name in type(group).model_fields}
    with naming_options(options):
        return type(group)(**group.model_dump() | own)
