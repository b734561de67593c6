"""The page of a checkout, as the commands that write one make it."""

from __future__ import annotations

from codemods.deliver.page.fill import Migration
from codemods.deliver.page.render import report
from codemods.deliver.pulls.grouping import grouping_of
from codemods.deliver.pulls.split import split
from codemods.errors import TenantizeError
from codemods.knowledge.recipes import all_recipes
from codemods.messages import phrase
from codemods.prove.proof import Proof
from codemods.survey.survey import Survey
from codemods.tree import Checkout


def html_of(
    checkout: Checkout, survey: Survey, migration: Migration | None, link: str, proof: Proof | None = None
) -> bytes:
    """One HTML file. Raises TenantizeError for a proof that is of another tree."""
    if proof is not None and not any(way.path in checkout.by_path for way in proof.ways):
        raise TenantizeError(
            phrase(
                "That is a proof of {tree}, and nothing of it is in {root}: name one of this tree.",
                tree=proof.tree,
                root=checkout.root,
            )
        )
    pulls = split(migration.changes, all_recipes(), grouping_of(checkout, checkout.by_path, ())) if migration else ()
    return report(checkout, survey, migration, pulls, link, proof).encode("utf-8", "backslashreplace")
