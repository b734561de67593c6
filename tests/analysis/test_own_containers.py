"""Objects that are containers themselves: what their methods change, called here or by who is handed them."""

from __future__ import annotations

import pytest

from tests.analysis.test_holders import changed

ROWS = """class Rows(list):
    def note(self, a):
        self.append(a)
    def bump(self):
        self.append(1)
    def tell(self):
        return len(self)
class Table(dict):
    def update(self, *a):
        super().update(*a)
    def __setitem__(self, key, value):
        super().__setitem__(key, value)
"""
LOG = """import io
class Log(io.BytesIO):
    def note(self, a):
        self.write(a)
    def also(self, a):
        super().writelines(a)
    def text(self):
        return self.getvalue()
"""


@pytest.mark.parametrize(
    "code",
    [
        ROWS + "def tell(box):\n    return box.tell()\nkept = Rows()\ndef f():\n    tell(kept)",
        ROWS + "def note(box, a):\n    box.note(a)\ndef f(a):\n    kept = Rows()\n    note(kept, a)",
        ROWS + "def note(box, a):\n    box = Rows()\n    box.note(a)\nkept = Rows()\ndef f(a):\n    note(kept, a)",
        ROWS + "class Other:\n    def note(self, a):\n        return a\ndef note(box, a):\n    return box.note(a)\n"
        "kept = Other()\ndef f(a):\n    note(kept, a)",
        LOG + "kept = Log()\ndef f():\n    return kept.text()",
        LOG + "def f(a):\n    kept = Log()\n    kept.note(a)\n    return kept.text()",
    ],
)
def test_what_changes_nothing_of_all(code: str) -> None:
    assert changed(m=code) == {}


@pytest.mark.parametrize(
    "code",
    [
        *(
            f"{ROWS}def do(box, a):\n    {does}\nkept = {made}()\ndef f(a):\n    do(kept, a)"
            for made, does in (
                ("Rows", "box.note(a)"),
                ("Rows", "box.bump()"),
                ("Rows", "return box.note(a)"),
                ("Rows", "if a:\n        box.note(a)"),
                ("Table", "box.update(a)"),
                ("Table", "box[a] = a"),
            )
        ),
        ROWS + "def inner(b, a):\n    b.note(a)\ndef do(box, a):\n    inner(box, a)\nkept = Rows()\n"
        "def f(a):\n    do(kept, a)",
        ROWS + "def do(a, *, box):\n    box.note(a)\nkept = Rows()\ndef f(a):\n    do(a, box=kept)",
        LOG + "kept = Log()\ndef f(a):\n    kept.note(a)",
        LOG + "kept = Log()\ndef f(a):\n    kept.also(a)",
        LOG + "def do(box, a):\n    box.note(a)\nkept = Log()\ndef f(a):\n    do(kept, a)",
    ],
)
def test_what_a_method_changes_of_a_container_of_all(code: str) -> None:
    assert "f" in changed(m=code)["m:kept"]


_MIXED = "class Notes:\n    def note(self, a):\n        self[a] = a\n    def text(self):\n        return str(self)\n"
_LONG = "class Rows(list):\n" + "".join(
    f"    def note{number}(self, a):\n        self.note{number + 1}(a)\n" for number in range(8)
)


def test_what_a_container_inherits_from_what_is_none_changes_it() -> None:
    code = _MIXED + "class Kept(Notes, dict): ...\nkept = Kept()\ndef f(a):\n    "
    assert changed(m=code + "return kept.text()") == {}
    assert changed(m=code + "kept.note(a)").keys() == {"m:kept"}


def test_methods_that_call_each_other_are_followed_to_the_last() -> None:
    code = _LONG + "    def note8(self, a):\n        {does}\nkept = Rows()\ndef f(a):\n    kept.note0(a)"
    assert changed(m=code.format(does="return len(self)")) == {}
    assert changed(m=code.format(does="super().append(a)")).keys() == {"m:kept"}


def test_many_methods_that_all_call_each_other_are_each_looked_at_once() -> None:
    calls = "".join(f"        self.note{number}(a)\n" for number in range(30))
    code = "class Rows(list):\n" + "".join(f"    def note{number}(self, a):\n{calls}" for number in range(30))
    assert changed(m=code + "kept = Rows()\ndef f(a):\n    kept.note0(a)") == {}
