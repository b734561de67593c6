"""How a repository writes the subjects of its commits, so that ours read like its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# A subject that is longer is cut by what shows it.
_WIDEST = 72
_TYPED = re.compile(r"(?:feat|fix|docs|style|refactor|perf|test|build|ci|chore|revert)(\([^)]*\))?!?(: ?|：)")
_BRACKETED = re.compile(r"\[[^\]]+\] ?")


@dataclass(frozen=True, slots=True)
class Convention:
    """What stands before a subject, with {name} for the module."""

    prefix: str = "{name}: "

    def subject(self, name: str, wording: str, recipes: Sequence[str]) -> str:
        """A subject of what some recipes do to a module; where their names are too many, the first and how many."""
        named = ", ".join(recipes)
        made = self.prefix.format(name=name) + wording.format(recipes=named)
        if len(made) > _WIDEST and len(recipes) > 1:
            made = self.prefix.format(name=name) + wording.format(recipes=f"{recipes[0]} +{len(recipes) - 1}")
        return made if len(made) <= _WIDEST else made[: _WIDEST - 1] + "…"


def convention_of(subjects: Sequence[str]) -> Convention:
    """What most of these subjects of a repository do; else the module's name and a colon."""
    typed = [found for subject in subjects if (found := _TYPED.match(subject))]
    if len(typed) * 2 > len(subjects):
        separators = [found[2] for found in typed]
        scope = "({name})" if 2 * sum(bool(found[1]) for found in typed) > len(typed) else ""
        after = max(separators, key=separators.count)
        return Convention(f"feat{scope}{after}" if scope else f"feat{after}{{name}} ")
    if sum(bool(_BRACKETED.match(subject)) for subject in subjects) * 2 > len(subjects):
        return Convention("[{name}] ")
    return Convention()
