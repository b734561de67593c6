"""How a plan is split: by module, each pull behind what it stands on, whatever the recipes are."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codemods.changes import Change, Edit, Stage
from codemods.deliver.pulls import overview
from codemods.deliver.pulls.grouping import Group, Grouping, grouping_of, require_files, users_groups
from codemods.deliver.pulls.split import Pull, split
from codemods.errors import TenantizeError
from codemods.knowledge.recipes import Codemod, FixedPlace, Recipe, Support
from codemods.tree import Checkout, SourceFile

COMMON, WEBUI, CHAT, EVENTS = "src/common/a.py", "src/webui/a.py", "src/chat/a.py", "src/plugin_system/a.py"
MAIMBOT = Checkout(Path("maimbot"), ())


def recipe(name: str, *requires: str, after: Sequence[str] = (), at: Sequence[str] = (), adds: str = COMMON) -> Recipe:
    codemods = tuple(Codemod(command="c.C", at=FixedPlace(path, "f"), unless="x") for path in at)
    support = Support(source=Path("s.py"), target=adds, defines=())
    return Recipe(
        name=name,
        title=name,
        title_zh=name,
        why=(),
        requires=requires,
        after=tuple(after),
        supports=(support,),
        codemods=codemods,
    )


def change(path: str, *steps: str, together: str = "") -> Change:
    """A file that recipes change one after the other: "name" a site, "name!" a prerequisite."""
    names = [step.rstrip("!") for step in steps]
    states = [" ".join(names[: number + 1]).encode() for number in range(len(names))]
    made = tuple(Stage(name, state, step.endswith("!")) for name, state, step in zip(names, states, steps, strict=True))
    edits = tuple(Edit(name, ("f",)) for name in names)
    return Change(path, b"", states[-1], edits, made, frozenset({together} - {""}))


def grouped(*paths: str, users: Sequence[Group] = ()) -> Grouping:
    return grouping_of(MAIMBOT, paths, users)


def shape(pulls: Sequence[Pull]) -> dict[str, tuple[tuple[str, ...], list[tuple[str, list[str]]]]]:
    """Each pull: what it waits for, and for each recipe its files."""
    return {
        pull.name: (
            pull.waits_for,
            [(part.recipe.name, [change.path for change in part.changes]) for part in pull.parts],
        )
        for pull in pulls
    }


# Groups


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("src/webui/routers/system.py", "webui"),
        ("src/plugin_system/apis/chat_api.py", "plugin-apis"),
        ("src/plugin_system/core/events_manager.py", "events"),
        ("src/chat/message_receive/bot.py", "chat"),
        ("src/mood/mood_manager.py", "chat"),
        ("src/common/logger.py", "common"),
        ("bot.py", "common"),
        ("plugins/diary/plugin.py", "plugin-diary"),
        ("plugins/diary/deep/er.py", "plugin-diary"),
        ("src/plugins/built_in/tts [new]/plugin.py", "plugin-tts-new"),
        ("plugins/loose.py", "common"),
    ],
)
def test_a_file_is_in_its_module(path: str, group: str) -> None:
    marks = ("plugins/diary/_manifest.json", "plugins/diary/deep/plugin.py", "src/plugins/built_in/tts [new]/plugin.py")
    assert grouped(*marks, "src/plugin_system/base/plugin.py").of(path) == group


def test_a_plugin_on_its_own_is_one_module() -> None:
    alone = Checkout(Path("My Plugin"), (), "My Plugin")
    assert grouping_of(alone, ["plugin.py", "sub/plugin.py"], ()).of("sub/plugin.py") == "plugin-my-plugin"


def test_groups_of_the_user_come_first(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.tenantize.pulls]\ngroups = { memory = ["src/memory_system/*"], rest = ["bot.py", "src/mood"] }\n'
    )
    groups = users_groups(tmp_path, ["front=src/webui/chat_*", "front=src/webui/room_*", "mine=src/memory_system/x*"])
    grouping = grouped("plugins/x/plugin.py", users=groups)
    paths = ("src/webui/chat_routes.py", "src/webui/room_routes.py", "src/webui/auth.py", "src/memory_system/x.py")
    assert [grouping.of(path) for path in paths] == ["front", "front", "webui", "mine"]
    paths = ("src/memory_system/y.py", "bot.py", "src/mood/a.py", "plugins/x/a.py")
    assert [grouping.of(path) for path in paths] == ["memory", "rest", "rest", "plugin-x"]


def test_a_group_of_no_files_is_refused() -> None:
    require_files([Group("front", ("src/webui/*", "bot.py"))], ["src/webui/a.py", "bot.py"])
    with pytest.raises(TenantizeError, match=r"'x' has the glob src/nope/\*, which matches no file"):
        require_files([Group("x", ("src/*", "src/nope/*"))], ["src/webui/a.py"])


def test_no_groups_are_asked_for(tmp_path: Path) -> None:
    assert users_groups(tmp_path, []) == ()
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\n")
    assert users_groups(tmp_path, []) == ()


@pytest.mark.parametrize(
    ("toml", "options", "says"),
    [
        ("", ["memory"], "NAME=GLOB"),
        ("", ["a/b=src/*"], "'a/b'"),
        ("", ["=src/*"], "''"),
        ('[tool.tenantize.pulls]\ngroups = "memory"', [], "write a table"),
        ('[tool.tenantize.pulls]\ngroups = { memory = "src/*" }', [], "`tool.tenantize.pulls.groups.*` is a text"),
        ("[tool.tenantize.pulls]\ngroups = { memory = [] }", [], "is empty"),
        ('[tool.tenantize.pulls]\ngroups = { "a b" = ["x"] }', [], "'a b'"),
        ("[tool", [], "pyproject.toml is no TOML"),
        (
            "[tool.tenantize.pulls]\ngrups = {}",
            [],
            "unknown key `grups` in `tool.tenantize.pulls`: did you mean",
        ),
    ],
)
def test_a_group_that_is_none(tmp_path: Path, toml: str, options: list[str], says: str) -> None:
    (tmp_path / "pyproject.toml").write_text(toml)
    with pytest.raises(TenantizeError) as error:
        users_groups(tmp_path, options)
    assert says in str(error.value) and "\n" not in str(error.value)


# Splitting


def test_nothing_is_nothing() -> None:
    assert split((), [recipe("base")], grouped()) == ()
    assert overview.overview((), "main") == ["Nothing to change."]


def test_the_foundation_first_then_the_modules_beside_each_other() -> None:
    recipes = [recipe("base"), recipe("web", "base", adds="src/webui/new.py"), recipe("work", "base")]
    changes = [
        change(COMMON, "base!"),
        change(WEBUI, "web", "work"),
        change("src/webui/new.py", "web!"),
        change(CHAT, "work"),
    ]
    assert shape(split(changes, recipes, grouped())) == {
        "foundation": ((), [("base", [COMMON])]),
        "webui": (("foundation",), [("web", [WEBUI, "src/webui/new.py"]), ("work", [WEBUI])]),
        "chat": (("foundation",), [("work", [CHAT])]),
    }


def test_what_is_merged_already_is_waited_for_no_longer() -> None:
    recipes = [recipe("base"), recipe("web", "base")]
    assert shape(split([change(WEBUI, "web")], recipes, grouped())) == {"webui": ((), [("web", [WEBUI])])}


def test_prerequisites_are_in_the_module_that_its_fixed_places_are_in_and_others_wait_for_it() -> None:
    recipes = [recipe("base"), recipe("load", "base", at=[EVENTS, COMMON, EVENTS])]
    changes = [
        change(COMMON, "base!", "load!"),
        change(EVENTS, "load!"),
        change("plugins/x/plugin.py", "load"),
        change("plugins/y/plugin.py", "load"),
    ]
    pulls = split(changes, recipes, grouped("plugins/x/plugin.py", "plugins/y/plugin.py"))
    assert shape(pulls) == {
        "foundation": ((), [("base", [COMMON])]),
        "events": (("foundation",), [("load", [COMMON, EVENTS])]),
        "plugin-x": (("events",), [("load", ["plugins/x/plugin.py"])]),
        "plugin-y": (("events",), [("load", ["plugins/y/plugin.py"])]),
    }
    shared = {pull.name: pull for pull in pulls}
    (first,), second = shared["foundation"].changes, shared["events"].changes[0]
    assert (first.before, first.after, second.before, second.after) == (b"", b"base", b"base", b"base load")
    assert overview.graph(pulls, "main") == [
        "main",
        "└─ foundation",
        "   └─ events",
        "      ├─ plugin-x",
        "      └─ plugin-y",
    ]


def test_a_recipe_comes_behind_all_of_what_it_requires() -> None:
    recipes = [recipe("base"), recipe("web", "base"), recipe("work", "base"), recipe("gate", "web", "work", at=[CHAT])]
    changes = [change(COMMON, "base!"), change(WEBUI, "web", "work"), change(CHAT, "work", "gate!")]
    pulls = split(changes, recipes, grouped())
    assert shape(pulls) == {
        "foundation": ((), [("base", [COMMON])]),
        "webui": (("foundation",), [("web", [WEBUI]), ("work", [WEBUI])]),
        "chat": (("webui",), [("work", [CHAT]), ("gate", [CHAT])]),
    }


def test_a_support_file_of_several_recipes_comes_with_the_first_and_the_others_stand_on_it() -> None:
    recipes = [recipe("base"), recipe("gate", "base", adds=CHAT), recipe("apis", "base", adds=CHAT)]
    changes = [change(COMMON, "base!"), change(CHAT, "gate!"), change(WEBUI, "apis")]
    assert [(pull.name, pull.waits_for) for pull in split(changes, recipes, grouped())] == [
        ("foundation", ()),
        ("chat", ("foundation",)),
        ("webui", ("chat",)),
    ]


def test_a_recipe_comes_behind_what_it_is_after_where_that_is_there() -> None:
    recipes = [recipe("base"), recipe("load", "base"), recipe("gate", "base", after=["load", "other"], adds=WEBUI)]
    changes = [change(COMMON, "base!"), change("plugins/x/plugin.py", "load"), change(WEBUI, "gate")]
    grouping = grouped("plugins/x/plugin.py")
    assert [(pull.name, pull.waits_for) for pull in split(changes, recipes, grouping)] == [
        ("foundation", ()),
        ("plugin-x", ("foundation",)),
        ("webui", ("plugin-x",)),
    ]
    rest = [change for change in changes if change.path != "plugins/x/plugin.py"]
    assert split(rest, recipes, grouping)[1].waits_for == ("foundation",)


def test_pulls_that_would_wait_for_each_other_are_taken_apart() -> None:
    recipes = [recipe("base"), recipe("work", "base", at=[CHAT]), recipe("gate", "work", at=[CHAT])]
    changes = [change(COMMON, "base!", "work"), change(CHAT, "work!", "gate!"), change(WEBUI, "work")]
    pulls = split(changes, recipes, grouped())
    assert shape(pulls) == {
        "foundation": ((), [("base", [COMMON])]),
        "chat": (("foundation",), [("work", [CHAT])]),
        "common": (("chat",), [("work", [COMMON])]),
        "webui": (("chat",), [("work", [WEBUI])]),
        "gate": (("common", "webui"), [("gate", [CHAT])]),
    }
    assert overview.overview(pulls, "main")[-6:] == [
        "main",
        "└─ foundation",
        "   └─ chat",
        "      ├─ common",
        "      └─ webui",
        "         └─ gate (and after common)",
    ]


def test_files_that_stand_together_are_in_one_pull() -> None:
    recipes = [recipe("base"), recipe("load", "base")]
    more = "src/chat/b.py"
    changes = [
        change(WEBUI, "load", together="x"),
        change(CHAT, "load", together="x"),
        change(more, "load", together="x"),
        change("src/webui/b.py", "load"),
    ]
    assert {pull.name: [item.path for item in pull.changes] for pull in split(changes, recipes, grouped())} == {
        "chat": [CHAT, more, WEBUI],
        "webui": ["src/webui/b.py"],
    }


# Whatever the recipes are, and whatever they change

PATHS = [COMMON, WEBUI, CHAT, EVENTS, "plugins/x/plugin.py", "plugins/y/plugin.py", "src/main.py"]


@st.composite
def plans(draw: st.DrawFn) -> tuple[list[Recipe], list[Change]]:
    count = draw(st.integers(1, 5))
    recipes: list[Recipe] = []
    for number in range(count):
        requires = draw(st.lists(st.sampled_from([other.name for other in recipes]), unique=True)) if recipes else []
        after = draw(st.lists(st.sampled_from([other.name for other in recipes]), unique=True)) if recipes else []
        recipes.append(
            recipe(f"r{number}", *requires, after=after, at=draw(st.lists(st.sampled_from(PATHS), max_size=2)))
        )
    changes = []
    for path in draw(st.lists(st.sampled_from(PATHS), unique=True, min_size=1)):
        names = draw(st.lists(st.sampled_from([item.name for item in recipes]), unique=True, min_size=1))
        marks = [name + draw(st.sampled_from(["", "!"])) for name in sorted(names)]
        changes.append(change(path, *marks, together=draw(st.sampled_from(["", "", "x"]))))
    return recipes, changes


@given(plans(), st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_every_allowed_order_of_merges_gives_the_plan(
    plan: tuple[list[Recipe], list[Change]], chance: random.Random
) -> None:
    recipes, changes = plan
    pulls = split(changes, recipes, grouped("plugins/x/plugin.py", "plugins/y/plugin.py"))
    steps = [(change.path, step.recipe) for change in changes for step in change.stages]
    parts = [(item.path, part.recipe.name) for pull in pulls for part in pull.parts for item in part.changes]
    assert sorted(parts) == sorted(steps)
    assert len({pull.name for pull in pulls}) == len(pulls)
    state = {change.path: change.before for change in changes}
    done_before, done, waiting = set[str](), set[str](), list(pulls)
    while waiting:
        pull = chance.choice([pull for pull in waiting if done.issuperset(pull.waits_for)])
        waiting.remove(pull)
        done.add(pull.name)
        for part in pull.parts:
            for item in part.changes:
                # What both sides would change is changed by one behind the other.
                assert state[item.path] == item.before
                state[item.path] = item.after
            done_before.add(part.recipe.name)
        left = {part.recipe.name for other in waiting for part in other.parts}
        for part in pull.parts:
            assert left.isdisjoint((*part.recipe.requires, *part.recipe.after))
    assert state == {change.path: change.after for change in changes}


def test_prerequisites_come_before_what_stands_on_it() -> None:
    recipes = [recipe("base"), recipe("web", "base", at=[EVENTS])]
    changes = [change(WEBUI, "web"), change(EVENTS, "web!"), change("src/plugin_system/z.py", "web")]
    pulls = split(changes, recipes, grouped())
    assert [pull.name for pull in pulls] == ["events", "webui"]
    assert pulls[1].waits_for == ("events",)


def test_a_source_file_that_is_new_to_a_checkout_gets_its_module() -> None:
    checkout = Checkout(Path("x"), (SourceFile("src/a.py", "src.a", b"1"),))
    assert checkout.changed({"src/b/__init__.py": b"2", "src/a.py": b"3"}).files == (
        SourceFile("src/a.py", "src.a", b"3"),
        SourceFile("src/b/__init__.py", "src.b", b"2"),
    )
