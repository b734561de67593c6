"""What is called that was handed over and kept: by whom it is run, and that to keep it is not to run it."""

from __future__ import annotations

import pytest

from codemods.analysis.symbols import Symbol
from tests.analysis.test_reach import reaches

BUS = """
class Bus:
    def __init__(self, first=None):
        self.first = first
        self.all = []
        self.named = {}

    def on(self, name, f):
        ADD

    def emit(self, name, *given):
        EMIT


def heard(*given):
    pass


bus = Bus()
"""
EACH = "[f(*given) for f in self.all]"
NAMED = "[f(*given) for f in self.named[name]]"
KEEPING = {
    "a list": ("self.all.append(f)", EACH),
    "a list, first": ("self.all.insert(0, f)", EACH),
    "a list that is extended": ("self.all.extend([f])", EACH),
    "a list that is added to": ("self.all += [f]", EACH),
    "a copy": ("self.all = [*self.all, f]", EACH),
    "with a number": ("self.all.append((1, f))", "[f(*given) for _, f in self.all]"),
    "a list by name": ("self.named.setdefault(name, []).append(f)", NAMED),
    "a list by name that is there": ("self.named[name].append(f)", NAMED),
    "a list by name, looked up": ("self.named.get(name).append(f)", "[f(*given) for f in self.named.get(name, ())]"),
    "a copy by name": ("self.named[name] = [*self.named.get(name, []), f]", NAMED),
    "by name": ("self.named[name] = f", "self.named[name](*given)"),
    "by name, looked up": ("self.named.update({name: f})", "self.named.get(name)(*given)"),
    "an attribute": ("self.first = f", "self.first(*given)"),
    "an attribute, if there is one": ("self.first = f", "self.first and self.first(*given)"),
    "behind a helper": ("self._add(f)\n\n    def _add(self, it):\n        self.all.append(it)", EACH),
}


def run(code: str, function: str) -> set[str]:
    return {edge.target.qualname for edge in reaches(code).edges(Symbol("main", function))}


def bus(form: str, after: str = "bus.on('a', heard)") -> str:
    add, emit = KEEPING[form]
    return BUS.replace("ADD", add).replace("EMIT", emit) + after + "\n"


@pytest.mark.parametrize("form", [form for form in KEEPING if "copy" not in form])  # which hands all of it on
def test_who_keeps_a_function_does_not_run_it(form: str) -> None:
    assert "heard" not in run(bus(form), "Bus.on")
    assert "heard" not in run(bus(form), "Bus.__init__")


@pytest.mark.parametrize("form", KEEPING)
def test_what_nobody_hands_over_is_not_run(form: str) -> None:
    assert "heard" not in run(bus(form, "heard()\nbus.on('a', print)\nbus.on('a')\nset().on('a', heard)"), "Bus.emit")


@pytest.mark.parametrize("form", KEEPING)
def test_who_calls_what_was_kept_runs_it(form: str) -> None:
    assert "heard" in run(bus(form), "Bus.emit")


@pytest.mark.parametrize(
    "after",
    [
        "bus.on(name='a', f=heard)",
        "def also(it):\n    bus.on('a', it)\nalso(heard)",
        "class Ears:\n    def heard(self):\n        pass\n    def listen(self):\n        bus.on('a', self.heard)",
        "class Heir(Bus):\n    pass\nHeir().on('a', heard)",
    ],
)
def test_whoever_hands_it_over(after: str) -> None:
    assert {name.rpartition(".")[2] for name in run(bus("a list", after), "Bus.emit")} == {"heard"}


@pytest.mark.parametrize("after", ["Bus(heard)", "Bus(first=heard)", "class Heir(Bus):\n    pass\nHeir(heard)"])
def test_what_an_object_is_made_with(after: str) -> None:
    code = BUS.replace("ADD", "pass").replace("EMIT", "self.first(*given)") + after
    assert "heard" in run(code, "Bus.emit")


def test_what_a_decorator_of_an_object_keeps() -> None:
    on = "def put(it):\n            self.named.setdefault(name, []).append(it)\n            return it\n"
    on += "        return put"
    code = BUS.replace("(self, name, f)", "(self, name)").replace("ADD", on).replace("EMIT", NAMED)
    assert "heard" in run(
        code.replace("bus = Bus()\n", "").replace("def heard", "bus = Bus()\n@bus.on('a')\ndef heard"), "Bus.emit"
    )


def test_who_only_calls_what_he_is_handed_is_told_by_who_hands_it() -> None:
    """Else whoever calls such a helper would lead to all that anybody hands it."""
    code = BUS.replace("ADD", "f()").replace("EMIT", "pass") + "def use():\n    bus.on('a', heard)\n"
    assert "heard" in run(code, "use")
    assert "heard" not in run(code, "Bus.on")


@pytest.mark.parametrize("does", ["len(KEPT)", "KEPT.get('a')", "KEPT and 1", "KEPT['a'] = print", "x = 'a' in KEPT"])
def test_who_only_asks_for_what_is_kept_does_not_call_it(does: str) -> None:
    code = f"def heard():\n    pass\nKEPT = {{'a': heard}}\ndef use():\n    {does}\n"
    called = [edge for edge in reaches(code).edges(Symbol("main", "use")) if edge.target.qualname == "heard"]
    assert called == [] or does == "KEPT.get('a')"  # which hands it on
