# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of the link as options of a command: name, range, default and help stand there once."""

import inspect
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
import typer
from click.core import ParameterSource

from ..radio.link_profile import load_profile, profile_names
from ..speech_link.settings import LinkSettings, range_of

# Where an option is not called as the setting is.
OPTION_OF = {
    "n_primary": "primary",
    "n_redundant": "redundant",
    "process": "channel",
    "loss_rate": "loss",
}
PROFILED = frozenset(("check", "look_ahead"))  # what a profile sets


def option_name(setting: str) -> str:
    """Name of the option for a setting, as ``--look-ahead``."""
    return "--" + OPTION_OF.get(setting, setting).replace("_", "-")


def with_link_options(*left_out: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Gives a command an option for every setting in its parameters that are LinkSettings.

    Such a parameter has its defaults as default, an instance. A setting that several parameters
    have, the checkpoint say, is one option.

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
        options = {
            setting: _parameter(group, setting)
            for group in groups.values()
            for setting in type(group).model_fields
            if setting not in left_out
        }
        has_profile = not PROFILED.isdisjoint(options)

        @wraps(command)
        def run(*args: Any, **values: Any) -> Any:
            chosen = {setting: values.pop(setting) for setting in options}
            if has_profile:
                chosen |= _of_profile(values.pop("profile"), options)
            made = {name: _made(group, chosen) for name, group in groups.items()}
            return command(*args, **values, **made)

        own = [p for name, p in signature.parameters.items() if name not in groups]
        parameters = [*own, *options.values(), *([_profile_parameter()] if has_profile else [])]
        run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in parameters}
        return run

    return decorate


def _parameter(group: LinkSettings, setting: str) -> inspect.Parameter:
    field = type(group).model_fields[setting]
    limits = range_of(type(group), setting)
    text = f"{field.description} {limits}." if limits else field.description
    names = [option_name(setting)]
    if field.annotation is bool:
        names = [f"{names[0]}/--no-{names[0].removeprefix('--')}"]
    option = typer.Option(getattr(group, setting), *names, help=text)
    return inspect.Parameter(
        setting, inspect.Parameter.KEYWORD_ONLY, default=option, annotation=field.annotation
    )


def _profile_parameter() -> inspect.Parameter:
    names = ", ".join(profile_names())
    text = f"Settings of a kind of link, where they are not given: {names}, or a YAML file."
    option = typer.Option("", "--profile", metavar="NAME", help=text)
    return inspect.Parameter(
        "profile", inspect.Parameter.KEYWORD_ONLY, default=option, annotation=str
    )


def _of_profile(name: str, options: dict[str, Any]) -> dict[str, Any]:
    """What the profile sets of those options that the user has not given."""
    if not name:
        return {}
    profile, context = load_profile(name), click.get_current_context()
    return {
        setting: getattr(profile, setting)
        for setting in PROFILED.intersection(options)
        if context.get_parameter_source(setting) is not ParameterSource.COMMANDLINE
    }


def _made(group: LinkSettings, chosen: dict[str, Any]) -> LinkSettings:
    own = {name: value for name, value in chosen.items() if name in type(group).model_fields}
    try:
        return type(group)(**group.model_dump() | own)
    except ValueError as error:
        raise ValueError(by_option(str(error))) from None


def by_option(message: str) -> str:
    """A message that begins with the name of a setting begins with that of its option instead."""
    return re.sub(
        r"^(n_primary|n_redundant|lag|look_ahead|session|text|silence_threshold|loss_rate|burst"
        r"|seed|check|recovery)\b",
        lambda match: option_name(match[1]),
        message,
    )
