"""codemods/README.md follows one edit from the state to the patch: what it quotes there is what happens."""

from __future__ import annotations

import re
from pathlib import Path

import codemods
from codemods.changes import Change
from codemods.knowledge.recipes import recipes_folder
from codemods.tree import open_checkout
from tests.conftest import SAMPLE, plan_of, survey_of

README = Path(codemods.__file__).parent / "README.md"
ROUTES = "src/webui/export_routes.py"


def quoted(language: str) -> list[str]:
    """The blocks of a language in the README, without the indent that they have in its list."""
    blocks = re.findall(
        rf"^   ```{language}\n(.*?)^   ```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    return [re.sub(r"^   ", "", block, flags=re.MULTILINE) for block in blocks]


def test_what_is_known_and_what_the_recipe_says() -> None:
    state, recipe = quoted("toml")
    assert state in (recipes_folder() / "state" / "models.toml").read_text(encoding="utf-8")
    assert recipe in (recipes_folder() / "webui-admin-context.toml").read_text(encoding="utf-8")


def test_what_the_audit_says() -> None:
    entries = survey_of(open_checkout(SAMPLE)).entry_points("webui-handler")
    (entry,) = [item for item in entries if item.id == f"{ROUTES}:export_persons"]
    shown = entry.reason.replace(f" {entry.qualname} → ", " → ")
    assert quoted("text") == [f"{entry.qualname} {entry.verdict} {shown}\n"]


def test_what_the_patch_shows() -> None:
    plan = plan_of(open_checkout(SAMPLE), "tenant-foundation", "webui-admin-context")
    changes: dict[str, Change] = {change.path: change for change in plan.changes}
    (patch,) = quoted("diff")
    before = "".join(line[1:] for line in patch.splitlines(keepends=True) if line[0] != "+")
    after = "".join(line[1:] for line in patch.splitlines(keepends=True) if line[0] != "-")
    change = changes[ROUTES]
    assert before in (change.before or b"").decode() and after in change.after.decode()
    assert before not in change.after.decode()
