"""How far a long run is: said by whoever works, shown on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

# Takes what is being done, how much of it is done, and how much there is.
ShowProgress = Callable[[str, int, int], None]
# Nobody needs to know of a run this short, in seconds.
_PATIENCE = 1.0


def to_nobody(_what: str, _done: int, _count: int) -> None:
    """Show nothing."""


@contextmanager
def shown_on_terminal() -> Iterator[ShowProgress]:
    """Show a bar on stderr, on a terminal and once it takes long. It is gone at the end, however that comes."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield to_nobody
        return
    begun = time.monotonic()
    bars: list[Progress] = []

    def tell(what: str, done: int, count: int) -> None:
        if time.monotonic() - begun < _PATIENCE:
            return
        if not bars:
            bars.append(_bar(what, count))
        bars[0].update(bars[0].task_ids[0], description=what, completed=done, total=count, refresh=True)

    try:
        yield tell
    finally:
        for bar in bars:
            bar.stop()


def _bar(what: str, count: int) -> Progress:
    # Loaded for long runs only. It draws when it is asked to, without a thread that workers would be forked beside.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
    bar.add_task(what, total=count)
    bar.start()
    return bar
