"""The files of a checkout, and the program that they are once they have been read. Only reads: bytes in, facts out."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from codemods.analysis.facts import BrokenFile, FileFacts
from codemods.analysis.sources import Sources
from codemods.survey.answers import Asked
from codemods.survey.at_home import at_home
from codemods.survey.broken import explained, is_missed
from codemods.survey.facts_cache import FactsCache
from codemods.survey.missing import missing_supports
from codemods.survey.own_tests import OwnTests, parted
from codemods.survey.program import TenantProgram
from codemods.survey.reading import read_all
from codemods.survey.unimported import with_imports
from codemods.survey.webui.connections import with_connections
from codemods.terminal.progress import ShowProgress


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What has been read of a file, and what of."""

    facts: FileFacts
    data: bytes


# By the names of their modules.
Known = Mapping[str, KnownFile]


@dataclass
class Read:
    """A program that has been read. is_incomplete: whether a file that could not be is a part of the app."""

    plain: TenantProgram
    broken: tuple[BrokenFile, ...]
    own_tests: OwnTests
    is_incomplete: bool

    @cached_property
    def program(self) -> TenantProgram:
        """The program as it is judged: where connections are gone through counts as tenant work as well."""
        return with_connections(self.plain)

    def let_go(self) -> None:
        """Let go of all that answers were made from; what is asked again is worked out again."""
        judged = self.program if "program" in self.__dict__ else self.plain
        judged.let_go()


@dataclass
class Files:
    """Files that are read, in up to `workers` processes, when something of them is first needed.

    Of those that are the same as in `known`, of an earlier survey, or in a cache, the facts are taken over.
    """

    asked: Asked
    workers: int
    tell: ShowProgress
    known: Known
    cache: FactsCache | None

    @cached_property
    def read(self) -> Read:
        files, state = self.asked.files, self.asked.state
        trees: dict[bytes, ast.Module] = {}
        read = self._facts(trees)
        facts = [item for item in read if isinstance(item, FileFacts)]
        data = {file.path: file.data for file in files}
        broken = explained([item for item in read if isinstance(item, BrokenFile)], data)
        modules = {file.path: file.module for file in files}
        there = frozenset(modules.values())
        facts, unimported = with_imports(facts, there, state)
        missing = list(missing_supports(facts, there, state))
        every = {file.module: file.data for file in (*files, *(item.file for item in missing))}
        app, own_tests = parted(at_home([*facts, *(item.facts for item in missing)]), every)
        absent = frozenset(item.file.module for item in missing)
        sources = Sources(own_tests.data, trees, {file.module: file for file in app})
        decided = self.asked.decisions.answers
        program = TenantProgram(app, state, sources, decided, self.asked.shipped, absent, unimported)
        return Read(program, broken, own_tests, any(is_missed(modules[item.path], app) for item in broken))

    def let_go(self) -> None:
        """Let go of what answers were made from, where they were read."""
        if "read" in self.__dict__:
            self.read.let_go()

    def _facts(self, trees: dict[bytes, ast.Module]) -> list[FileFacts | BrokenFile]:
        """What each file says, in order of their paths; `trees` gets what was parsed for that."""
        files = self.asked.files
        pairs = ((file, self.known.get(file.module)) for file in files)
        same = {
            file.path: had.facts
            for file, had in pairs
            if had is not None and (had.facts.path, had.data) == (file.path, file.data)
        }
        if self.cache is not None:
            same |= self.cache.known([file for file in files if file.path not in same])
        new = sorted((file for file in files if file.path not in same), key=lambda file: file.path)
        unknown = read_all(new, self.workers, self.tell, trees)
        if self.cache is not None:
            self.cache.keep(new, unknown)
        return sorted((*same.values(), *unknown), key=lambda item: item.path)
