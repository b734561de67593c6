"""`tenantize explain`."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from codemods.cli import work
from codemods.cli.exits import DONE
from codemods.cli.options import STATE
from codemods.cli.trees import TREE, Tree
from codemods.errors import TenantizeError, suggestion
from codemods.messages import phrase
from codemods.terminal import text


def _topics(_context: click.Context, _option: click.Parameter, begun: str) -> list[CompletionItem]:
    from codemods.knowledge.explanations import topics

    return [CompletionItem(name) for name in topics() if name.startswith(begun)]


if TYPE_CHECKING:
    from codemods.survey.verdicts import Finding, Judged


@click.command()
@click.argument("what", required=False, metavar="[KIND|RECIPE|ID]", shell_complete=_topics)
@TREE
@STATE
def explain(what: str | None, tree: Tree, state: Path | None) -> int:
    """Say what a kind of finding or a recipe means: how it does harm, how to mend it, when to accept it.

    An ID is what the audit prints in brackets: it is looked for in TREE, with the way to it line by line. Without
    anything, all that can be explained is listed.

    \b
    Examples:
      tenantize explain
      tenantize explain webui-handler
      tenantize explain chat-manager-guard
      tenantize explain 'src/webui/chat_routes.py:get_persons#webui-handler' ../MaiMBot
    """
    from codemods.deliver.reports.explanation import topic_lines, topic_list
    from codemods.knowledge.explanations import topics_of

    if what is None:
        text.show(topic_list())
        return DONE
    found = topics_of(what)
    lines = [*_of_tree(what, tree, state), ""] if "#" in what else []
    for topic in found:
        lines += [*topic_lines(topic), ""]
    text.show(lines[:-1])
    return DONE


def _of_tree(what: str, tree: Tree, state: Path | None) -> Iterator[str]:
    """What the audit says of an item that it names so."""
    from codemods.deliver.reports.item import item_lines

    checkout, survey = work.read(tree, state)
    audited: list[Judged | Finding] = [*survey.entry_points(), *survey.api_functions, *survey.findings()]
    items = {item.at: item for item in audited}
    if what not in items:
        is_near = bool(get_close_matches(what, items, 1))
        close = suggestion(what, items) if is_near else phrase("'tenantize audit' lists all.")
        raise TenantizeError(
            phrase("The audit finds no {what!r} in {tree}: {close}", what=what, tree=tree.path, close=close)
        )
    yield from item_lines(items[what], checkout)
