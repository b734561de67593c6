"""What msgspec says of a wrong value, as a sentence that says where it is and what may stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import inspect

from codemods.errors import suggestion
from codemods.messages import joined, phrase

# What has fields.
_TABLES = (inspect.StructType, inspect.DataclassType)
_AT = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<path>.*)`)?", re.DOTALL)
# A key that msgspec does not tell.
_SOME_KEY = "*"
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*)`")
_EXPECTED = re.compile(r"Expected `(?P<types>[^`]*)`, got `(?P<got>[^`]*)`")
_NAMES = {
    "str": phrase("a text"),
    "bool": phrase("true or false"),
    "int": phrase("a whole number"),
    "float": phrase("a number"),
    "array": phrase("a list"),
    "object": phrase("a table"),
    "date": phrase("a date, such as 2027-12-31"),
}


def complaint(message: str, raw: object, kind: type) -> str:
    """What is wrong with `raw`, which is no `kind`, by msgspec's message."""
    parts = _AT.fullmatch(message)
    assert parts is not None  # the pattern matches every text
    what, steps = parts["what"], list(_steps(parts["path"] or ""))
    value, where = _value(raw, steps), _where(steps)
    allowed, form = _bare(_type(inspect.type_info(kind), steps))
    if match := _UNKNOWN.fullmatch(what):
        keys = [field.encode_name for field in allowed.fields] if isinstance(allowed, _TABLES) else []
        known = suggestion(match[1], keys)
        if not where:
            return phrase("unknown key `{key}`: {known}", key=match[1], known=known)
        return phrase("unknown key `{key}` in {where}: {known}", key=match[1], where=where, known=known)
    if match := _MISSING.fullmatch(what):
        if not where:
            return phrase("there is no key `{key}`: add it.", key=match[1])
        return phrase("{where} has no key `{key}`: add it.", where=where, key=match[1])
    if isinstance(allowed, (inspect.LiteralType, inspect.EnumType)):
        values = allowed.values if isinstance(allowed, inspect.LiteralType) else allowed.cls
        choices = ", ".join(f'"{choice}"' for choice in values)
        return phrase("{where} is {shown}: choose from {choices}.", where=where, shown=_shown(value), choices=choices)
    if match := _EXPECTED.fullmatch(what):
        wanted = joined(
            phrase(" or "), (_NAMES.get(name, name) for name in match["types"].split(" | ") if name != "null")
        )
        return phrase(
            "{what} is {get}: write {wanted}.",
            what=where or phrase("it"),
            get=_NAMES.get(match["got"], match["got"]),
            wanted=wanted,
        )
    if "length >=" in what:
        return phrase("{where} is empty: write what it is for, or leave it out.", where=where)
    mend = phrase("write {form}", form=phrase(form)) if form else what
    return phrase("{what} is {shown}: {mend}.", what=where or phrase("it"), shown=_shown(value), mend=mend)


def _steps(path: str) -> Iterator[str | int]:
    """The keys and numbers that a path of msgspec's goes through."""
    for key, number in _STEP.findall(path):
        yield key or (_SOME_KEY if number == "..." else int(number))


def _where(steps: list[str | int]) -> str:
    """A path as the user finds it: keys by name, items of a list by their number from 1."""
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step + 1}]"
        else:
            text += f".{step}" if text else step
    return f"`{text}`" if text else ""


def _value(raw: Any, steps: list[str | int]) -> Any:
    for step in steps:
        if step == _SOME_KEY:
            return raw
        raw = raw[step]
    return raw


def _type(kind: inspect.Type, steps: list[str | int]) -> inspect.Type:
    for step in steps:
        kind = _inside(kind, step)
    return kind


def _bare(kind: inspect.Type) -> tuple[inspect.Type, str]:
    """A type without what is said of it, and that: what to write there."""
    if isinstance(kind, inspect.Metadata):
        return kind.type, str((kind.extra_json_schema or {}).get("description", ""))
    if isinstance(kind, inspect.UnionType):
        return _bare(next(each for each in kind.types if not isinstance(each, inspect.NoneType)))
    return kind, ""


def _inside(kind: inspect.Type, step: str | int) -> inspect.Type:
    """The type of one field or item of a type."""
    kind, _ = _bare(kind)
    if isinstance(kind, _TABLES):
        return next(field.type for field in kind.fields if field.encode_name == step)
    if isinstance(kind, inspect.DictType):
        return kind.value_type
    if isinstance(kind, inspect.CollectionType):
        return kind.item_type
    return kind


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return f'"{text[:80]}"' if isinstance(value, str) else text[:80]
