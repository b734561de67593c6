"""What the tenant context itself stands on imports nothing that reads it."""

from __future__ import annotations

from codemods.survey.shared_state.imports import below_context
from tests.survey.judging import program_of

CONTEXT = "src/common/message/tenant_context.py"


def test_what_only_a_type_checker_reads_is_not_imported() -> None:
    text = """
    from typing import TYPE_CHECKING

    from src.common.low import one

    if TYPE_CHECKING:
        from src.common.high import two
    """
    files = {CONTEXT: text, "src/common/low.py": "from src.common import lower\n", "src/common/high.py": ""}
    below = below_context(program_of(files | {"src/common/lower.py": "", "src/common/beside.py": ""}))
    assert {"src.common.low", "src.common.lower"} <= below
    assert below.isdisjoint({"src.common.high", "src.common.beside"})


def test_a_package_on_the_way_is_imported_as_well() -> None:
    files = {"src/common/message/__init__.py": "from .first import one\n", "src/common/message/first.py": "one = 1\n"}
    assert "src.common.message.first" in below_context(program_of(files))
