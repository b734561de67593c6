"""`tenantize prove`."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codemods.cli import work
from codemods.cli.exits import DONE, FOUND
from codemods.cli.options import Selection, selecting
from codemods.cli.trees import TREE, Tree
from codemods.errors import TenantizeError
from codemods.messages import phrase

if TYPE_CHECKING:
    from codemods.prove.proof import Proof
    from codemods.prove.run import Run
    from codemods.tree import Checkout


def _groups(_context: click.Context, _option: click.Parameter, only: tuple[str, ...]) -> tuple[str, ...]:
    from codemods.prove.run import chosen

    return chosen(only)


@click.command()
@TREE
@click.option(
    "--python",
    required=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="The interpreter that has the tree's requirements.",
)
@click.option("--only", "groups", multiple=True, metavar="GROUP", callback=_groups, help="Only ways of this group.")
@click.option("--keep", type=click.Path(path_type=Path), metavar="DIR", help="Keep both copies, and all they wrote.")
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text", help="How to print it.")
@selecting
def prove(tree: Tree, python: Path, groups: tuple[str, ...], keep: Path | None, form: str, selection: Selection) -> int:
    """Run copies of a tree with two tenants, before and after the migration, and print what crossed.

    This runs code of the tree, which nothing else here does: in PATH, on copies in a folder of its own, with no network
    but this machine's and with limits on time and memory. The checkout is not touched, and nothing is left behind.
    Exit status 1 says that something crosses after the migration, that owners no longer have what they have today, or
    that the audit is wrong.

    \b
    Groups: gateway, minutes, apis, chats, webui, sockets, components, tasks, state, restart.

    \b
    Examples:
      tenantize prove ../MaiMBot --python ../MaiMBot/.venv/bin/python
      tenantize prove ../MaiMBot --python python3 --only gateway --only apis
      tenantize prove ../MaiMBot --python python3 --keep ../proof --format json > proof.json
      tenantize prove ../MaiMBot --python python3 --format html > proof.html
    """
    from codemods.prove import run as proving
    from codemods.prove.process import scratch
    from codemods.tree import require_no_link

    checkout, survey = work.read_to_edit(tree, selection)
    if checkout.plugin is not None:
        raise TenantizeError(
            phrase("{root} is a plugin on its own: name a MaiMBot checkout that has it installed.", root=checkout.root)
        )
    if keep is not None:
        require_no_link(checkout.root, keep / checkout.root.name)
    plan = work.plan(checkout, survey, selection, stages=form == "html")
    migrated = checkout.changed({change.path: change.after for change in plan.changes})
    run = proving.Run(checkout, survey, plan, work.survey(migrated, selection.state, survey.known()), python, groups)
    tree.say(
        phrase(
            "Running two copies of {name} with {python}; the checkout is not touched.",
            name=checkout.root.name,
            python=python,
        )
    )
    with _interruptible(), scratch(keep) as folder:
        proof = proving.prove(run, folder)
    _show(proof, form, run, migrated)
    return FOUND if proof.crossed or proof.lost or proof.faults else DONE


def _show(proof: Proof, form: str, run: Run, migrated: Checkout) -> None:
    from codemods.deliver.reports.audit import as_json
    from codemods.deliver.reports.proof import proof_lines
    from codemods.deliver.reports.proof_file import proof_document
    from codemods.terminal import text

    if form == "json":
        text.show(as_json(proof_document(proof), ascii_only=not text.shows_everything()).splitlines())
    elif form == "html":
        text.hand_on(_page(proof, run, migrated))
    else:
        text.show(proof_lines(proof))


def _page(proof: Proof, run: Run, migrated: Checkout) -> bytes:
    """The report, with the proof in it; its lines link to files from where the command stands."""
    from codemods.cli.page import html_of
    from codemods.deliver.page.fill import Migration
    from codemods.deliver.page.link import link_of

    migration = Migration(run.plan.changes, migrated, run.migrated)
    return html_of(run.checkout, run.survey, migration, link_of(run.checkout, Path("proof.html"), None), proof)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Whatever asks this process to end has it end what it started first."""

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
