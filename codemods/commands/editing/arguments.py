"""What LibCST's command line gives to a command: its places, and the options of its constructor."""

from __future__ import annotations

import argparse
import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import partial
from typing import TypeVar, get_args, get_origin, get_type_hints

from codemods.commands.editing.named import Command, options_of
from codemods.errors import TenantizeError
from codemods.messages import phrase
from codemods.places import Imported, P, Place, named, needs_only_a_name

T = TypeVar("T")
_NAME = re.compile(r"[^\W\d][\w.#<>]*")


def add_arguments(parser: argparse.ArgumentParser, command: type[Command]) -> None:
    """An argument for a command's places, and one for each of its options, with what its constructor says of it."""
    parameters, said = inspect.signature(command).parameters, get_type_hints(command.__init__, include_extras=True)
    parser.add_argument(
        "--places",
        nargs="+",
        type=_reads(partial(read_place, command.PLACE)),
        required=parameters["places"].default is inspect.Parameter.empty,
        metavar="PLACE",
        help=f"{inspect.getdoc(command.PLACE)} Written as {_form(command.PLACE)}.",
    )
    for name, hint in options_of(command).items():
        flag, default = f"--{name.replace('_', '-')}", parameters[name].default
        what = "".join(getattr(said[name], "__metadata__", ()))
        if hint is bool:
            parser.add_argument(flag, action="store_true", help=what)
            continue
        is_list = get_origin(hint) is Sequence
        is_imported = Imported in (hint, *get_args(hint))
        parser.add_argument(
            flag,
            nargs="+" if is_list else None,
            type=_reads(Imported.parse) if is_imported else str,
            required=default is inspect.Parameter.empty,
            default=default,
            metavar="MODULE:NAME" if is_imported else "TEXT",
            help=what,
        )


def _reads(read: Callable[[str], T]) -> Callable[[str], T]:
    """The same, whose complaints argparse shows."""

    def reading(text: str) -> T:
        try:
            return read(text)
        except (TenantizeError, ValueError) as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return reading


def read_place(kind: type[P], text: str) -> P:
    """The place that a text names: by its name alone where that is enough, else by its fields, in JSON.

    Raises TenantizeError for any other text.
    """
    import msgspec

    from codemods.knowledge.schema import checked

    if needs_only_a_name(kind) and _NAME.fullmatch(text):
        return named(kind, text)
    try:
        raw = msgspec.json.decode(text)
    except msgspec.DecodeError:
        raw = None
    if not isinstance(raw, dict):
        raise TenantizeError(phrase("{text!r} names no place: write {form}.", text=text, form=_form(kind)))
    return checked(raw, kind, text)


def _form(kind: type[Place]) -> str:
    """How the places of a type are written."""
    table = "{" + ", ".join(f'"{field.name}": …' for field in fields(kind)) + "}"
    return phrase("a name, or {table}", table=table) if needs_only_a_name(kind) else table
