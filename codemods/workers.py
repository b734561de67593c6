"""Processes that work for this one, and end with it, however it ends."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import parent_process


def pool_of(count: int) -> ProcessPoolExecutor:
    """A pool of so many processes. Where this one is killed, which no pool is told of, they end as well."""
    return ProcessPoolExecutor(count, initializer=_end_with_parent)


def _end_with_parent() -> None:
    threading.Thread(target=_wait, daemon=True).start()


def _wait() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)  # nobody is there to take what is under way
