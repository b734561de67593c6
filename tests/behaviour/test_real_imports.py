"""Each module of a real checkout that plugins and state stand on can still be the first of it that is imported.

Runs where running.py says.
"""

from __future__ import annotations

from pathlib import Path

from tests.behaviour.running import copied, only_real, real_tree, start_real

pytestmark = only_real


def test_no_module_fails_as_the_first_import_that_does_not_today(tmp_path: Path) -> None:
    after = errors(tmp_path / "after", migrated=True)
    assert len(after) >= 19
    failing = {name: error for name, error in after.items() if error}
    before = errors(tmp_path / "before", migrated=False) if failing else {}
    assert {name: error for name, error in failing.items() if not before[name]} == {}


def errors(folder: Path, *, migrated: bool) -> dict[str, str | None]:
    """What comes of importing each module first; it takes long."""
    tree = copied(folder, migrated=migrated, source=real_tree())
    found: dict[str, str | None] = start_real(tree, "real_imports").result()
    return found
