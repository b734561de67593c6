"""Each entry point and plugin API function: its verdict and the reason, from the ways that its code can take.

The verdicts are the seed's own words (see the design page). Which recipe mends an entry point is the recipe's to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from codemods.analysis.facts import FileFacts
from codemods.analysis.reach import Path, Step
from codemods.analysis.symbols import Symbol
from codemods.knowledge.decisions import ACCEPTED, Decision
from codemods.messages import phrase
from codemods.survey.program import TenantProgram

# A lambda that is handed on, as facts call it.
_NAMELESS = re.compile(r"<\d+:\d+>\.<lambda>")
SECURE, INSECURE, GLOBAL, ANONYMOUS = "secure", "insecure", "global", "anonymous"
SCOPED, UNSCOPED, STATELESS, EXEMPT, UNRESOLVED = "scoped", "unscoped", "stateless", "exempt", "unresolved"
NOT_JUDGED = "not judged"
# What is left for a person to decide.
OPEN = "to decide"
# The verdicts that something must be done about.
BAD = frozenset({INSECURE, ANONYMOUS, UNSCOPED, UNRESOLVED})
# The verdicts of what is open: those, and what must be looked at first.
UNSETTLED = BAD | {NOT_JUDGED}
# All that --only may name.
VERDICTS = (
    *(SECURE, INSECURE, GLOBAL, ANONYMOUS, NOT_JUDGED, SCOPED, UNSCOPED, STATELESS, EXEMPT, UNRESOLVED),
    *(ACCEPTED, OPEN),
)


@dataclass(frozen=True, slots=True)
class Station:
    """One station of the way that shows a verdict: a function, the line in it that leads on, and what that reaches.

    Only the last reaches something; the others lead to the next.
    """

    path: str
    line: int
    name: str
    reached: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of start-up, and whose it is: a tenant's (insecure there) or the whole process's (global)."""

    line: int
    verdict: str
    reason: str
    # What else there is to know, a sentence each: shown below the reason.
    details: tuple[str, ...] = ()
    # The way that the reason speaks of: from the statement to what it reaches.
    way: tuple[Station, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """Code that gets a verdict: what kind of code it is, and why it gets that one."""

    path: str
    qualname: str
    line: int
    kind: str
    verdict: str
    reason: str
    # Which of those it is that a decision would name alike, in order of place.
    number: int = field(default=1, kw_only=True)
    # The file that defines it, where `path` is another that says more of it.
    home: str = field(default="", kw_only=True)
    # What a person has decided of it.
    decision: Decision | None = field(default=None, kw_only=True)
    # What else there is to know, a sentence each: shown below the reason.
    details: tuple[str, ...] = field(default=(), kw_only=True)
    # The way that the reason speaks of: from where it is called to what it reaches.
    way: tuple[Station, ...] = field(default=(), kw_only=True)

    @property
    def name(self) -> str:
        """Its name within its file, for people."""
        return _shown(self.qualname)

    @property
    def id(self) -> str:
        return f"{self.path}:{self.name}"

    @property
    def at(self) -> str:
        """What a decision names it by: no line is in it, so that it lasts."""
        return _at(self.home or self.path, self.name, self.kind, self.number)


@dataclass(frozen=True, slots=True)
class EntryPoint(Judged):
    """Code that the outside world, a timer or start-up calls.

    An anonymous one acts, for a tenant or on the process, and asks nobody for a token.
    `note`: what its maintainer should know besides. `by_hand`: no recipe may edit it. `left`: what stays for a person
    when they have. `statements`: those of start-up.
    """

    note: str | None = None
    by_hand: bool = False
    left: str = ""
    # How many of its decorators register it: a decorator that wraps it belongs below these.
    registering: int = 0
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class ApiFunction(Judged):
    """A public function of the plugin APIs, and the shared state behind it."""

    state: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a person must decide: where, and why the tool leaves it alone."""

    path: str
    line: int
    reason: str
    # What is wrong, in a word or two and what it is about: with the place, what a decision names it by.
    what: str
    # The function or class that it stands in, which the survey fills in, and which of its like it is there.
    qualname: str = ""
    number: int = 1
    verdict: str = OPEN
    # What a person has decided of it.
    decision: Decision | None = None
    # The way that the reason speaks of: from where it is called to what it is about.
    way: tuple[Station, ...] = ()
    # What else there is to know, and what ends it, a sentence each: shown below the reason.
    details: tuple[str, ...] = field(default=(), kw_only=True)
    # The kind of place whose edit ends it, or the group of those that are edited together, where there is one.
    ends_with: str = field(default="", kw_only=True)

    @property
    def name(self) -> str:
        """The function or class that it stands in, for people; "" outside of all."""
        return _shown(self.qualname)

    @property
    def at(self) -> str:
        """What a decision names it by: no line is in it, so that it lasts."""
        return _at(self.path, self.name, self.what, self.number)


def _shown(qualname: str) -> str:
    return _NAMELESS.sub("lambda", qualname).replace(".<locals>", "")


def _at(path: str, name: str, what: str, number: int) -> str:
    return f"{path}{name and ':' + name}#{what}{f' ({number})' if number > 1 else ''}"


def entry(
    program: TenantProgram, identifier: Symbol, kind: str, verdict: str, reason: str, **more: object
) -> EntryPoint:
    file, function = program.file_of(identifier), program.functions[identifier]
    return EntryPoint(file.path, function.qualname, function.line, kind, verdict, reason, **more)  # type: ignore[arg-type]


def stations(program: TenantProgram, path: Path | None) -> tuple[Station, ...]:
    """The stations of a path, for whoever shows it; none where there is no path."""
    if path is None:
        return ()
    *before, last = (station(program, step) for step in path.steps)
    return (*before, replace(last, reached=path.touch.expression))


def station(program: TenantProgram, step: Step) -> Station:
    return Station(program.file_of(step.function).path, step.line, _shown(step.function.qualname))


def in_webui(program: TenantProgram, module: str) -> bool:
    return any(module == folder or module.startswith(folder + ".") for folder in program.state.entry_points.webui)


def webui_files(program: TenantProgram) -> list[FileFacts]:
    return [file for file in program.files.values() if in_webui(program, file.module)]


def guessing(reason: str, path: Path) -> str:
    """A reason, with a word on calls that cannot really be followed."""
    return (
        phrase("{reason} (a call on the way is followed by its name only)", reason=reason) if path.guessed else reason
    )
