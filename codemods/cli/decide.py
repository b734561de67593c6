"""`tenantize decide`."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import click

from codemods.cli import work
from codemods.cli.exits import DONE
from codemods.cli.options import STATE
from codemods.cli.trees import TREE, Tree
from codemods.messages import counted, phrase, told
from codemods.terminal import text


@click.command()
@TREE
@STATE
def decide(tree: Tree, state: Path | None) -> int:
    """Go through what is open, and keep what you decide, with your reason, in the tree's tenantize.toml.

    Keys: p the process's, s shared, t a tenant's, a accepted as it is, k skips, q ends. What you have decided is
    written at the end, or at q; Ctrl-C writes nothing. Without a terminal it prints blocks to paste.

    \b
    Examples:
      tenantize decide ../MaiMBot
      tenantize decide ../MaiMBot >> ../MaiMBot/tenantize.toml     then say `is` and `why` of each
    """
    from codemods.deliver.decide import blocks, session
    from codemods.knowledge.decisions import FILE

    checkout, survey = work.read(tree, state)
    questions = session.questions(survey)
    if not text.is_terminal():
        text.show(blocks.blocks([question.item for question in questions]))
        return work.status_of(tree, survey, DONE)
    unnamed = [question.item for question in questions if not blocks.can_be_named(question.item)]
    for item in unnamed:
        tree.say(f"{item.path}:{item.line}: {told(blocks.NO_NAME)}")
    elsewhere = {decision.at: decision for decision in survey.decisions.of_project}
    for decision in (elsewhere[question.item.at] for question in questions if question.item.at in elsewhere):
        tree.say(
            phrase(
                "{file}:{line}: {at} has been decided here: change it here.",
                file=decision.file,
                line=decision.line,
                at=decision.at,
            )
        )
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    answered = session.ask(
        [question for question in questions if question.item.at not in elsewhere and question.item not in unnamed]
    )
    if answered:
        blocks.write(checkout.root, answered)
    count = len(answered)
    done = (
        counted(count, "{count} decision in {file}", "{count} decisions in {file}", file=FILE)
        if count
        else phrase("no decision")
    )
    text.report(["", phrase("Wrote {done}; {left} left open.", done=done, left=len(questions) - count)])
    return work.status_of(tree, survey, DONE)
