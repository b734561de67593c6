"""AddDefinitions: only what is missing, with the imports that it uses."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from codemods.commands.add_definitions import AddDefinitions
from codemods.places import Definition

SUPPORT = '''
import os
import sys
from typing import Optional


class Missing(RuntimeError):
    """没有"""


def needed() -> Optional[str]:
    return sys.platform


def unused() -> str:
    return os.name
'''


@pytest.fixture
def source(tmp_path: Path) -> str:
    path = tmp_path / "support.py"
    path.write_text(SUPPORT, encoding="utf-8")
    return str(path)


def added(code: str, source: str, *names: str, after: str = "") -> str:
    command = AddDefinitions(CodemodContext(), list(map(Definition, names)), source=source, after=after)
    return command.transform_module(cst.parse_module(code)).code


def test_what_is_defined_stays(source: str) -> None:
    code = "import sys\n\nneeded = sys.platform\n"
    assert added(code, source, "needed") == code


def test_behind_the_named_definition(source: str) -> None:
    code = "import sys\nfrom typing import Optional\n\n\ndef first(): pass\n\n\ndef last(): pass\n"
    result = added(code, source, "needed", after="first")
    assert result == code.replace(
        "\n\n\ndef last", "\n\n\ndef needed() -> Optional[str]:\n    return sys.platform\n\n\ndef last"
    )


def test_to_the_end_with_the_imports_it_uses_and_no_others(source: str) -> None:
    result = added("import re\n\nPATTERN = re.compile('')\n", source, "Missing", "needed", after="nowhere")
    assert result.startswith("import re\nimport sys\nfrom typing import Optional\n\nPATTERN")
    assert result.index("class Missing") < result.index("def needed")
    assert "import os" not in result


def test_newlines_are_the_modules(source: str) -> None:
    code = b"import sys\r\nfrom typing import Optional\r\n"
    command = AddDefinitions(CodemodContext(), [Definition("needed")], source=source)
    data = command.transform_module(cst.parse_module(code)).bytes
    assert data.count(b"\n") == data.count(b"\r\n") > code.count(b"\r\n")
