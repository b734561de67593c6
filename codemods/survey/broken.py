"""Files that do not parse: what is wrong with each in words, and whether the app could miss it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import replace

from codemods.analysis.facts import TOO_DEEP, BrokenFile, FileFacts
from codemods.messages import phrase

CONFLICT = phrase("unresolved merge conflict")
_MARKERS = re.compile(rb"^<{7} .*?^={7}\r?$.*?^>{7} ", re.MULTILINE | re.DOTALL)
# Where a tree's own code lies; what lies elsewhere matters where something imports it.
_APP = ("src.", "plugins.")


def explained(broken: BrokenFile, data: bytes) -> BrokenFile:
    """A broken file, with what to do about it where it is in conflict, or where only this Python is too old for it."""
    if found := _MARKERS.search(data):
        line = data.count(b"\n", 0, found.start()) + 1
        return replace(broken, line=line, column=1, message=CONFLICT)
    if b"\0" in data or broken.message == TOO_DEEP or not _parses_with_libcst(data):
        return broken
    version = ".".join(str(part) for part in sys.version_info[:2])
    advice = phrase(
        "uses syntax that is newer than Python {version}: run tenantize with the Python that runs the tree",
        version=version,
    )
    return replace(broken, message=advice)


def _parses_with_libcst(data: bytes) -> bool:
    """Whether LibCST, which knows newer grammars than ast does, takes a file; in a process that it may crash."""
    from concurrent.futures import ProcessPoolExecutor  # few trees have files that do not parse
    from concurrent.futures.process import BrokenProcessPool

    try:
        with ProcessPoolExecutor(1) as pool:
            return pool.submit(_try, data).result()
    except BrokenProcessPool:
        return False


def _try(data: bytes) -> bool:
    import faulthandler

    import libcst

    faulthandler.disable()  # that it may crash is why it runs in a process of its own: nobody needs to read of it

    try:
        libcst.parse_module(data)
    except Exception:  # whatever LibCST makes of it: it is broken there as well
        return False
    return True


def is_missed(module: str, files: Iterable[FileFacts]) -> bool:
    """Whether a module that cannot be read is a part of the app: it lies in its folders, or a file imports it."""
    parent, _, name = module.rpartition(".")
    return module.startswith(_APP) or any(
        target.module == module or (target.module, target.qualname) == (parent, name)
        for file in files
        for function in file.functions.values()
        for target in function.imports.values()
    )
