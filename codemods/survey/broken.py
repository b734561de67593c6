"""Files that do not parse: what is wrong with each in words, and whether the app could miss it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from codemods.analysis.facts import TOO_DEEP, BrokenFile, FileFacts
from codemods.analysis.patterns import are_too_deep
from codemods.messages import phrase

CONFLICT = phrase("unresolved merge conflict")
# What stands at the begin, in the middle and at the end of a conflict, each looked for behind the one before.
_MARKERS = tuple(re.compile(marker, re.MULTILINE) for marker in (rb"^<{7} ", rb"^={7}\r?$", rb"^>{7} "))
# What no Python takes, though LibCST does.
_OF_ANY_PYTHON = ("non-printable", "too many nested parentheses")
# Where a tree's own code lies; what lies elsewhere matters where something imports it.
_APP = ("src.", "plugins.")


def explained(broken: Sequence[BrokenFile], data: Mapping[str, bytes]) -> tuple[BrokenFile, ...]:
    """Broken files, with what to do about each that is in conflict, or that only this Python is too old for."""
    told = [_with_conflict(file, data[file.path]) for file in broken]
    doubtful = [file.path for file in told if _may_be_newer(file, data[file.path])]
    newer = _parsed_by_libcst({path: data[path] for path in doubtful})
    version = ".".join(str(part) for part in sys.version_info[:2])
    advice = phrase(
        "uses syntax that is newer than Python {version}: run tenantize with the Python that runs the tree",
        version=version,
    )
    return tuple(replace(file, message=advice) if file.path in newer else file for file in told)


def _with_conflict(broken: BrokenFile, data: bytes) -> BrokenFile:
    starts, end = list[int](), 0
    for marker in _MARKERS:
        found = marker.search(data, end)
        if found is None:
            return broken
        starts.append(found.start())
        end = found.end()
    return replace(broken, line=data.count(b"\n", 0, starts[0]) + 1, column=1, message=CONFLICT)


def _may_be_newer(broken: BrokenFile, data: bytes) -> bool:
    """Whether a newer Python may take a file."""
    is_for_all = broken.message in (CONFLICT, TOO_DEEP) or any(words in broken.message for words in _OF_ANY_PYTHON)
    return not (b"\0" in data or is_for_all or are_too_deep(data))


def _parsed_by_libcst(data: Mapping[str, bytes]) -> set[str]:
    """The files that LibCST takes, which knows newer grammars than ast does; in a process that a file may crash."""
    if not data:  # as of most trees
        return set()
    from concurrent.futures.process import BrokenProcessPool

    from codemods.workers import pool_of

    found, left = set[str](), sorted(data)
    while left:
        with suppress(BrokenProcessPool), pool_of(1) as pool:
            while left:
                path = left.pop()
                if pool.submit(_try, data[path]).result():
                    found.add(path)
    return found


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
