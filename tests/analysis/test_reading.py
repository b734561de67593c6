"""What the facts of a file say, and where a file stops being Python."""

from __future__ import annotations

import pickle

import pytest

from codemods.analysis.facts import BrokenFile, FileFacts
from codemods.analysis.reading import read_facts
from codemods.analysis.symbols import Symbol


def facts(code: str, module: str = "src.webui.a") -> FileFacts:
    found = read_facts(module.replace(".", "/") + ".py", module, code.encode())
    assert isinstance(found, FileFacts)
    return found


def test_a_broken_file_is_reported_with_line_and_column() -> None:
    assert read_facts("a.py", "a", b"x = 1\ndef f(:\n") == BrokenFile("a.py", 2, 7, "invalid syntax")


def test_what_is_nested_too_deeply_is_a_broken_file() -> None:
    found = read_facts("a.py", "a", b"x = " + b"a + " * 20_000 + b"a\n")
    assert isinstance(found, BrokenFile)
    assert found.message == "nested too deeply to be read"


def test_null_bytes_are_a_broken_file() -> None:
    assert isinstance(read_facts("a.py", "a", b"x = 1\0\n"), BrokenFile)


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbfx = f()\r\n", "# -*- coding: gbk -*-\nx = f('中')\n".encode("gbk"), b""]
)
def test_encodings_are_the_files_own(data: bytes) -> None:
    assert isinstance(read_facts("a.py", "a", data), FileFacts)


def test_a_chain_is_the_longest_and_its_arguments_come_too() -> None:
    use, inner, begun = facts("(await get_manager(find().name)).streams['x'].items()\n").body.uses
    assert use.chain == ("get_manager", "()", ".streams", "[]", ".items", "()")
    assert inner.chain == ("find", "()", ".name") and begun.chain == ("get_manager", "()")


def test_what_a_chain_begins_with_is_a_use_of_its_own_where_it_hands_over_a_name() -> None:
    for code, count in (
        ("get(a).b()", 3),
        ("get(x=a.b).c()", 3),
        ("get(1).b()", 1),
        ("a.get(b).c()", 2),
        ("get(a)", 2),
    ):
        assert len(facts(code).body.uses) == count, code


def test_imports_are_absolute() -> None:
    code = "import a.b\nimport c as d\nfrom . import e\nfrom ..chat.f import g as h\n"
    assert facts(code).body.imports == {
        "a": Symbol("a"),
        "d": Symbol("c"),
        "e": Symbol("src.webui", "e"),
        "h": Symbol("src.chat.f", "g"),
    }


def test_definitions_of_one_name_are_told_apart() -> None:
    names = list(facts("def f(): pass\ndef f():\n    def g(): pass\nclass C:\n    def f(self): pass\n").functions)
    assert names == ["<module>", "f", "f#2", "f#2.<locals>.g", "C.f"]


def test_with_items_go_along_with_what_they_hold() -> None:
    first, second = [use for use in facts("with scope(1):\n    f()\ng()\n").body.uses if use.chain[0] in "fg"]
    assert (first.within, second.within) == ((("scope", "()"),), ())


def test_reads_count_as_first_only_before_anything_else() -> None:
    head = 'def f():\n    """doc"""\n    import x\n    a = read()\n'
    code = head + "    try:\n        read_too()\n    except E:\n        pass\n"
    assert facts(code).functions["f"].first_reads == (("read", "()"),)


def test_facts_travel_between_processes() -> None:
    found = facts("class A:\n    x: int = f(1)\n\n    def m(self, y=D(z)): self.a[1] = y\n")
    assert pickle.loads(pickle.dumps(found)) == found


LONG = 1000
LONG_CODE = {
    "branches": "if x == 0: f()\n" + "".join(f"elif x == {number}: f()\n" for number in range(LONG)),
    "a sum": "x = " + " + ".join(["f()"] * LONG) + "\n",
    "a text in parts": "x = " + " + ".join(['"part"'] * LONG) + " + f()\n",
    "a chain": "x = f()" + ".g()" * LONG + "\n",
}


@pytest.mark.parametrize("form", LONG_CODE)
def test_what_is_long_and_not_deep_is_read(form: str) -> None:
    found = facts(LONG_CODE[form]).body
    assert ("f", "()") in [use.chain[:2] for use in found.uses]


def test_facts_share_what_is_empty_or_alike() -> None:
    code = "def {}():\n    global a\n    return h()\n"
    first, second = (facts(code.format(name)).functions[name] for name in "fg")
    assert first.nonlocal_names is second.nonlocal_names == ()
    assert first.global_names is second.global_names == ("a",)
    assert first.returned is second.returned == (("h", "()"),)


def test_a_class_of_a_table_is_one() -> None:
    found = facts("def run(self): ...\nA = type('A', (Base, m.More), {'run': run, 'kept': [], 'size': f()})\n")
    cls = found.classes["A"]
    assert (cls.bases, cls.methods, cls.containers) == ((("Base",), ("m", ".More")), {"run": "run"}, ("kept",))
    assert found.functions["run"].owner == "A"


@pytest.mark.parametrize("call", ["type(a)", "type(a, b, c)", "type('A', (B,), dict(a=1))", "a.type('A', {}, 1)"])
def test_another_call_is_no_class(call: str) -> None:
    assert facts(f"x = {call}\n").classes == {}


@pytest.mark.parametrize(
    "code",
    [
        "class A: ...\nB = type('A', (A,), {})\n",
        "def A(): ...\nB = type('A', (), {})\n",
        "def f(name):\n    return type(name, (), {})\n",
    ],
)
def test_a_class_of_a_table_takes_no_name_of_another(code: str) -> None:
    assert [name for name in facts(code).classes if "<" in name.rpartition(".")[2]] != []
