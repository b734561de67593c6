"""Our branches on a remote. One that a person has committed to there stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codemods.deliver.pulls.branches import Branch, BranchStatus, Status, persons_commit
from codemods.deliver.pulls.repository import Repository
from codemods.errors import TenantizeError
from codemods.messages import listed, phrase


def chosen_remote(repository: Repository, name: str | None) -> str:
    """The remote of this name, or "origin", or the only one. Raises TenantizeError where there is none."""
    remotes = repository.remotes()
    if not remotes:
        raise TenantizeError(phrase("This repository has no remote: add one with 'git remote add origin URL'."))
    if name is None:
        name = "origin" if len(remotes) > 1 else remotes[0]
    if name not in remotes:
        raise TenantizeError(
            phrase(
                "There is no remote {name!r}: choose from {names} (--push REMOTE).", name=name, names=listed(remotes)
            )
        )
    return name


def push(
    repository: Repository, remote: str, branches: Sequence[Branch], there: dict[str, str]
) -> Iterator[BranchStatus]:
    """Push branches one by one, in order, and tell what became of each there.

    `there` holds the remote's branches and is kept up to date. Raises TenantizeError when the remote refuses one; those
    before it are there then, and the next run goes on behind them.
    """
    for branch in branches:
        old = there.get(branch.name)
        if old == branch.tip:
            yield BranchStatus(branch.name, Status.SAME)
            continue
        if old is not None:
            if repository.commit(old) is None:
                repository.fetch(remote, branch.name)
            if persons := persons_commit(repository, old):
                yield BranchStatus(branch.name, Status.TOUCHED, persons)
                continue
        repository.push(remote, branch.name, branch.tip, old)
        there[branch.name] = branch.tip
        yield BranchStatus(branch.name, Status.NEW if old is None else Status.REBUILT)
