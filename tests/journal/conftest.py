"""A tree to write to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journal.trees import (
    grown,
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return grown(tmp_path / "tree")
