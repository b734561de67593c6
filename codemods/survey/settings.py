"""What a run knows of a tree's tenant state: recipes/state.toml, and what the tree and the user add to it."""

from __future__ import annotations

from pathlib import Path

from codemods.errors import TenantizeError
from codemods.knowledge.recipes import recipes_folder
from codemods.knowledge.state import STATE_FILE, TenantState, added_holders, load_state, with_holders
from codemods.survey.partitions import is_in_tree
from codemods.survey.survey import Survey
from codemods.tree import Checkout


def state_of(checkout: Checkout, more: Path | None = None) -> TenantState:
    """The tenant state of a checkout, with the holders that its pyproject.toml adds, then those of `more`.

    Raises TenantizeError for a file that cannot be read, or that names no holder.
    """
    state = load_state(recipes_folder() / STATE_FILE)
    project = checkout.root / "pyproject.toml"
    if checkout.plugin is None and project.is_file():
        state = with_holders(state, added_holders(project, "tool", "tenantize"))
    return with_holders(state, added_holders(more)) if more is not None else state


def require_holders(survey: Survey) -> None:
    """Raises TenantizeError when a holder that was added names something that is not in the tree."""
    for holder in survey.program.state.holders.values():
        if holder.source and not is_in_tree(survey.program, holder):
            raise TenantizeError(
                f"{holder.source}: holder {holder.name!r} is at {holder.at}, which is not in this tree: "
                "name it as the tree defines it, module:name or module:Class.attribute."
            )
