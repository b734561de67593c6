"""What a survey has answered of a tree so far, and where it is kept for the next command on the same tree.

Answers come of the bytes of all files, of what is known of tenants and decided, and of the code of the survey.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache, cached_property, partial
from pathlib import Path

import msgspec

import codemods
from codemods import places
from codemods.knowledge.decisions import Decision
from codemods.knowledge.recipes import recipes_folder
from codemods.knowledge.state import TenantState
from codemods.messages import Phrase
from codemods.survey.cache import Cache, code_digest, file_digest, users_folder
from codemods.survey.decided import Decisions
from codemods.survey.facts_cache import FactsCache
from codemods.survey.profile import Kind, Profile
from codemods.survey.sites import Site, Unfit
from codemods.survey.verdicts import ApiFunction, EntryPoint, Finding, Judged, Statement, Station
from codemods.tree import Checkout, SourceFile

# All that answers are made of.
_JUDGED = (EntryPoint, ApiFunction, Statement, Station, Finding, Decision, date, Profile, Kind, Phrase)
_PLACES = tuple(kind for kind in vars(places).values() if isinstance(kind, type) and kind.__module__ == places.__name__)


@dataclass(frozen=True)
class Asked:
    """What answers come of, besides the code of the survey. shipped: what git keeps with the code."""

    files: tuple[SourceFile, ...]
    state: TenantState
    decisions: Decisions
    shipped: tuple[str, ...]

    @cached_property
    def digest(self) -> bytes:
        """What tells it from all else. Raises OSError where the survey's code is not at hand as files."""
        digest = hashlib.sha256(_code())
        for file in sorted(self.files, key=lambda file: file.path):
            digest.update(file_digest(file))
        state = [getattr(self.state, each.name) for each in fields(self.state)]
        known = [list(each.values()) if isinstance(each, Mapping) else each for each in state]
        decided = (self.decisions.all, self.decisions.today) if self.decisions.all else ()
        plain = msgspec.to_builtins([known, decided, self.shipped], order="deterministic")
        digest.update(repr(plain).encode())  # in which names that are no text are escaped
        return digest.digest()


@dataclass
class Answers:
    """What was answered: by the order of areas, what they judged, closely or not, and where codemods edit.

    It grows as more is asked.
    """

    judged: dict[tuple[int, bool], tuple[Judged | Finding, ...]] = field(default_factory=dict)
    sites: dict[int, tuple[Site | Unfit, ...]] = field(default_factory=dict)
    profile: Profile | None = None
    failing_tests: tuple[str, ...] | None = None

    @property
    def count(self) -> int:
        """How much was answered."""
        return len(self.judged) + len(self.sites) + (self.profile is not None) + (self.failing_tests is not None)


class AnswersCache(Cache[Asked, Answers]):
    """What is kept of whole trees."""

    table = "answers"
    kinds = (Answers, *_JUDGED, Site, Unfit, *_PLACES)

    def key(self, of: Asked) -> bytes:
        return of.digest

    def known(self, asked: Asked) -> Answers | None:
        """What is kept of a tree, or None."""
        return next((answers for _, answers in self.found([asked])), None)

    def keeping(self, asked: Asked, answers: Answers) -> Callable[[], None]:
        """What keeps answers when it is called, if there are more by then than now."""
        return partial(self._keep_more, asked, answers, answers.count)

    def _keep_more(self, asked: Asked, answers: Answers, before: int) -> None:
        if answers.count > before:
            self.put([(asked, answers)])


@dataclass(frozen=True, slots=True)
class Caches:
    """What is kept for a user: of single files, and of whole trees."""

    facts: FactsCache
    answers: AnswersCache


def users_caches(checkout: Checkout) -> Caches | None:
    """What is kept for the user who reads a checkout; None where nothing is."""
    folder = users_folder(checkout)
    return Caches(FactsCache(folder), AnswersCache(folder)) if folder is not None else None


@cache
def _code() -> bytes:
    return code_digest([Path(codemods.__path__[0]), recipes_folder()])
