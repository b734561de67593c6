"""`tenantize report`."""

from __future__ import annotations

from pathlib import Path

import click

from codemods.cli import work
from codemods.cli.exits import DONE
from codemods.cli.options import STATE, Selection
from codemods.cli.trees import TREE, Tree
from codemods.messages import phrase
from codemods.terminal import text


@click.command()
@TREE
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("report.html"),
    show_default=True,
    metavar="FILE",
    help="The file to write.",
)
@click.option("--link", metavar="URL", help="Where a line can be looked at: an address with {path} and {line} in it.")
@click.option(
    "--proof",
    "proven",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="What 'tenantize prove --format json' wrote, to be shown beside the verdicts.",
)
@STATE
def report(tree: Tree, output: Path, link: str | None, proven: Path | None, state: Path | None) -> int:
    """Write one HTML file to look at: what is judged today and migrated, the changes, and what is left.

    It needs no network and no server. Lines link to GitHub, GitLab or Gitee where the checkout comes from there,
    else to the files.

    \b
    Examples:
      tenantize report ../MaiMBot
      tenantize report ../MaiMBot -o report.html --link 'vscode://file/home/me/MaiMBot/{path}:{line}'
      tenantize report ../MaiMBot --proof proof.json
    """
    from codemods.cli.page import html_of
    from codemods.deliver.page.fill import Migration
    from codemods.deliver.page.link import link_of
    from codemods.deliver.reports.proof_file import read_proof
    from codemods.tree import require_no_link

    proof = read_proof(proven) if proven else None
    work.begin_rewriting()
    checkout, survey = work.read(tree, state)
    require_no_link(checkout.root, output)
    address = link_of(checkout, output, link)
    migration = None
    if survey.profile.is_migratable:
        plan = work.plan(checkout, survey, Selection(), stages=True)
        after = checkout.changed({change.path: change.after for change in plan.changes})
        migration = Migration(plan.changes, after, work.survey(after, state, survey.known()))
    data = html_of(checkout, survey, migration, address, proof)
    output.write_bytes(data)
    text.report([phrase("Wrote {file} ({size} kB).", file=output, size=round(len(data) / 1000))])
    return work.status_of(tree, survey, DONE)
