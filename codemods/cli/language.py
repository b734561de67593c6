"""The option --lang of every command, and its help in the language that is spoken."""

from __future__ import annotations

import inspect

import click

from codemods.messages import LANGUAGES, unfilled


def in_language(command: click.Command) -> click.Command:
    """A command as it is first loaded: with --lang, and what helps to use it told."""
    if not any(parameter.name == "lang" for parameter in command.params):
        command.params.append(
            click.Option(
                ["--lang"],
                type=click.Choice(LANGUAGES),
                expose_value=False,
                help="The language of all that is said; by default the locale's.",
            )
        )
    command.help = unfilled(inspect.cleandoc(command.help or ""))
    command.short_help = command.help.partition("。")[0] if "。" in command.help else None
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            parameter.help = unfilled(parameter.help)
    return command
