"""`tenantize pulls`, from a plan to branches, patches, and pull requests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from codemods.deliver.pulls import branches as made
from codemods.deliver.pulls import publish
from codemods.deliver.pulls.branches import Branch, BranchStatus, Status
from codemods.deliver.pulls.convention import Convention, convention_of
from codemods.deliver.pulls.describe import Description, commit_message, pull_title
from codemods.deliver.pulls.grouping import Grouping, grouping_of
from codemods.deliver.pulls.overview import overview, status_lines
from codemods.deliver.pulls.patches import write_patches
from codemods.deliver.pulls.preflight import Destination, Options, Preflight
from codemods.deliver.pulls.repository import Repository
from codemods.deliver.pulls.split import changes_of, split
from codemods.deliver.pulls.verdicts import Row, audit_rows, rows_by_pull, worse
from codemods.deliver.pulls.wording import LANGUAGES, Wording
from codemods.knowledge.recipes import Recipe
from codemods.plan.make import Plan
from codemods.survey.survey import Survey
from codemods.terminal.progress import shown_on_terminal
from codemods.tree import Checkout


@dataclass(frozen=True, slots=True)
class Output:
    """Where the lines of results go, and messages."""

    show: Callable[[list[str]], None]
    say: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Planned:
    """HEAD's checkout, the rows of its audit, and the plan of it; `survey_again` reads it with changes made to it."""

    checkout: Checkout
    today: tuple[Row, ...]
    plan: Plan
    survey_again: Callable[[Checkout], Survey]


def make_pulls(
    repository: Repository,
    planned: Planned,
    recipes: Sequence[Recipe],
    options: Options,
    ready: Preflight,
    output: Output,
) -> None:
    """Make the pulls of a plan, in the forms that the options name.

    Raises TenantizeError where git, a remote or a server refuses; what was done by then stays, and is not done again.
    """
    grouping = grouping_of(planned.checkout, repository.contents, ready.groups)
    pulls = split(planned.plan.changes, recipes, grouping)
    root = repository.branch or repository.head[:12]
    if options.only_plan:
        output.show(overview(pulls, root))
        return
    words, convention = LANGUAGES[options.lang], convention_of(repository.subjects())
    with shown_on_terminal() as tell:
        built = made.build(repository, pulls, lambda pull, part: commit_message(pull, part, words, convention), tell)
    if options.only_status:
        statuses, _ = made.standing(repository, built, is_whole=options.is_whole)
        output.show(status_lines(statuses, pulls))
        return
    described = _described(planned, grouping, built, output)
    if options.patches is not None:
        texts = {branch.name: described[branch.name].text(words, _names(branch, {})) for branch in built}
        for name in write_patches(repository, built, texts, overview(pulls, root), words, options.patches):
            output.show([str(options.patches / name)])
        if ready.destination is None:
            return
    statuses = made.update(repository, built, is_whole=options.is_whole)
    ours = [branch for branch, status in zip(built, statuses, strict=False) if status.is_ours]
    for branch in ours:
        repository.describe_branch(branch.name, described[branch.name].text(words, _names(branch, {})))
    _show_statuses(statuses, "", output)
    if not built:
        output.say("Nothing to change.")
    if ready.destination is not None:
        _publish(repository, built, ours, described, words, convention, ready.destination, output)


def _publish(
    repository: Repository,
    built: Sequence[Branch],
    ours: Sequence[Branch],
    described: dict[str, Description],
    words: Wording,
    convention: Convention,
    destination: Destination,
    output: Output,
) -> None:
    """Push our branches, and, where that is asked for, open their pull requests."""
    remote, there, server = destination.remote, destination.there, destination.server
    current = set()
    for status in publish.push(repository, remote, ours, there):
        _show_statuses([status], f"{remote}/", output)
        current |= {status.branch} if status.is_ours else set()
    if server is None:
        return
    numbers: dict[str, str] = {}
    for branch in built:
        if branch.name in current:
            waits_for = branch.pull.waits_for
            base = made.PREFIX + waits_for[0] if len(waits_for) == 1 else destination.target
            body = described[branch.name].text(words, _names(branch, numbers))
            title = pull_title(branch.pull, words, convention)
            opened = server.publish(branch.name, base if base in there else destination.target, title, body)
            numbers[branch.pull.name] = f"#{opened.number}"
            output.show([f"#{opened.number} {opened.what}: {branch.name} {opened.url}"])
        elif number := server.number_of(branch.name):
            numbers[branch.pull.name] = f"#{number}"


def _described(planned: Planned, grouping: Grouping, built: Sequence[Branch], output: Output) -> dict[str, Description]:
    """The descriptions of the branches, by name; says so where the audit is worse with all of them than today."""
    if not built:
        return {}
    pulls = [branch.pull for branch in built]
    merged = planned.checkout.changed({change.path: change.after for change in changes_of(pulls)})
    after = audit_rows(planned.survey_again(merged))
    if rows := worse(planned.today, after):
        output.say(f"The audit is worse with all of them merged than today: {', '.join(row.id for row in rows)}.")
    rows_of = rows_by_pull(pulls, planned.today, after, grouping)
    return {
        branch.name: Description(
            branch.pull,
            rows_of[branch.pull.name],
            tuple(finding for finding in planned.plan.findings if grouping.of(finding.path) == branch.pull.name),
            branch.name,
            tuple(made.PREFIX + pull.name for pull in pulls if branch.pull.name in pull.waits_for),
        )
        for branch in built
    }


def _names(branch: Branch, numbers: dict[str, str]) -> list[str]:
    """What a branch waits for: the numbers of pull requests where they are known, else the branches."""
    names = [(name, f"`{made.PREFIX}{name}`") for name in branch.pull.waits_for]
    return [f"{numbers[name]} ({shown})" if name in numbers else shown for name, shown in names]


def _show_statuses(statuses: Sequence[BranchStatus], place: str, output: Output) -> None:
    for status in statuses:
        detail = f" ({status.detail})" if status.detail else ""
        line = f"{place}{status.branch}: {status.status.value}{detail}"
        if status.is_ours or status.status is Status.MERGED:
            output.show([line])
        else:
            output.say(line)
