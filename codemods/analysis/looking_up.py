"""What has an entry for a key once it has been looked up: names and attributes that a `defaultdict` is given to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from codemods.analysis.chains import Chain
from codemods.analysis.facts import FileFacts
from codemods.analysis.symbols import Symbol


def made_by_looking_up(files: Mapping[str, FileFacts]) -> Iterator[tuple[bool, Symbol]]:
    """All such names, each with whether it is a module's: else it is an attribute of a class."""
    for module, file in files.items():
        yield from ((True, Symbol(module, name)) for name in _given(file.body.assigned))
        for qualname, cls in file.classes.items():
            yield from ((False, Symbol(module, qualname).member(name)) for name in _given(cls.assigned))


def _given(assigned: Mapping[str, Iterable[Chain]]) -> Iterator[str]:
    for name, chains in assigned.items():
        if any(chain[-1] == "()" and chain[-2].lstrip(".") == "defaultdict" for chain in chains):
            yield name
