"""Where the name of a folder or file that becomes each tenant's own gets its value."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.analysis.symbols import MODULE_BODY
from codemods.places import Role, State
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.own_paths import moving_paths
from codemods.survey.sites import Site


def folder_sites(program: TenantProgram) -> Iterator[Site]:
    for holder in moving_paths(program):
        yield Site("shared-folder", program.files[holder.at.module].path, State(MODULE_BODY, holder.name, Role.FIRST))
