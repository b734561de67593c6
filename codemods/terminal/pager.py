"""Patches and tables: in colour and through the pager on a terminal; in a pipe, a patch is untouched bytes."""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Literal

import click

from codemods.changes import lines_of
from codemods.terminal import text

if TYPE_CHECKING:
    from rich.console import RenderableType

# What git tells less, so that colours show and a short patch does not stay on a page of its own.
_FOR_PAGERS = {"LESS": "FRX", "LV": "-c"}
_BOLD, _PLAIN = b"\x1b[1m", b"\x1b[m"
_COLOURS = {b"-": b"\x1b[31m", b"+": b"\x1b[32m", b"@": b"\x1b[36m"}
# What only a shell understands. Without one, Ctrl-C reaches the pager and nobody between.
_FOR_A_SHELL = re.compile(r"[|&;<>()$`*?\[#~%\n]|^\w+=")


class Screen:
    """Where long results go. A pipe gets them and what there is to say at once; a terminal when all is there."""

    def __init__(self) -> None:
        self.is_terminal = sys.stdout.isatty()
        self._shown: list[bytes] = []
        self._sayings: list[Callable[[], None]] = []

    def show_patch(self, heading: Sequence[str], parts: Iterable[bytes]) -> None:
        """Show a patch, a part for each file; where nobody pages, each as soon as there is one."""
        above = "".join(f"{text.printable(line)}\n" for line in heading).encode()
        if self.is_terminal:
            shown = above + b"".join(_printable(line) for part in parts for line in lines_of(part))
            self._shown.append(coloured(shown) if _wants_colour() else shown)
        else:
            for part in chain((above,), parts):
                click.echo(part, nl=False)

    def show_tables(self, parts: Iterable[RenderableType]) -> None:
        """Show what rich lays out, on a terminal."""
        from rich.console import Console  # loaded for terminals only

        written = io.StringIO()
        width = shutil.get_terminal_size((80, 24)).columns
        colours: Literal["standard"] | None = "standard" if _wants_colour() else None
        console = Console(
            file=written, width=width, color_system=colours, force_terminal=True, legacy_windows=False, highlight=False
        )
        for part in parts:
            console.print(part)
        encoding = sys.stdout.encoding or "utf-8"
        self._shown.append(written.getvalue().encode(encoding, sys.stdout.errors or "replace"))

    def say(self, saying: Callable[[], None]) -> None:
        """Have something said, on a terminal below what is shown."""
        if self.is_terminal:
            self._sayings.append(saying)
        else:
            saying()

    def close(self) -> None:
        """Show what waits. Raises KeyboardInterrupt when Ctrl-C ended the pager."""
        if self._shown:
            _page(b"".join(self._shown))
        for saying in self._sayings:
            saying()


def _printable(line: bytes) -> bytes:
    """A line of a patch as a terminal shows it: in the encoding that it seems to have, without what would be obeyed."""
    body = line.rstrip(b"\r\n")
    encoding = sys.stdout.encoding or "utf-8"
    return text.printable(_decoded(body, encoding)).encode(encoding, sys.stdout.errors or "replace") + line[len(body) :]


def _decoded(data: bytes, terminals: str) -> str:
    for encoding in ("utf-8", terminals):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    return data.decode("utf-8", "backslashreplace")


def coloured(patch: bytes) -> bytes:
    """A patch in the colours of git; without them it is the same."""
    return b"".join(_coloured_lines(patch))


def _coloured_lines(patch: bytes) -> Iterator[bytes]:
    is_heading = True
    for line in lines_of(patch):
        # Within a hunk, every line begins with what it is; only a heading may follow one.
        is_heading = not line.startswith(b"@@") and (is_heading or line[:1] in (b"d", b"#"))
        colour = _BOLD if is_heading else _COLOURS.get(line[:1])
        body = line.removesuffix(b"\n")
        yield colour + body + _PLAIN + line[len(body) :] if colour and body else line


def _wants_colour() -> bool:
    # An empty NO_COLOR does not count (no-color.org).
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _page(shown: bytes) -> None:
    """Show bytes through the pager, or as they are where there is none."""
    pager = _pager()
    if pager is None:
        click.echo(shown, nl=False, color=True)
        return
    environment = _FOR_PAGERS | os.environ
    # Ctrl-C is the pager's, which may well go on; what it shows has long been worked out. What is ignored here would be
    # ignored there too, and a handler is not.
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        with subprocess.Popen(pager, shell=isinstance(pager, str), stdin=subprocess.PIPE, env=environment) as running:
            running.communicate(shown)
    finally:
        signal.signal(signal.SIGINT, before)
    if running.returncode in (-signal.SIGINT, 128 + signal.SIGINT):
        raise KeyboardInterrupt


def _pager() -> str | list[str] | None:
    """The command that the user set, for git or for all: words where it needs no shell, None where there is none."""
    command = _gits_pager() or os.environ.get("PAGER") or "less"
    if _FOR_A_SHELL.search(command):
        return command
    try:
        words = shlex.split(command)
    except ValueError:  # a quote that does not end
        return None
    return words if words and words != ["cat"] and shutil.which(words[0]) else None


def _gits_pager() -> str | None:
    """What the user told git, but nothing that the tree's own configuration says: that may be anybody's."""
    asked = ["git", "config", "--global", "--get", "core.pager"]
    if "GIT_PAGER" in os.environ:
        return os.environ["GIT_PAGER"] or "cat"
    try:
        answer = subprocess.run(asked, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    except OSError:
        return None
    return answer.stdout.strip() or None
