"""TOML files as checked, typed values: whatever is wrong with one is a sentence that names the file and the key."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from codemods.errors import TenantizeError
from codemods.messages import phrase

T = TypeVar("T")
# What makes a value of a type that TOML has not, such as a path; a ValueError says what is wrong with the text.
Hook = Callable[[type, Any], Any]
# More than a person writes into a file of settings; what is larger is there to use up our memory.
LARGEST = 16 << 20
# Some 100 MiB, which no file that a person has written comes near.
_TOO_MUCH = 1_000_000


class Checked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a TOML file: its fields are the keys that may stand there."""


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a file. Raises TenantizeError for one that is no TOML."""
    try:
        if path.stat().st_size > LARGEST:
            raise TenantizeError(
                phrase(
                    "{path} is larger than any such file ({size} MB): make it smaller, then run again.",
                    path=path,
                    size=path.stat().st_size >> 20,
                )
            )
        text = path.read_text(encoding="utf-8-sig")
        if _cost(text) > _TOO_MUCH:
            raise _too_deep(path)
        return tomllib.loads(text)
    except OSError as error:
        raise TenantizeError(
            phrase("{path} cannot be read ({strerror}): mend that, then run again.", path=path, strerror=error.strerror)
        ) from error
    except UnicodeDecodeError as error:
        raise TenantizeError(
            phrase("{path} is no UTF-8 (byte {start}): save it as UTF-8, then run again.", path=path, start=error.start)
        ) from error
    except ValueError as error:
        raise TenantizeError(
            phrase("{path} is no TOML ({error}): put that right, then run again.", path=path, error=error)
        ) from error
    except RecursionError as error:
        raise _too_deep(path) from error


def _cost(text: str) -> int:
    """How many names tomllib remembers for the dotted keys of a text: each with all that it begins with."""
    return sum(line.count(".") ** 2 for line in text.splitlines())


def _too_deep(path: Path) -> TenantizeError:
    return TenantizeError(phrase("{path} is nested too deep to be read: make it flatter, then run again.", path=path))


def checked(raw: object, kind: type[T], source: object, hook: Hook | None = None) -> T:
    """What a file or text says, as a value of a type. Raises TenantizeError for what that type does not allow."""
    try:
        if is_dataclass(kind) and isinstance(raw, dict):  # msgspec would let it have unknown fields
            for key in sorted(raw.keys() - {each.name for each in fields(kind)}):
                raise msgspec.ValidationError(f"Object contains unknown field `{key}`")
        return msgspec.convert(raw, kind, dec_hook=hook)
    except (msgspec.ValidationError, RecursionError) as error:
        from codemods.knowledge.complaints import complaint

        raise TenantizeError(
            phrase("{source}: {complaint}", source=source, complaint=complaint(str(error), raw, kind))
        ) from error
