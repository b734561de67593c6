"""Commands by the names that recipes give them, and the options that each takes."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, Protocol, get_type_hints

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.messages import phrase
from codemods.places import Imported, Place


class Command(Protocol):
    """A LibCST codemod that edits places: `PLACE` is their type, its other keywords are its options."""

    PLACE: ClassVar[type[Place]]
    top: int | None
    classes: frozenset[str]

    def __init__(self, context: CodemodContext, places: Sequence[Any], **options: Any) -> None: ...

    def looks_into(self, places: Sequence[Any]) -> Iterable[str] | None: ...

    def looks_for(self, places: Sequence[Any]) -> Mapping[str, Iterable[Iterable[str]]]: ...

    def transform_module_impl(self, tree: cst.Module) -> cst.Module: ...


def command_named(name: str) -> type[Command]:
    """The command "file.Class" of the folder above. Raises LookupError where there is none."""
    file, _, cls = name.rpartition(".")
    try:
        command: type[Command] = getattr(importlib.import_module(f"codemods.commands.{file}"), cls)
    except (ImportError, AttributeError) as error:
        raise LookupError(phrase("there is no command {name}", name=name)) from error
    return command


@cache
def options_of(command: type[Command]) -> Mapping[str, Any]:
    """The options of a command with their types: the keywords that its constructor takes besides the places."""
    parameters = inspect.signature(command).parameters.values()
    hints = get_type_hints(command.__init__)
    return {item.name: hints[item.name] for item in parameters if item.kind is inspect.Parameter.KEYWORD_ONLY}


def required_options(command: type[Command]) -> set[str]:
    """The options of a command that have no default."""
    parameters = inspect.signature(command).parameters
    return {name for name in options_of(command) if parameters[name].default is inspect.Parameter.empty}


def read_options(command: type[Command], given: Mapping[str, Any]) -> dict[str, Any]:
    """A recipe's options as the command takes them: imported names are written "module:name" there."""
    hints = options_of(command)
    return {name: _read(value, hints[name]) for name, value in given.items()}


def _read(value: Any, hint: Any) -> Any:
    if hint is Imported:
        return Imported.parse(value)
    if hint == Sequence[Imported]:
        return tuple(map(Imported.parse, value))
    return value
