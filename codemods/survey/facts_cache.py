"""Facts for the next command: what has been read of a file is kept by the file's place and bytes.

Facts come of these, and of the code that reads them, and of nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from codemods import analysis
from codemods.analysis.facts import Argument, BrokenFile, ClassFacts, FileFacts, FunctionFacts, Parameter, Use
from codemods.analysis.symbols import Symbol
from codemods.analysis.writes import Logged, Operand, Write
from codemods.survey.cache import Cache, code_digest, file_digest
from codemods.tree import SourceFile


class FactsCache(Cache[SourceFile, FileFacts]):
    """What is kept of single files."""

    table = "facts"
    kinds = (FileFacts, Argument, ClassFacts, FunctionFacts, Logged, Operand, Parameter, Symbol, Use, Write)

    def key(self, of: SourceFile) -> bytes:
        return hashlib.sha256(_reader() + file_digest(of)).digest()

    def known(self, files: Iterable[SourceFile]) -> dict[str, FileFacts]:
        """The facts that are kept of these files, by path."""
        return {file.path: facts for file, facts in self.found(files)}

    def keep(self, files: Iterable[SourceFile], read: Iterable[FileFacts | BrokenFile]) -> None:
        """Keep what has been read of some of these files."""
        by_path = {file.path: file for file in files}
        if facts := [(by_path[item.path], item) for item in read if isinstance(item, FileFacts)]:
            self.put(facts)


@cache
def _reader() -> bytes:
    return code_digest([Path(analysis.__path__[0])])
