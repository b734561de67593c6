"""What a checkout and its user say for themselves: `[tool.tenantize]` of its pyproject.toml, and `--state FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct, field

from codemods.errors import TenantizeError
from codemods.knowledge.decisions import Decision, DecisionEntry, read_decisions
from codemods.knowledge.schema import Checked, checked, read_toml
from codemods.knowledge.state import (
    HolderEntry,
    TenantState,
    definition,
    holders_of,
    load_state,
    read_holders,
    with_holders,
)
from codemods.messages import phrase
from codemods.tree import Checkout

Globs = Annotated[
    tuple[Annotated[str, Meta(min_length=1)], ...],
    Meta(min_length=1, description="globs, such as ['src/memory/*']"),
]


class PullSettings(Checked, frozen=True):
    """`[tool.tenantize.pulls]`: how `tenantize pulls` groups files."""

    groups: dict[str, Globs] = field(default_factory=dict)
    """The globs of the files of each module of your own, by its name."""


class Settings(Checked, frozen=True):
    """`[tool.tenantize]` of a checkout's pyproject.toml."""

    holder: tuple[HolderEntry, ...] = ()
    """One a `[[tool.tenantize.holder]]`: holders of tenant state that the tree has besides those of recipes/state."""
    pulls: PullSettings = PullSettings()
    """How `tenantize pulls` groups files."""
    decision: tuple[DecisionEntry, ...] = ()
    """One a `[[tool.tenantize.decision]]`: what a person has decided, as in a tenantize.toml."""


class _Tool(Struct, frozen=True):
    tenantize: Settings = Settings()


class _Project(Struct, frozen=True):
    """A pyproject.toml, of which the rest is other tools'."""

    tool: _Tool = _Tool()


def read_settings(root: Path) -> Settings:
    """The settings of a checkout. Raises TenantizeError for what its pyproject.toml may not say."""
    file = root / "pyproject.toml"
    return checked(read_toml(file), _Project, file, definition).tool.tenantize if file.is_file() else Settings()


def decisions_of(checkout: Checkout) -> tuple[Decision, ...]:
    """What a person has decided of a checkout. Raises TenantizeError for what may not be said so."""
    return read_decisions(checkout.root, read_settings(checkout.root).decision)


def state_of(checkout: Checkout, more: Path | None = None) -> TenantState:
    """The tenant state of a checkout, with the holders that its pyproject.toml adds, then those of `more`.

    Raises TenantizeError for a file that cannot be read, or that names no holder.
    """
    state, file = load_state(), checkout.root / "pyproject.toml"
    if holders := read_settings(checkout.root).holder:
        if checkout.plugin is not None:
            raise TenantizeError(
                phrase(
                    "{file}: `tool.tenantize.holder` is for MaiMBot trees, and this is a plugin: take it out.",
                    file=file,
                )
            )
        state = with_holders(state, holders_of(holders, str(file)))
    return with_holders(state, read_holders(more)) if more is not None else state
