"""Recipes out of files: what a recipe cannot say is refused in a sentence, and circles are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from codemods.errors import TenantizeError
from codemods.knowledge.recipes import all_recipes, brought_by, chosen_recipes, read_recipes, recipe_for

AT = '[[codemod]]\ncommand = "c.C"\n'
HEAD = 'title = "x"\ntitle_zh = "x"\nwhy = ["1"]\n'


def write(folder: Path, **texts: str) -> Path:
    (folder / "support").mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(TenantizeError) as error:
        read_recipes(folder)
    assert "\n" not in str(error.value)
    return str(error.value).removeprefix(f"{folder}/")


def test_a_recipe_runs_behind_those_that_it_requires_or_comes_after(tmp_path: Path) -> None:
    write(tmp_path, a=HEAD + 'after = ["c"]', b=HEAD + 'requires = ["a"]', c=HEAD, d=HEAD)
    assert [recipe.name for recipe in read_recipes(tmp_path)] == ["c", "a", "b", "d"]


def test_recipes_that_wait_for_each_other_are_named(tmp_path: Path) -> None:
    write(tmp_path, a=HEAD + 'after = ["b"]', b=HEAD + 'requires = ["c"]', c=HEAD + 'requires = ["a"]')
    said = refusal(tmp_path)
    assert any(f"({circle})" in said for circle in ("a -> b -> c -> a", "b -> c -> a -> b", "c -> a -> b -> c"))
    write(tmp_path, a=HEAD + 'after = ["a"]', b=HEAD, c=HEAD)
    assert "(a -> a)" in refusal(tmp_path)


WRONG = {
    "a key that is misspelt": ('require = ["b"]', "a.toml: unknown key `require`: did you mean `requires`?"),
    "a recipe that there is not": ('requires = ["bb"]', "a.toml: `requires` names no recipe `bb`: did you mean `b`?"),
    "one that it should come after": ('after = ["zzzz"]', "a.toml: `after` names no recipe `zzzz`: known: a, b."),
    "neither a kind nor a place": ('[[codemod]]\ncommand = "c.C"', "a.toml: `codemod[1]` needs one of `on` and `at`"),
    "both": (f'{AT}on = "x"\nunless = "z"\nat = {{ file = "x.py", name = "y" }}', "needs one of `on` and `at`"),
    "a place that is done when": (f'{AT}at = {{ file = "x.py", name = "y" }}', "`at` and `unless` go together"),
    "a place that is none": (f'{AT}at = "x.py:y"', "a.toml: `codemod[1].at` is a text: write a table."),
    "a place without a name": (f'{AT}at = {{ file = "x.py" }}', "a.toml: `codemod[1].at` has no key `name`: add it."),
    "a place with something else": (
        f'{AT}at = {{ file = "x.py", nam = "y" }}',
        "a.toml: unknown key `nam` in `codemod[1].at`: did you mean `name`?",
    ),
    "a place whose name is none": (f'{AT}at = {{ file = "x.py", name = 1 }}', "`codemod[1].at.name` is a whole number"),
    "a place in no file": (
        f'{AT}at = {{ file = "x", name = "y" }}',
        'a.toml: `codemod[1].at.file` is "x": write the path of a Python file, from the root.',
    ),
    "a support file that there is not": (
        '[[support]]\nsource = "s.py"\ntarget = "t.py"\ndefines = ["x"]',
        'a.toml: `support[1].source` is "s.py": name a file of',
    ),
    "a support file out of the folder": (
        '[[support]]\nsource = "../a.toml"\ntarget = "t.py"\ndefines = ["x"]',
        'a.toml: `support[1].source` is "../a.toml": name a file of',
    ),
    "its own name": ('name = "a"', "a.toml: unknown key `name`"),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_what_a_recipe_cannot_say(mistake: str, tmp_path: Path) -> None:
    text, sentence = WRONG[mistake]
    assert sentence in refusal(write(tmp_path, a=HEAD + text, b=HEAD))


@pytest.mark.parametrize("target", ["src/t", "src/../../t.py", "/t.py", "./src/t.py", "src\\\\t.py", "C:/t.py"])
def test_a_tree_gets_files_below_its_root_only(target: str, tmp_path: Path) -> None:
    (tmp_path / "support").mkdir()
    (tmp_path / "support" / "s.py").write_text("x = 1\n", encoding="utf-8")
    support = '[[support]]\nsource = "s.py"\ndefines = ["x"]\ntarget = '
    assert refusal(write(tmp_path, a=HEAD + support + f'"{target}"')).endswith(
        "write the path of a Python file, from the root."
    )
    write(tmp_path, a=HEAD + support + '"src/a.b/t.py"')
    assert [item.name for item in read_recipes(tmp_path)] == ["a"]


def test_what_a_support_file_brings_is_python(tmp_path: Path) -> None:
    (tmp_path / "support").mkdir()
    source = tmp_path / "support" / "s.py"
    text = HEAD + '[[support]]\nsource = "s.py"\ndefines = ["x"]\ntarget = "t.py"'
    source.write_text("x = 1\n", encoding="utf-8")
    ((support,),) = (recipe.supports for recipe in read_recipes(write(tmp_path, a=text)))
    assert brought_by(support) == b"x = 1\n"
    for wrong in (b"x = 1\ndef f(:\n", b"x = 1\n\0"):
        source.write_bytes(wrong)
        with pytest.raises(TenantizeError, match=r"s\.py, line \d: no Python: mend it, then run again\.$"):
            brought_by(support)


def test_a_recipe_without_a_title(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, a='title_zh = "x"\nwhy = ["1"]')) == "a.toml: there is no key `title`: add it."


def test_recipes_are_chosen_in_their_order() -> None:
    assert [item.name for item in chosen_recipes(["on-tenant-load", "tenant-foundation"])] == [
        "tenant-foundation",
        "on-tenant-load",
    ]
    assert chosen_recipes([]) == all_recipes()
    with pytest.raises(TenantizeError, match="There is no recipe 'x': known: background-context"):
        chosen_recipes(["x"])


def test_who_mends_a_kind() -> None:
    assert recipe_for("gateway") == "background-context"
    assert recipe_for("nothing") is None
