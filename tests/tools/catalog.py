"""The catalog of Chinese texts: what the code says, gathered into the .po that translators write, and compiled.

`make catalog` adds what is new, untranslated, takes out what nothing says any more, and compiles.
"""

from __future__ import annotations

import ast
import inspect
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import codemods
from codemods.cli.main import cli

HOUSE = Path(codemods.__file__).parent
PO = HOUSE / "locale" / "zh" / "LC_MESSAGES" / "tenantize.po"
_HEADER = "# The Chinese texts of tenantize. `make catalog` adds what the code says anew, and compiles."
# A wording, or the wordings for one and for many.
Wording = str | tuple[str, str]
# What click says of arguments and above lists of options, told by gettext from our catalog.
OF_CLICK: tuple[Wording, ...] = (
    "Usage:",
    "Options",
    "Commands",
    "Error: {message}",
    "Try '{command} {option}' for help.",
    "Aborted!",
    "Missing option",
    "Missing argument",
    "Choose from:\n\t{choices}",
    "No such option {name!r}.",
    "Invalid value: {message}",
    "Invalid value for {param_hint}: {message}",
    "Option {name!r} does not take a value.",
    "{value!r} is not a valid {number_type}.",
    "{name} {filename!r} is a file.",
    "{name} {filename!r} is a directory.",
    "{name} {filename!r} does not exist.",
    "{name} {filename!r} is not readable.",
    "{name} {filename!r} is not writable.",
    "file",
    "directory",
    "path",
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
)


def said() -> dict[Wording, str]:
    """Every wording that the code says, and where."""
    found: dict[Wording, str] = {}
    for path in sorted(HOUSE.rglob("*.py")):
        place = path.relative_to(HOUSE.parent).as_posix()
        for wording in _in_code(ast.parse(path.read_bytes())):
            found.setdefault(wording, place)
    for wording in (*OF_CLICK, *_of_help(cli, click.Context(cli, help_option_names=["-h", "--help"]))):
        found.setdefault(wording, "codemods/cli")
    return found


def _in_code(tree: ast.Module) -> Iterator[Wording]:
    """First arguments of phrase(), both of counted(), and descriptions of what a file of settings may hold."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        texts = [item.value for item in node.args if isinstance(item, ast.Constant) and isinstance(item.value, str)]
        if name == "phrase":
            yield from texts[:1]
        elif name == "counted" and len(texts) == 2:
            yield (texts[0], texts[1])
        elif name == "Meta":
            yield from (
                str(word.value.value)
                for word in node.keywords
                if word.arg == "description" and isinstance(word.value, ast.Constant)
            )


def _of_help(command: click.Command, context: click.Context) -> Iterator[str]:
    if command.help:
        yield inspect.cleandoc(command.help)
    for parameter in command.get_params(context):
        if isinstance(parameter, click.Option) and parameter.help:
            yield parameter.help
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _of_help(inner, context)


def known() -> Catalog:
    with PO.open("rb") as stream:
        return read_po(stream, locale="zh")


class _Unsigned(Catalog):
    """A catalog that does not say which release of Babel wrote it, and so is the same with each."""

    def _get_mime_headers(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in super()._get_mime_headers() if name != "Generated-By"]

    mime_headers = property(_get_mime_headers, Catalog._set_mime_headers)


def _empty(made: datetime | str) -> Catalog:
    catalog = _Unsigned(locale="zh", header_comment=_HEADER, project="tenantize", version=" ", fuzzy=False)
    catalog.revision_date = catalog.creation_date = made
    return catalog


def compiled(catalog: Catalog) -> bytes:
    """The catalog as gettext reads it, the same for the same texts."""
    unsigned = _empty(catalog.creation_date)
    for message in catalog:
        if message.id:
            unsigned[message.id] = message
    written = io.BytesIO()
    write_mo(written, unsigned)
    return written.getvalue()


def main() -> None:
    before = known()
    after = _empty(before.creation_date)
    for wording, place in said().items():
        earlier = before.get(wording)
        after.add(wording, earlier.string if earlier else None, locations=[(place, 0)])
    with PO.open("wb") as stream:
        write_po(stream, after, width=120, include_lineno=False, omit_header=False)
    PO.with_suffix(".mo").write_bytes(compiled(after))
    print(f"{sum(not _is_told(message.string) for message in after if message.id)} of {len(after)} texts lack Chinese")


def _is_told(text: object) -> bool:
    return all(text) if isinstance(text, tuple) else bool(text)


if __name__ == "__main__":
    main()
