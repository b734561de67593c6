"""What the tenant context itself stands on imports nothing that reads it."""

from __future__ import annotations

from codemods.survey.shared_state.imports import below_context
from tests.conftest import SAMPLE
from tests.survey.judging import program_of

MAP = "src/common/structure/context_aware_map.py"
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


def test_what_only_a_map_imports_that_the_recipes_replaces_is_not_below() -> None:
    imported = (SAMPLE / MAP).read_text(encoding="utf-8") + "\nfrom src.common.beside import one\n"
    more = imported.replace("    def __len__", "    def more(self): ...\n\n    def __len__")
    for text, is_below in ((imported, False), (more, True)):
        below = below_context(program_of({MAP: text, "src/common/beside.py": "one = 1\n"}))
        assert ("src.common.beside" in below) == is_below
