"""`tenantize pulls`, from a plan to branches, patches, and pull requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codemods.deliver.pulls import branches as made
from codemods.deliver.pulls import publish
from codemods.deliver.pulls.branches import Became, Branch, Fate
from codemods.deliver.pulls.describe import (
    LANGUAGES,
    Description,
    Row,
    Wording,
    audit_rows,
    commit_message,
    pull_title,
    worse,
)
from codemods.deliver.pulls.grouping import Grouping, grouping_of, require_files, users_groups
from codemods.deliver.pulls.overview import overview
from codemods.deliver.pulls.patches import write_patches
from codemods.deliver.pulls.repository import Repository
from codemods.deliver.pulls.split import Pull, changes_of, closures, split
from codemods.errors import TenantizeError
from codemods.knowledge.recipes import Recipe
from codemods.plan.make import Plan
from codemods.survey.survey import Survey
from codemods.tree import Checkout

if TYPE_CHECKING:
    from codemods.deliver.pulls.server import Server


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asks for: how to group and word the pulls, and where they go."""

    groups: tuple[str, ...] = ()
    lang: str = "en"
    only_plan: bool = False
    patches: Path | None = None
    push: str | None = None
    open: bool = False
    api: str | None = None
    # Whether the plan is of all recipes and files.
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Output:
    """Where the lines of results go, and messages."""

    show: Callable[[list[str]], None]
    say: Callable[[str], None]


def make_pulls(
    repository: Repository,
    checkout: Checkout,
    plan: Plan,
    recipes: Sequence[Recipe],
    survey: Callable[[Checkout], Survey],
    options: Options,
    output: Output,
) -> None:
    """Make the pulls of a plan of HEAD's checkout, in the forms that the options name.

    Raises TenantizeError where git, a remote or a server refuses; what was done by then stays, and is not done again.
    """
    groups = users_groups(checkout.root, options.groups)
    require_files(groups, repository.contents)
    grouping = grouping_of(checkout, repository.contents, groups)
    pulls = split(plan.changes, recipes, grouping)
    root = repository.branch or repository.head[:12]
    if options.only_plan:
        output.show(overview(pulls, root))
        return
    words = LANGUAGES[options.lang]
    built = made.build(repository, pulls, lambda pull, part: commit_message(pull, part, words))
    described = _described(checkout, plan, grouping, built, survey, root)
    for branch in built:
        if rows := worse(described[branch.name].before, described[branch.name].after):
            output.say(f"{branch.name}: the audit is worse behind it than before: {', '.join(row.id for row in rows)}.")
    if options.patches is not None:
        texts = {branch.name: described[branch.name].text(words, _names(branch, {})) for branch in built}
        for name in write_patches(repository, built, texts, overview(pulls, root), words, options.patches):
            output.show([str(options.patches / name)])
        if not (options.push or options.open):
            return
    fates = made.update(repository, built, is_whole=options.is_whole)
    ours = [branch for branch, fate in zip(built, fates, strict=False) if fate.is_ours]
    for branch in ours:
        repository.describe_branch(branch.name, described[branch.name].text(words, _names(branch, {})))
    _tell(fates, "", output)
    if not built:
        output.say("Nothing to change.")
    if options.push or options.open:
        _publish(repository, built, ours, described, words, options, output)


def _publish(
    repository: Repository,
    built: Sequence[Branch],
    ours: Sequence[Branch],
    described: dict[str, Description],
    words: Wording,
    options: Options,
    output: Output,
) -> None:
    """Push our branches, and, where that is asked for, open their pull requests."""
    remote = publish.chosen_remote(repository, options.push)
    there = repository.remote_branches(remote)
    target, server = "", None
    if options.open:
        target = _target(repository, remote, there)
        server = _server(repository.remote_url(remote), options.api)
    current = set()
    for fate in publish.push(repository, remote, ours, there):
        _tell([fate], f"{remote}/", output)
        current |= {fate.branch} if fate.is_ours else set()
    if server is None:
        return
    numbers: dict[str, str] = {}
    for branch in built:
        if branch.name in current:
            waits_for = branch.pull.waits_for
            base = made.PREFIX + waits_for[0] if len(waits_for) == 1 else target
            body = described[branch.name].text(words, _names(branch, numbers))
            title = pull_title(branch.pull, words)
            opened = server.publish(branch.name, base if base in there else target, title, body)
            numbers[branch.pull.name] = f"#{opened.number}"
            output.show([f"#{opened.number} {opened.what}: {branch.name} {opened.url}"])
        elif number := server.number_of(branch.name):
            numbers[branch.pull.name] = f"#{number}"


def _server(url: str, api: str | None) -> Server:
    from codemods.deliver.pulls import server as servers

    api = servers.api_of(url, api)
    return servers.Server(api, servers.repository_of(url), servers.token_of_environment())


def _target(repository: Repository, remote: str, there: Mapping[str, str]) -> str:
    """The branch that the pull requests go into: the one that is checked out, as its remote calls it.

    Raises TenantizeError where it is another commit there than here.
    """
    if repository.branch is None:
        raise TenantizeError("HEAD is on no branch: switch to the one that the pull requests go into.")
    target = repository.upstream() or repository.branch
    if there.get(target) != repository.head:
        state = f"at {there[target][:8]}" if target in there else "missing"
        raise TenantizeError(
            f"{target} is {state} on {remote} and at {repository.head[:8]} here: push or pull it first, so that the "
            "pull requests show what tenantize changes and nothing else."
        )
    return target


def _described(
    checkout: Checkout,
    plan: Plan,
    grouping: Grouping,
    built: Sequence[Branch],
    survey: Callable[[Checkout], Survey],
    root: str,
) -> dict[str, Description]:
    """The descriptions of the branches, by name: each with the audit of what it stands on, and of what it makes."""
    pulls = [branch.pull for branch in built]
    below = closures(pulls)
    rows: dict[frozenset[str], tuple[Row, ...]] = {}

    def audited(states: Sequence[Pull]) -> tuple[Row, ...]:
        key = frozenset(pull.name for pull in states)
        if key not in rows:
            changed = checkout.changed({change.path: change.after for change in changes_of(states)})
            rows[key] = audit_rows(survey(changed))
        return rows[key]

    return {
        branch.name: Description(
            branch.pull,
            audited(below[branch.pull.name]),
            audited([pull for pull in pulls if pull in below[branch.pull.name] or pull is branch.pull]),
            audited(pulls),
            tuple(finding for finding in plan.findings if grouping.of(finding.path) == branch.pull.name),
            branch.name,
            made.PREFIX + branch.pull.waits_for[0] if len(branch.pull.waits_for) == 1 else root,
        )
        for branch in built
    }


def _names(branch: Branch, numbers: dict[str, str]) -> list[str]:
    """What a branch waits for: the numbers of pull requests where they are known, else the branches."""
    names = [(name, f"`{made.PREFIX}{name}`") for name in branch.pull.waits_for]
    return [f"{numbers[name]} ({shown})" if name in numbers else shown for name, shown in names]


def _tell(fates: Sequence[Fate], place: str, output: Output) -> None:
    for fate in fates:
        detail = f" ({fate.detail})" if fate.detail else ""
        line = f"{place}{fate.branch}: {fate.became.value}{detail}"
        if fate.is_ours or fate.became is Became.MERGED:
            output.show([line])
        else:
            output.say(line)
