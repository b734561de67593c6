"""What the user asks for, and what the arguments, the environment, the remote or a folder can refuse of it: first."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codemods.deliver.pulls import publish
from codemods.deliver.pulls.grouping import Group, require_files, users_groups
from codemods.deliver.pulls.patches import require_ours
from codemods.deliver.pulls.repository import Repository
from codemods.errors import TenantizeError
from codemods.messages import phrase

if TYPE_CHECKING:
    from codemods.deliver.pulls.server import Server


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asks for: how to group and word the pulls, and where they go."""

    groups: tuple[str, ...] = ()
    lang: str = "en"
    only_plan: bool = False
    # Say how the branches stand, and move none.
    only_status: bool = False
    patches: Path | None = None
    push: str | None = None
    open: bool = False
    api: str | None = None
    # Whether the plan is of all recipes and files.
    is_whole: bool = True

    @property
    def describes(self) -> bool:
        """Whether branches are made or patches, each with its description."""
        return not (self.only_plan or self.only_status)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where branches are pushed to: the remote, its branches, and, for pull requests, their target and server."""

    remote: str
    there: dict[str, str]
    target: str
    server: Server | None


@dataclass(frozen=True, slots=True)
class Preflight:
    """What was found usable: the user's groups, and where to push to, None where nothing is pushed."""

    groups: tuple[Group, ...]
    destination: Destination | None


def preflight(repository: Repository, options: Options) -> Preflight:
    """Raises TenantizeError for what cannot be done as asked, before anything is worked out or written."""
    groups = users_groups(repository.root, options.groups)
    require_files(groups, repository.contents)
    is_looking = options.only_plan or options.only_status
    if not is_looking:
        repository.require_no_links()
    if options.patches is not None and not is_looking:
        _require_writable(repository.root, options.patches)
    is_pushed = (options.push or options.open) and not is_looking
    return Preflight(groups, _destination(repository, options) if is_pushed else None)


def _require_writable(root: Path, folder: Path) -> None:
    require_ours(root, folder)
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        raise TenantizeError(
            phrase("{folder} cannot be written ({reason}): name another folder.", folder=folder, reason=error.strerror)
        ) from error


def _destination(repository: Repository, options: Options) -> Destination:
    token = ""
    if options.open:
        from codemods.deliver.pulls import server as servers

        token = servers.token_of_environment()
    remote = publish.chosen_remote(repository, options.push)
    if not options.open:
        return Destination(remote, repository.remote_branches(remote), "", None)
    url = repository.remote_url(remote)
    api, name = servers.api_of(url, options.api), servers.repository_of(url)
    there = repository.remote_branches(remote)
    target = _target(repository, remote, there)
    return Destination(remote, there, target, servers.Server(api, name, token))


def _target(repository: Repository, remote: str, there: Mapping[str, str]) -> str:
    """The branch that the pull requests go into: the one that is checked out, as its remote calls it.

    Raises TenantizeError where it is another commit there than here.
    """
    if repository.branch is None:
        raise TenantizeError(phrase("HEAD is on no branch: switch to the one that the pull requests go into."))
    target = repository.upstream() or repository.branch
    if there.get(target) != repository.head:
        state = phrase("at {head}", head=there[target][:8]) if target in there else phrase("missing")
        raise TenantizeError(
            phrase(
                "{target} is {state} on {remote} and at {head} here: push or pull it first, so that "
                "the pull requests show what tenantize changes and nothing else.",
                target=target,
                state=state,
                remote=remote,
                head=repository.head[:8],
            )
        )
    return target
