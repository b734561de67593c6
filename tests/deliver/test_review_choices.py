"""What a review asks about as one, what it asks about apart, and what any choice of that leaves in the tree."""

from __future__ import annotations

import ast
import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest
from msgspec import structs

from codemods.changes import Change, Edit, Stage
from codemods.deliver.review.choices import Choice, Choices, choices_of
from codemods.deliver.review.settle import settled
from codemods.journal import runs
from codemods.knowledge.recipes import Recipe, all_recipes
from codemods.plan.make import Plan
from codemods.tree import Checkout, open_checkout
from tests.conftest import SAMPLE, commit_all, copy_of, plan_of

REAL = os.environ.get("MAIMBOT_TREE")
GAP = "".join(f"gap{number} = 0\n" for number in range(12))


def recipe(name: str, *requires: str) -> Recipe:
    return structs.replace(all_recipes()[0], name=name, requires=requires, supports=(), codemods=())


ONE, TWO = recipe("one"), recipe("two", "one")


def change(
    before: str | None,
    after: str,
    recipe: str = "one",
    *,
    is_prerequisite: bool = False,
    together: str = "",
    path: str = "src/a.py",
) -> Change:
    """A change by one recipe; a line `...` stands for code between hunks, so that they are apart."""
    old, new = (None if text is None else dedent(text).replace("...\n", GAP).encode() for text in (before, after))
    assert new is not None
    return Change(
        path, old, new, (Edit(recipe, ("x",)),), (Stage(recipe, new, is_prerequisite),), frozenset({together} - {""})
    )


def brought(choices: Choices, choice: Choice) -> list[str]:
    """The lines that a choice brings by itself."""
    lines = []
    for each in choices.changed([choice]):
        old = Counter((each.before or b"").splitlines())
        lines += [line.decode().strip() for line in each.after.splitlines() if line.strip() and not old[line]]
    return lines


def asked(*changes: Change, recipes: Iterable[Recipe] = (ONE, TWO)) -> list[list[str]]:
    """What is asked about: the lines that each choice brings by itself."""
    choices = choices_of(changes, list(recipes))
    return [brought(choices, choice) for choice in choices.order]


# What stays apart


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # Neither uses what the other brings.
        ("x = 1\n...\ny = 1\n", "x = 2\n...\ny = 2\n"),
        # Both use what has always been there.
        ("import re\n...\nx = 1\n...\ny = 1\n", "import re\n...\nx = re\n...\ny = re\n"),
        # A name of one function is nothing to another.
        (
            "def f(t):\n    return 1\n...\ndef g():\n    return 1\n",
            "def f(t):\n    n = t\n    return 1\n...\ndef g(n):\n    return n\n",
        ),
        # Nor is a member to a class of its own.
        (
            "class A:\n    x = 1\n...\nclass B:\n    y = 1\n",
            "class A:\n    x = 1\n    n = 1\n...\nclass B:\n    y = 1\n    m = self.n\n",
        ),
        # A decorator does not change how a function is called.
        ("def f():\n    pass\n...\ny = 1\n", "@g\ndef f():\n    pass\n...\ny = f()\n"),
    ],
)
def test_what_makes_sense_alone_is_asked_about_alone(before: str, after: str) -> None:
    assert len(asked(change(before, after))) == 2


def test_an_import_that_only_changes_its_line_ties_nobody() -> None:
    before = "from m import a\n...\nx = a\n...\ny = a\n"
    after = "from m import a, b\n...\nx = b(a)\n...\ny = [a]\n"
    assert asked(change(before, after)) == [["from m import a, b", "x = b(a)"], ["y = [a]"]]


# What belongs together


HANDLERS = (
    "import os\n...\ndef f():\n    pass\n...\ndef g():\n    pass\n",
    "import os\nfrom m import wrap\n...\n@wrap\ndef f():\n    pass\n...\n@wrap\ndef g():\n    pass\n",
)


def test_every_decorator_brings_its_import_whichever_is_taken() -> None:
    assert asked(change(*HANDLERS)) == [["from m import wrap", "@wrap"]] * 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # A helper and its calls.
        ("...\nx = 1\n...\ny = 1\n", "def h():\n    pass\n...\nx = h()\n...\ny = h()\n"),
        # A parameter more, and a call that gives it.
        ("def h(a):\n    pass\n...\nx = h(1)\n", "def h(a, b):\n    pass\n...\nx = h(1, 2)\n"),
        # A variable of a function.
        (
            "def f():\n    x = 1\n    {gap}\n    return 1\n",
            "def f():\n    t = 2\n    x = 1\n    {gap}\n    return t\n",
        ),
        # A member of a class.
        (
            "class A:\n    def f(self):\n        return 1\n...\nclass E:\n    x = 1\n...\ny = 1\n",
            "class A:\n    def f(self):\n        return 1\n...\nclass E:\n    x = 1\n    n = 2\n...\ny = E.n\n",
        ),
        (
            "class A:\n    x = 1\n    {gap}\n    def g(self):\n        return 1\n",
            "class A:\n    x = 1\n    n = 2\n    {gap}\n    def g(self):\n        return self.n\n",
        ),
        # What a name is now, and what is done with it.
        ("x = None\n...\ndef f():\n    return x\n", "x = Local()\n...\ndef f():\n    return x.value\n"),
        ("x = None\n...\ndef f():\n    global x\n    x = 1\n", "x = Local()\n...\ndef f():\n    x.value = 1\n"),
        # What a decorator says of a class, and what the class says no more.
        (
            "@d\nclass A:\n    x = 1\n    {gap}\n    y = True\n",
            "@d\n@u('y')\nclass A:\n    x = 1\n    {gap}\n    y = False\n",
        ),
        # A definition that is gone, and who used it.
        ("def h():\n    pass\n...\nx = h()\n", "...\nx = 1\n"),
        # One that moved, though others that bind it stay.
        (
            "class A:\n    y = 1\n    {gap}\n    def f(self):\n        self.n = 0\n    def g(self):\n"
            "        self.n = 1\n",
            "class A:\n    n = Own()\n    y = 1\n    {gap}\n    def f(self):\n        pass\n    def g(self):\n"
            "        self.n = 1\n",
        ),
        ("x = 1\n...\ny = 1\n", "...\ny = 1\nx = 1\n"),
    ],
)
def test_what_makes_no_sense_alone_is_asked_about_as_one(before: str, after: str) -> None:
    gap = "\n    ".join(f"m{number} = 0" for number in range(12))
    of = change(before.replace("{gap}", gap), after.replace("{gap}", gap))
    choices = choices_of([of], [ONE])
    assert len(choices.order) == 1
    assert [each.after for each in choices.changed(choices.order)] == [of.after]


def test_an_import_leaves_with_the_last_that_used_it() -> None:
    of = change("import re\n...\nx = re\n...\ny = re\n", "...\nx = 1\n...\ny = 1\n")
    choices = choices_of([of], [ONE])
    assert len(choices.order) == 2
    for choice in choices.order:
        assert b"import re" in choices.changed([choice])[0].after
    assert choices.changed(choices.order)[0].after == of.after


def test_an_import_that_is_replaced_stays_for_who_still_uses_the_old_one() -> None:
    of = change("from m import a\n...\nx = a\n...\ny = a\n", "from m import b\n...\nx = b\n...\ny = b\n")
    assert asked(of) == [["from m import b", "x = b", "y = b"]]


def test_an_import_for_others_is_asked_about_by_itself() -> None:
    of = change("from .m import a\n", "from .m import a\nfrom .n import b\n", path="src/__init__.py")
    assert asked(of) == [["from .n import b"]]


def test_of_an_import_of_several_names_each_brings_its_own() -> None:
    of = change("...\nx = 1\n...\ny = 1\n", "from m import a, b\n...\nx = a\n...\ny = b\n")
    assert asked(of) == [["from m import a", "x = a"], ["from m import b", "y = b"]]
    choices = choices_of([of], [ONE])
    assert choices.changed(choices.order)[0].after == of.after


def test_edits_that_are_made_together_are_one_over_all_their_files() -> None:
    changes = [
        change("x = 1\n...\ny = 1\n", "x = 2\n...\ny = 2\n", together="plugins.p", path="plugins/p/plugin.py"),
        change("z = 1\n", "z = 2\n", together="plugins.p", path="plugins/p/more.py"),
        change("z = 1\n", "z = 3\n", together="plugins.q", path="plugins/q/plugin.py"),
    ]
    assert asked(*changes) == [["z = 2", "x = 2", "y = 2"], ["z = 3"]]


# What stands on what


def prerequisite(name: str, path: str) -> Change:
    return change(None, f"def {name}(): ...\n", name, is_prerequisite=True, path=path)


def test_the_prerequisites_of_a_recipe_come_first_and_all_its_edits_need_it() -> None:
    changes = [
        change("x = 1\n", "x = 2\n", path="src/a.py"),
        prerequisite("one", "src/z.py"),
        prerequisite("one", "src/y.py"),
        change("x = 1\n", "x = 2\n", "two", path="src/b.py"),
        prerequisite("two", "src/x.py"),
    ]
    choices = choices_of(changes, [ONE, TWO])
    assert [choice.path for choice in choices.order] == ["src/y.py", "src/z.py", "src/a.py", "src/x.py", "src/b.py"]
    y, z, a, x, b = choices.order
    assert choices.needs == {y: {z}, z: {y}, a: {y, z}, x: {y, z}, b: {y, z, x}}
    assert choices.lacking([y, z, a, b]) == {b: x}
    assert choices.lacking([y, a]) == {y: z, a: z}
    assert choices.lacking(choices.order) == {}


def test_all_prerequisites_in_a_file_is_one() -> None:
    of = change("x = 1\n...\ny = 1\n", "x = 2\n...\ny = 2\n", is_prerequisite=True)
    assert len(asked(of)) == 1


def test_a_hunk_of_two_recipes_needs_the_prerequisites_of_both() -> None:
    both = Change("src/a.py", b"x\n", b"x, y, z\n", (Edit("one", ("x",)), Edit("two", ("x",))))
    both = replace(both, stages=(Stage("one", b"x, y\n", False), Stage("two", both.after, False)))
    choices = choices_of([both, prerequisite("one", "src/z.py"), prerequisite("two", "src/y.py")], [ONE, TWO])
    assert {choice.path for choice in choices.needs[choices.order[-1]]} == {"src/z.py", "src/y.py"}


@pytest.mark.parametrize(
    ("source", "user"),
    [
        # A function, a member of a class, and what a package passes on.
        (("x = 1\n", "x = 1\n\n\ndef h(): ...\n"), ("y = 1\n", "from src.p.m import h\n...\ny = h\n")),
        (("x = 1\n", "x = 1\n\n\ndef h(): ...\n"), ("y = 1\n", "from ..p.m import h\n...\ny = h\n")),
        (("x = 1\n", "x = 1\n\n\ndef h(): ...\n"), ("y = 1\n", "def f():\n    from src.p import h\n    h()\n")),
        (("class E:\n    a = 1\n", "class E:\n    a = 1\n    b = 2\n"), ("y = E.a\n", "y = E.b\n")),
        # And back: what is gone must not be used any more.
        (("y = 1\n", "y = 2\n"), ("y = 1\n", "y = 2\n")),
    ],
)
def test_a_name_of_another_file_is_needed(source: tuple[str, str], user: tuple[str, str]) -> None:
    changes = [change(*user, path="src/a/a.py"), change(*source, path="src/p/m.py")]
    choices = choices_of(changes, [ONE])
    first, second = sorted(choices.order, key=lambda choice: choice.path)
    is_named = "h" in source[1] or "b" in source[1]
    assert choices.needs == ({first: {second}, second: set()} if is_named else {first: set(), second: set()})
    # Taken back, it is the other way round.
    back = [Change(each.path, each.after, each.before or b"", each.edits) for each in changes]
    choices = choices_of(back, [ONE])
    first, second = sorted(choices.order, key=lambda choice: choice.path)
    assert choices.needs == ({first: set(), second: {first}} if is_named else {first: set(), second: set()})


def test_a_name_that_was_there_before_needs_nobody() -> None:
    changes = [
        change("y = 1\n", "from src.p.m import h\n...\ny = h\n", path="src/a/a.py"),
        change("def h(): ...\n", "def h(a): ...\n", path="src/p/m.py"),
        change("x = 1\n", "def h(): ...\n", path="src/q/m.py"),
    ]
    assert set(choices_of(changes, [ONE]).needs.values()) == {frozenset()}


# What any choice leaves


@pytest.fixture(scope="module", params=["sample", "real"])
def tree(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A committed copy; tests put back what they write."""
    if request.param == "real" and not REAL:
        pytest.skip("MAIMBOT_TREE names no checkout")
    source = Path(REAL or ".") if request.param == "real" else SAMPLE
    copy = copy_of(source, tmp_path_factory.mktemp("tree") / "tree")
    commit_all(copy)
    return copy


@pytest.fixture(scope="module")
def checkout(tree: Path) -> Checkout:
    return open_checkout(tree)


@pytest.fixture(scope="module")
def plan(checkout: Checkout) -> Plan:
    return plan_of(checkout, stages=True)


@pytest.fixture(scope="module")
def choices(plan: Plan) -> Choices:
    return choices_of(plan.changes, all_recipes())


def some(choices: Choices, seed: int) -> set[Choice]:
    """A choice of choices, some generous and some not."""
    choose = random.Random(seed)
    often = choose.choice([0.3, 0.6, 0.9])
    return {choice for choice in choices.order if choose.random() < (often if not choice.is_prerequisite else 0.95)}


def reported(files: dict[str, bytes], folder: Path) -> Counter[tuple[str, str]]:
    """What ruff says about names that are missing, unused, or bound twice, wherever that is."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    asked = ["ruff", "check", "--isolated", "--no-cache", "--select", "F821,F401,F811,F841", "--output-format", "json"]
    done = subprocess.run([sys.executable, "-m", *asked, str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return Counter(
        (str(Path(item["filename"]).relative_to(folder)), re.sub(r"line \d+", "line", item["message"]))
        for item in json.loads(done.stdout)
    )


def test_every_unit_is_asked_about_once_and_all_are_the_plan(choices: Choices, plan: Plan) -> None:
    assert [(each.path, each.after) for each in choices.changed(choices.order)] == [
        (each.path, each.after) for each in plan.changes
    ]
    hunks = [hunk for choice in choices.order for hunk in choice.hunks]
    assert len(hunks) == len(set(hunks))
    assert len(choices.order) > len(plan.changes)


def test_what_a_unit_needs_is_asked_about_before_it(choices: Choices) -> None:
    for place, choice in enumerate(choices.order):
        if not choice.is_prerequisite:
            # Those of two recipes that need each other are taken or left out together.
            later = choices.needs[choice] - set(choices.order[:place])
            assert all(choice in choices.needs[other] for other in later)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_taken_compiles_and_has_its_names(seed: int, choices: Choices, tree: Path, tmp_path: Path) -> None:
    taken, _ = settled(tree, choices, some(choices, seed))
    assert choices.lacking(taken) == {}
    changes = choices.changed(taken)
    before = reported({each.path: each.before for each in changes if each.before is not None}, tmp_path / "before")
    after = reported({each.path: each.after for each in changes}, tmp_path / "after")
    assert after - before == Counter()
    for each in changes:
        compile(each.after, each.path, "exec")


def test_one_unit_and_what_it_needs_is_a_whole(choices: Choices, tree: Path) -> None:
    for choice in choices.order:
        whole = {choice, *choices.needs[choice]}
        assert settled(tree, choices, whole) == (whole, [])


def without_order_of_imports(data: bytes) -> list[str]:
    """A module's statements, its imports first."""
    imports: list[str] = []
    others: list[str] = []
    for node in ast.parse(data).body:
        if isinstance(node, ast.ImportFrom):
            node.names.sort(key=lambda alias: alias.name)
        (imports if isinstance(node, (ast.Import, ast.ImportFrom)) else others).append(ast.dump(node))
    return [*sorted(imports), *others]


@pytest.mark.parametrize("seed", range(3))
def test_what_was_left_is_what_the_next_plan_does(seed: int, choices: Choices, plan: Plan, tree: Path) -> None:
    taken, _ = settled(tree, choices, some(choices, seed))
    runs.apply_changes(tree, choices.changed(taken))
    try:
        rest = plan_of(open_checkout(tree), stages=True)
        runs.apply_changes(tree, rest.changes)
        for each in plan.changes:
            # Imports stand in the order in which they came.
            now = (tree / each.path).read_bytes()
            assert without_order_of_imports(now) == without_order_of_imports(each.after), each.path
        runs.undo(tree)
    finally:
        runs.undo(tree)
    for each in plan.changes:
        assert each.before == ((tree / each.path).read_bytes() if (tree / each.path).exists() else None)


# What may be written


def settle(root: Path, changes: list[Change], *paths: str) -> tuple[list[str], list[str]]:
    """The paths that are written when the choices of these files were taken, and what is said."""
    for each in changes:
        (root / each.path).parent.mkdir(parents=True, exist_ok=True)
        if each.before is not None:
            (root / each.path).write_bytes(each.before)
    choices = choices_of(changes, [ONE, TWO])
    taken, said = settled(root, choices, {choice for choice in choices.order if choice.path in paths})
    return [each.path for each in choices.changed(taken)], said


def test_what_lacks_its_prerequisite_is_left_out_and_said(tmp_path: Path) -> None:
    changes = [
        change("x = 1\n", "x = 2\n"),
        prerequisite("one", "src/z.py"),
        change("y = 1\n", "y = 2\n", "two", path="src/b.py"),
    ]
    assert settle(tmp_path, changes, "src/a.py", "src/b.py") == (
        [],
        [
            "src/a.py:1 was left out: it needs src/z.py:1, which was not taken.",
            "src/b.py:1 was left out: it needs src/z.py:1, which was not taken.",
        ],
    )


def test_a_file_that_somebody_edits_meanwhile_stays_and_so_does_what_needs_it(tmp_path: Path) -> None:
    changes = [change("x = 1\n", "x = 2\n"), change("y = 1\n", "y = 2\n", path="src/b.py")]
    changes.append(change("z = 1\n", "z = 2\n", is_prerequisite=True, path="src/z.py"))
    choices = choices_of(changes, [ONE])
    for each in changes:
        (tmp_path / each.path).parent.mkdir(exist_ok=True)
        (tmp_path / each.path).write_bytes(each.before or b"")
    (tmp_path / "src/b.py").write_bytes(b"mine = 1\n")
    taken, said = settled(tmp_path, choices, set(choices.order))
    assert [each.path for each in choices.changed(taken)] == ["src/a.py", "src/z.py"]
    assert said == ["src/b.py was edited during the review and stays as it is: run 'tenantize review' again."]
    (tmp_path / "src/z.py").unlink()
    taken, said = settled(tmp_path, choices, set(choices.order))
    assert (taken, len(said)) == (set(), 3)


def test_a_file_that_would_not_compile_stays_as_it_was_and_the_missing_hunk_is_named(tmp_path: Path) -> None:
    # No name ties these two: only Python knows that they need each other.
    before = "def f():\n    x = 1\n" + "    x = 2\n" * 12 + "    return 1\n"
    after = before.replace("def f", "async def f").replace("return 1", "return await g()")
    of = change(before, after)
    choices = choices_of([of], [ONE])
    assert len(choices.order) == 2
    (tmp_path / "src").mkdir()
    (tmp_path / of.path).write_bytes(of.before or b"")
    taken, said = settled(tmp_path, choices, {choices.order[1]})
    assert taken == set()
    (sentence,) = said
    assert (
        sentence.startswith("src/a.py stays as it was") and "src/a.py:1" in sentence and "does not compile" in sentence
    )
    assert settled(tmp_path, choices, {choices.order[0]}) == ({choices.order[0]}, [])
