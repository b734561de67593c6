"""Text on its way to the user: what of it a terminal would obey, and what its encoding lacks, is spelled out here."""

from __future__ import annotations

import codecs
import io
import os
import sys
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from typing import TextIO

import click

from codemods.messages import phrase, told

# How streams spell what their encoding lacks: a name for codecs.
_SPELLED_OUT = "tenantize-spelled-out"
_PLAIN = {"→": "->", "−": "-", "–": "-", "…": "...", "├": "|", "└": "`", "│": "|", "─": "-"}
# What a terminal obeys, reorders by, or cannot be sent: controls, separators of lines, and bytes that are no text.
_OBEYED = ("Cc", "Cs", "Zl", "Zp")
_REORDERING = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
_MARKS = "\u200e\u200f\u061c"  # of a direction, which have no class of their own
_AT_ONCE = 1000
# The bytes of a file name that is no UTF-8, as Python has them in a text.
_BYTES = range(0xDC80, 0xDD00)


class _Spelling(dict[int, str]):
    """How each character is shown, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        is_obeyed = unicodedata.category(letter) in _OBEYED or unicodedata.bidirectional(letter) in _REORDERING
        is_obeyed |= letter in _MARKS
        self[code] = _escaped(code) if is_obeyed and letter != "\t" else letter
        return self[code]


def _escaped(code: int) -> str:
    if code in _BYTES:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


_SPELLING = _Spelling()


def printable(text: str) -> str:
    """A text of one line as a terminal shows it, and does not obey it."""
    return text.translate(_SPELLING)


def show(lines: Iterable[str], *, bold: bool = False) -> None:
    """Print lines of a result on stdout, some at once: there may be tens of thousands."""
    rest = iter(lines)
    while text := "".join(f"{printable(told(line))}\n" for line in islice(rest, _AT_ONCE)):
        click.echo(click.style(text, bold=True) if bold else text, nl=False)


def hand_on(document: bytes) -> None:
    """Write a result that is no lines, such as a page, on stdout as it is."""
    click.echo(document, nl=False)


def answer(question: str) -> str | None:
    """Print a question on stdout and read the line that answers it; None where nobody answers any more."""
    click.echo(printable(told(question)), nl=False)
    line = sys.stdin.readline()
    return line.strip() if line else None


def say(sentence: str) -> None:
    """Print a line on stderr. Nobody need read it: a closed pipe does not keep the work from going on."""
    _write_or_drop("".join(f"{line}\n" for line in _lines(printable(told(sentence)))), sys.stderr)


def _lines(sentence: str) -> list[str]:
    """A sentence as wide as the terminal; what reads a pipe is given it whole."""
    if sys.stderr is None or not sys.stderr.isatty():
        return [sentence]
    from codemods.terminal.layout import wrapped

    indent = " " * (len(sentence) - len(sentence.lstrip()))
    return wrapped(sentence, indent, f"{indent}  ")


def report(lines: Iterable[str]) -> None:
    """Print what has been done on stdout. That it cannot be read does not undo it."""
    _write_or_drop("".join(f"{printable(told(line))}\n" for line in lines), sys.stdout)


def _write_or_drop(text: str, stream: TextIO) -> None:
    try:
        click.echo(text, nl=False, file=stream)
    except BrokenPipeError:
        drop(stream)
    except OSError as error:
        drop(stream)
        if stream is not sys.stderr:
            say(phrase("The output cannot be written ({why}); the work went on.", why=error.strerror))


def drop(stream: TextIO) -> None:
    """Have nothing that is still to be written fail once more, now or at the end of the process."""
    if stream:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def prepare_streams() -> None:
    """Have no stream that is closed end the run, and no character that an encoding lacks, such as a code page's."""
    for name in ("stdin", "stdout", "stderr"):  # in the order of their numbers, of which each open takes the lowest
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "r" if name == "stdin" else "w"))
    codecs.register_error(_SPELLED_OUT, _spelled_out)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_SPELLED_OUT)


def _spelled_out(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return "".join(_PLAIN.get(letter) or letter.encode("ascii", "backslashreplace").decode() for letter in letters), (
        error.end
    )


def is_terminal() -> bool:
    """Whether somebody can be asked."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def shows_everything() -> bool:
    """Whether stdout's encoding has every character."""
    encoding = getattr(sys.stdout, "encoding", None)
    return encoding is None or codecs.lookup(encoding).name.startswith("utf")
