"""Whatever the audit can find is explained, in both languages, and so is every recipe."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

import codemods
from codemods.errors import TenantizeError
from codemods.knowledge.explanations import Kind, all_kinds, explained, kind_of, topics, topics_of
from codemods.knowledge.recipes import Recipe, all_recipes
from codemods.survey import area
from tests.tools.reference import README, with_reference

HOUSE = Path(codemods.__file__).parent


def words() -> set[str]:
    """The first words of what findings are about, wherever the code makes one."""
    found = set[str]()
    for path in HOUSE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
                found.update(
                    _first_words(node.args[3:4] + [word.value for word in node.keywords if word.arg == "what"])
                )
            if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["what"]:
                found.update(_first_words([node.value]) if "survey" in path.parts else ())
    return found


def _first_words(values: list[ast.expr]) -> list[str]:
    texts = [node.values[0] if isinstance(node, ast.JoinedStr) else node for node in values]
    said = [node.value for node in texts if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [text.split(" ")[0] for text in said if text]


@pytest.mark.parametrize("kind", area.all_kinds())
def test_every_kind_of_what_is_judged_is_explained(kind: str) -> None:
    assert kind_of(kind), f"write recipes/explained/kinds/{kind}.toml"


def test_the_words_of_findings_are_seen() -> None:
    assert {"shared-file", "unique", "joined-ids", "lacks", "idle", "command"} <= words()


@pytest.mark.parametrize("word", sorted(words()))
def test_every_finding_is_explained(word: str) -> None:
    assert kind_of(word), f"name {word} in `explains` of a file of recipes/explained/kinds"


@pytest.mark.parametrize("recipe", all_recipes(), ids=lambda recipe: recipe.name)
def test_every_recipe_is_explained(recipe: Recipe) -> None:
    assert explained(recipe), f"write recipes/explained/recipes/{recipe.name}.toml"


def test_no_kind_is_explained_twice() -> None:
    counts = Counter(name for kind in all_kinds() for name in kind.file.explains)
    assert [name for name, count in counts.items() if count > 1] == []


def test_chinese_is_chinese_and_english_is_not() -> None:
    for kind in all_kinds():
        for field in kind.file.en.__struct_fields__:
            zh, en = getattr(kind.file.zh, field), getattr(kind.file.en, field)
            assert any("\u4e00" <= letter <= "\u9fff" for letter in zh), (kind.name, field)
            assert zh != en


def test_the_code_before_is_another_than_after() -> None:
    assert all(kind.file.before != kind.file.after for kind in all_kinds())


def test_what_the_audit_names_is_explained_by_its_kind() -> None:
    (kind,) = topics_of("src/webui/chat_routes.py:get_persons#webui-handler (2)")
    assert isinstance(kind, Kind) and kind.name == "webui-handler"
    (found,) = topics_of("src/a.py:PersonInfo#unique person_id")
    assert isinstance(found, Kind) and found.name == "unique"


def test_a_name_that_is_nearly_right_is_answered_with_the_right_one() -> None:
    assert "webui-handler" in topics()
    with pytest.raises(TenantizeError, match="did you mean `webui-handler`"):
        topics_of("webui-handlr")


def test_the_reference_of_the_recipes_says_the_same() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_reference(text) == text, "make reference"
