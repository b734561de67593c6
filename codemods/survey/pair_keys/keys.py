"""Functions that join the ids of tenant and agent into a text, all of whose uses in view are as a key in memory."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.places import Definition
from codemods.survey.pair_keys.uses import Uses
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.keys import joins_of
from codemods.survey.sites import Site


def key_sites(program: TenantProgram) -> Iterator[Site]:
    """Where such a text may be a tuple as well: what is stored under it, sent or shown stays a finding."""
    uses = Uses(program)
    for identifier, joins in joins_of(program):
        if all(uses.is_key(join, identifier) for join in joins):
            yield Site("joined-key", program.file_of(identifier).path, Definition(identifier.qualname))
