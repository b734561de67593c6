"""Texts that know what they are made of, so that the other side can tell them in another language."""

from __future__ import annotations

import dataclasses
from typing import Any

_LONGEST = 300
_PARTS = {"wording", "arguments"}


class Text(str):
    """A text in English, with its wording and what fills it."""

    __slots__ = ("arguments", "wording")
    wording: str
    arguments: dict[str, Any]

    def __new__(cls, wording: str, arguments: dict[str, Any]) -> Text:
        self = super().__new__(cls, wording.format(**arguments))
        self.wording, self.arguments = wording, arguments
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Text, (self.wording, self.arguments)


def phrase(wording: str, /, **arguments: object) -> str:
    """A text, whose `{names}` are filled with names of code, numbers, or other such texts."""
    return Text(wording, arguments)


def said_by(error: BaseException) -> str:
    """What an error says, of what kind it is."""
    return f"{type(error).__name__}: {error}"


def short(text: str) -> str:
    """As much of a text as a line has room for."""
    return text if len(text) <= _LONGEST else text[:_LONGEST]


def parted(value: Any) -> Any:
    """A value as JSON has it, with every text as what it is made of."""
    if isinstance(value, Text):
        return {"wording": value.wording, "arguments": parted(value.arguments)}
    if dataclasses.is_dataclass(value):
        return {field.name: parted(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: parted(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [parted(item) for item in value]
    return value


def whole(read: dict[str, Any]) -> Any:
    """What an object of such JSON is: a text again, where it is one."""
    return Text(**read) if read.keys() == _PARTS else read
