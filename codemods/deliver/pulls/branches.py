"""The pulls as commits and local branches; what a person has committed to, or a work tree uses, is left alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from codemods.deliver.pulls.repository import Commit, Repository
from codemods.deliver.pulls.split import Part, Pull, changes_of, closures
from codemods.errors import TenantizeError
from codemods.messages import phrase
from codemods.terminal.progress import ShowProgress, to_nobody

# What the names of our branches begin with.
PREFIX = "tenantize/"
_SEAL = re.compile(r"(?P<text>.*\n)\nTenantize-Pull: \S+ (?P<digest>[0-9a-f]{40})\n*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Branch:
    """A pull as commits: what it stands on, and its own commits, one a recipe, in order."""

    pull: Pull
    base: str
    commits: tuple[Commit, ...]

    @property
    def name(self) -> str:
        return PREFIX + self.pull.name

    @property
    def tip(self) -> str:
        return self.commits[-1].id


class Status(Enum):
    """What became of a branch in this run, as people read it."""

    NEW = "new"
    SAME = "as it was"
    REBUILT = "rebuilt"
    TOUCHED = "left alone: a person has committed to it"
    IN_USE = "left alone: it is checked out"
    MERGED = "merged: nothing is left to change"
    OTHERS = "left alone: not a part of this plan"


@dataclass(frozen=True, slots=True)
class BranchStatus:
    """A branch and what became of it; `detail`: the person's commit, or where it is checked out."""

    branch: str
    status: Status
    detail: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether the branch is what this run made of it."""
        return self.status in (Status.NEW, Status.SAME, Status.REBUILT)


def build(
    repository: Repository,
    pulls: Sequence[Pull],
    message: Callable[[Pull, Part], str],
    tell: ShowProgress = to_nobody,
) -> tuple[Branch, ...]:
    """The pulls as commits on top of HEAD, on no branch yet. What is there already is taken, not made again."""
    if (repository.branch or "").startswith(PREFIX):
        raise TenantizeError(
            phrase(
                "{branch} is checked out, which is a branch of tenantize's own: switch to the one that "
                "the pull requests go into, then run this again.",
                branch=repository.branch,
            )
        )
    there = {
        (commit.tree, commit.parents, commit.message): commit
        for tip in repository.branches(PREFIX).values()
        for commit in repository.own_commits(tip)
    }

    def commit(tree: str, parents: tuple[str, ...], text: str, pull: Pull) -> Commit:
        sealed = _sealed(text.encode(errors="replace").decode(), pull.name, tree)  # a path need not be UTF-8
        return there.get((tree, parents, sealed)) or repository.write_commit(tree, parents, sealed)

    built: dict[str, Branch] = {}
    below = closures(pulls)
    for number, pull in enumerate(pulls):
        tell(phrase("Making branches"), number, len(pulls))
        base = built[pull.waits_for[0]].tip if pull.waits_for else repository.head
        if len(pull.waits_for) > 1:
            tips = tuple(built[name].tip for name in pull.waits_for)
            names = ", ".join(PREFIX + name for name in pull.waits_for)
            tree = repository.tree(repository.head, changes_of(below[pull.name]))
            base = commit(tree, tips, f"Merge {names}, which {PREFIX}{pull.name} stands on\n", pull).id
        commits = []
        tip = base
        for part in pull.parts:
            commits.append(commit(repository.tree(tip, part.changes), (tip,), message(pull, part), pull))
            tip = commits[-1].id
        built[pull.name] = Branch(pull, base, tuple(commits))
    return tuple(built.values())


def update(repository: Repository, branches: Sequence[Branch], *, is_whole: bool) -> tuple[BranchStatus, ...]:
    """Point our branches at what was built, all at once, and say what became of each.

    `is_whole`: the plan is of all recipes and files, so that a branch which it lacks has nothing left to change.
    """
    statuses, moves = standing(repository, branches, is_whole=is_whole)
    if moves:
        repository.move_branches(moves)
    return statuses


# By the name of a branch that is to be moved: where it is, None where there is none yet, and where it goes.
Moves = dict[str, tuple[str | None, str]]


def standing(
    repository: Repository, branches: Sequence[Branch], *, is_whole: bool
) -> tuple[tuple[BranchStatus, ...], Moves]:
    """How each of our branches stands to what was built, and which would have to move. Nothing is moved."""
    there = repository.branches(PREFIX)
    in_use = repository.checked_out()
    statuses, moves = list[BranchStatus](), Moves()
    for branch in branches:
        old = there.pop(branch.name, None)
        status = _status(repository, branch, old, in_use.get(branch.name))
        if status.status in (Status.NEW, Status.REBUILT):
            moves[branch.name] = (old, branch.tip)
        statuses.append(status)
    changed = {change.path for branch in branches for change in branch.pull.changes}
    for name, tip in there.items():
        is_done = repository.is_in_head(tip) or (is_whole and _has_nothing_left(repository, tip, changed))
        statuses.append(BranchStatus(name, Status.MERGED if is_done else Status.OTHERS))
    return tuple(statuses), moves


def _status(repository: Repository, branch: Branch, old: str | None, folder: str | None) -> BranchStatus:
    if old is None:
        return BranchStatus(branch.name, Status.NEW)
    if old == branch.tip:
        return BranchStatus(branch.name, Status.SAME)
    if persons := persons_commit(repository, old):
        return BranchStatus(branch.name, Status.TOUCHED, persons)
    if folder:
        return BranchStatus(branch.name, Status.IN_USE, folder)
    return BranchStatus(branch.name, Status.REBUILT)


def _has_nothing_left(repository: Repository, tip: str, changed: set[str]) -> bool:
    """Whether a branch is all ours, and its files are none that are still to be changed."""
    own = list(repository.own_commits(tip))
    return all(map(is_ours, own)) and not any(repository.changed_paths(commit) & changed for commit in own)


# Whose a commit is


def persons_commit(repository: Repository, tip: str) -> str:
    """The commit of a person that a branch of ours ends in, "" where it ends in ours or its commits are in HEAD."""
    found = repository.commit(tip)
    if found is None or is_ours(found) or repository.is_in_head(tip):
        return ""
    return f"{found.id[:8]} {found.subject}"


def is_ours(commit: Commit) -> bool:
    """Whether a commit is as this tool made it: its last line tells by its text and tree."""
    found = _SEAL.fullmatch(commit.message)
    return found is not None and found["digest"] == _digest(found["text"], commit.tree)


def _sealed(text: str, pull: str, tree: str) -> str:
    return f"{text}\nTenantize-Pull: {pull} {_digest(text, tree)}\n"


def _digest(text: str, tree: str) -> str:
    from hashlib import sha256  # and OpenSSL with it, which takes 4 MiB

    return sha256(f"{tree}\n{text}".encode()).hexdigest()[:40]
