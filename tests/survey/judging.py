"""What the survey says of a few files, beside what such files stand on."""

from __future__ import annotations

from collections.abc import Mapping

from codemods.survey.program import TenantProgram
from codemods.survey.verdicts import EntryPoint
from tests.conftest import SAMPLE, survey_of
from tests.forms import form_tree

_CONTEXT = "src/common/message/tenant_context.py"
# A tree that has the guard with which a function asks for its tenant first.
GUARDED = {
    _CONTEXT: (SAMPLE / _CONTEXT).read_text(encoding="utf-8")
    + """

def current_tenant_id():
    if get_current_tenant_id() is None:
        raise LookupError
    return get_current_tenant_id()
"""
}


def program_of(files: Mapping[str, str]) -> TenantProgram:
    return survey_of(form_tree(files)).program


def judged(files: Mapping[str, str], kind: str) -> dict[str, EntryPoint]:
    """The entry points of a kind that these files have, by name."""
    return {item.name: item for item in survey_of(form_tree(files)).entry_points(kind) if item.path in files}
