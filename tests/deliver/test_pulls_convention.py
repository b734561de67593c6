"""Subjects read like the repository's own, and fit where they are shown."""

from __future__ import annotations

import pytest

from codemods.deliver.pulls.convention import convention_of
from codemods.deliver.pulls.wording import CHINESE, ENGLISH

RECIPE = ["webui-admin-context"]


@pytest.mark.parametrize(
    ("subjects", "made"),
    [
        ([], "webui: keep tenants apart (webui-admin-context)"),
        (["Mend the login", "feat: x"], "webui: keep tenants apart (webui-admin-context)"),
        (["feat: x", "fix: y", "More"], "feat: webui keep tenants apart (webui-admin-context)"),
        (["feat(api): x", "fix(ui): y"], "feat(webui): keep tenants apart (webui-admin-context)"),
        (["feat：加入记忆", "fix：修复"], "feat：webui keep tenants apart (webui-admin-context)"),
        (["[chat] x", "[ui] y"], "[webui] keep tenants apart (webui-admin-context)"),
    ],
)
def test_the_convention_is_what_most_subjects_do(subjects: list[str], made: str) -> None:
    assert convention_of(subjects).subject("webui", ENGLISH.subject, RECIPE) == made


@pytest.mark.parametrize("words", [ENGLISH, CHINESE])
@pytest.mark.parametrize("name", ["webui", "plugin-with-a-very-long-name-that-somebody-thought-of", "x" * 90])
@pytest.mark.parametrize("count", [1, 2, 6])
def test_no_subject_is_longer_than_72(words: object, name: str, count: int) -> None:
    assert hasattr(words, "subject")
    recipes = ["plugin-api-scope", "chat-manager-guard", "on-tenant-load", "a", "b", "c"][:count]
    subject = convention_of(["feat(a): b"]).subject(name, words.subject, recipes)
    assert len(subject) <= 72


def test_many_recipes_are_counted() -> None:
    recipes = ["background-context", "chat-manager-guard", "plugin-api-scope"]
    assert convention_of([]).subject("chat", ENGLISH.subject, recipes) == (
        "chat: keep tenants apart (background-context +2)"
    )
