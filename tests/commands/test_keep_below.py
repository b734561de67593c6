"""KeepBelow: the joins that are named, in the functions that are named, of whichever form."""

from __future__ import annotations

import pytest

from codemods.commands.keep_below import KeepBelow
from codemods.places import Expression, Imported
from tests.commands.edited import edited

IMPORTED = "from a.b import below\n\n"


def kept(code: str, join: str) -> tuple[str, list[str]]:
    return edited(KeepBelow, code, [Expression("f", join)], by=Imported("a.b", "below"))


# What must not change

STAYS = {
    "another function": "def g(name):\n    return folder / name\n",
    "another join": "def f(name):\n    return folder / other\n",
    "no division": "def f(name):\n    return folder // name\n",
    "the name taken": "below = 1\n\n\ndef f(name):\n    return folder / name\n",
    "a parameter of its name": "def f(name, below):\n    return folder / name\n",
    "what is below already": "from a.b import below\n\n\ndef f(name):\n    return below(folder, name)\n",
}


@pytest.mark.parametrize("code", STAYS.values(), ids=STAYS)
def test_what_stays_is_reported(code: str) -> None:
    after, warnings = kept(code, "folder / name")
    assert after == code
    assert len(warnings) == 1


def test_a_join_with_a_star_is_left_to_a_person() -> None:
    code = "def f(names):\n    return os.path.join(folder, *names)\n"
    after, warnings = kept(code, "os.path.join(folder, *names)")
    assert (after, len(warnings)) == (code, 1)


# What changes

CHANGES = {
    "folder / name": "below(folder, name)",
    "folder / 'a' / name": "below(folder / 'a', name)",
    "folder.joinpath(name)": "below(folder, name)",
    "folder.joinpath('a', name)": "below(folder, 'a', name)",
    "os.path.join(folder, name)": "below(folder, name)",
    "os.path.join(ROOT, 'a', name)": "below(ROOT, 'a', name)",
    "self.folder / request.name.replace('.', '_')": "below(self.folder, request.name.replace('.', '_'))",
}


@pytest.mark.parametrize("join", CHANGES)
def test_every_form_of_a_join(join: str) -> None:
    after, warnings = kept(f"def f(name):\n    path = {join}\n    return path\n", join)
    assert after == f"{IMPORTED}def f(name):\n    path = {CHANGES[join]}\n    return path\n"
    assert warnings == []


def test_quotes_and_lines_of_the_join_stay_as_they_are() -> None:
    after, _ = kept('def f(name):\n    return (\n        folder / name["a"]\n    )\n', "folder / name['a']")
    assert after == f'{IMPORTED}def f(name):\n    return (\n        below(folder, name["a"])\n    )\n'


def test_what_a_join_is_joined_to_stays() -> None:
    after, _ = kept("def f(name):\n    return folder / name / 'x'\n", "folder / name")
    assert after == f"{IMPORTED}def f(name):\n    return below(folder, name) / 'x'\n"
