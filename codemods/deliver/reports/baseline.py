"""An earlier audit, so that only what is new is listed and counted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import msgspec

from codemods.errors import TenantizeError
from codemods.messages import phrase
from codemods.survey.decided import is_open
from codemods.survey.verdicts import Finding, Judged


class _Item(msgspec.Struct):
    at: str
    verdict: str


class _Tree(msgspec.Struct):
    path: str = ""


class _Document(msgspec.Struct):
    """What is read of a document; what later versions add is passed over."""

    tree: _Tree
    entry_points: list[_Item]
    api_functions: list[_Item]
    findings: list[_Item]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What an earlier audit named and judged, by its tree's name ("" for the only one)."""

    known: frozenset[tuple[str, str, str]]

    def knows(self, item: Judged | Finding, tree: str | None) -> bool:
        """Whether an item is open and was so before."""
        return is_open(item) and (tree or "", item.at, item.verdict) in self.known


def read_baseline(path: Path) -> Baseline:
    """The baseline of a file that 'audit --format json' wrote. Raises TenantizeError for any other."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TenantizeError(
            phrase("{path} cannot be read ({error}): mend that, then run again.", path=path, error=error.strerror)
        ) from error
    try:
        # Names of files need not be UTF-8, which only json reads.
        read = msgspec.convert(json.loads(data), _Document | list[_Document])
    except (ValueError, RecursionError) as error:
        raise TenantizeError(
            phrase("{path} is no audit ({error}): 'tenantize audit --format json' makes one.", path=path, error=error)
        ) from error
    documents = read if isinstance(read, list) else [read]
    return Baseline(
        frozenset(
            (document.tree.path, item.at, item.verdict)
            for document in documents
            for item in (*document.entry_points, *document.api_functions, *document.findings)
        )
    )
