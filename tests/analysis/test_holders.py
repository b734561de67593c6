"""Which holder a change is of: names, attributes, closures, defaults, and what is handed on."""

from __future__ import annotations

from textwrap import dedent
from unittest.mock import patch

import pytest

from codemods.analysis.facts import FileFacts
from codemods.analysis.holders import Holders
from codemods.analysis.lifetimes import one_of_process
from codemods.analysis.program import Program
from codemods.analysis.reading import read_facts
from codemods.analysis.symbols import Symbol


def program_of(**modules: str) -> Program:
    read = [read_facts(f"{name}.py", name, dedent(code).encode()) for name, code in modules.items()]
    return Program([facts for facts in read if isinstance(facts, FileFacts)])


def changed(**modules: str) -> dict[str, list[str]]:
    """What is changed, and the functions that do it."""
    found = Holders(program_of(**modules)).changes
    return {str(holder.at): [change.function.qualname for change in changes] for holder, changes in found.items()}


@pytest.mark.parametrize(
    "code",
    [
        "def f():\n    kept = {}\n    kept[1] = 2\n    kept.update(a=1)",
        "kept = {}\ndef f(kept):\n    kept[1] = 2",
        "kept = {}\ndef f():\n    return kept.get(1), kept[2], len(kept)",
        "kept = {}\nkept[1] = 2",
        "def f(kept=None):\n    kept.append(1)",
        "kept = []\ndef f(other):\n    other.append(1)\ndef g():\n    f([])",
        "kept = []\ndef f(other):\n    other.append(1)\ndef g():\n    f(list(kept))",
        "kept = []\ndef f():\n    other = kept[:]\n    other.append(1)",
        "kept = []\ndef f(one, other):\n    for one.last in kept:\n        one.append(1)",
        "kept = []\ndef f():\n    other = kept[1:]\n    other += [1]",
        "kept = 1\ndef f():\n    other = kept\n    other += 1",
        "def f(kept=0):\n    kept += 1\n    kept += len([])",
        "from functools import partial\ndef f(a, b):\n    return a, b\nkept = []\ng = partial(f, kept)",
        "from functools import partial\ndef f(a, b):\n    b.append(a)\nkept = []\ng = partial(f, kept)",
        "from functools import partial\ndef f(a, b):\n    a.append(b)\ndef g():\n    return partial(f, [])",
        "from functools import partial\ndef f(a, b):\n    b.append(a)\ng = partial(f, [])",
        "class A:\n    @property\n    def kept(self):\n        return []\na = A()\ndef f():\n    a.kept.append(1)",
        "import asyncio\ndef f(kept: 'asyncio.Task | None'):\n    kept.name = 1",
        "kept = {}\ndef f():\n    own = dict(kept)\n    own[1] = 2\n    own.update(a=1)",
        "kept = {}\ndef f():\n    own = {**kept, 'a': 1}\n    own['a'] = 2\n    del own['a']",
        "import copy\nkept = {}\ndef f():\n    own = copy.deepcopy(kept)\n    own['a'].append(1)",
        "kept = []\ndef f():\n    own = [one.name for one in kept]\n    own[0].append(1)\n    own.append(1)",
        "kept = []\ndef f():\n    own = [one for one in kept if one]\n    own.append(1)\n    own.sort()",
        "kept = {}\ndef f():\n    own = {k: [] for k, v in kept.items()}\n    own[1].append(1)",
        "kept = []\ndef f():\n    own = max(kept, key=len)\n    own = 1",
        "kept = []\ndef f():\n    for n, one in enumerate(kept):\n        n += 1",
        "kept = {}\ndef f(a):\n    own = dict(a)\n    own[1] = 1\ndef g():\n    f(kept)",
        "import copy\nkept = object()\ndef f():\n    own = copy.copy(kept)\n    own.a = 1",
        "from collections import defaultdict\nkept = defaultdict(int)\ndef f(a):\n    return kept[a]",
        "from fastapi import Request\ndef f(request: Request):\n    request.state.a = 1\n    request.scope['user'] = 1",
        "from fastapi import Request\ndef f(request: Request):\n    request.scope['state']['a'] = 1",
        "kept = {}\ndef give():\n    return dict(kept)\ndef f(own=Depends(give)):\n    own[1] = 2",
    ],
)
def test_what_is_a_functions_own_is_no_holder(code: str) -> None:
    assert changed(m=code) == {}


@pytest.mark.parametrize(
    ("code", "holder", "function"),
    [
        ("kept = {}\ndef f():\n    kept[1] = 2", "m:kept", "f"),
        ("kept = None\ndef f():\n    global kept\n    kept = 2", "m:kept", "f"),
        ("kept = 0\ndef f():\n    global kept\n    kept += 2", "m:kept", "f"),
        ("kept = {}\ndef f():\n    del kept[1]", "m:kept", "f"),
        ("kept = {}\ndef f():\n    kept.setdefault(1, []).append(2)", "m:kept", "f"),
        ("kept = {}\ndef f():\n    other = kept\n    other[1] = 2", "m:kept", "f"),
        ("kept = {}\ndef f():\n    globals()['kept'] = 1", "m:kept", "f"),
        ("import heapq\nkept = []\ndef f():\n    heapq.heappush(kept, 1)", "m:kept", "f"),
        ("kept = []\ndef f(other):\n    other.append(1)\ndef g():\n    f(kept)", "m:kept", "g"),
        ("kept = []\ndef f(a):\n    a.append(1)\ndef g(b):\n    f(b)\ndef h():\n    g(kept)", "m:kept", "h"),
        ("class A:\n    kept = []\n    def f(self):\n        self.kept.append(1)", "m:A.kept", "A.f"),
        *(
            (
                f"class A:\n    kept = {made}\nclass B(A):\n    def f(self, a):\n        {does}",
                "m:A.kept",
                "B.f",
            )
            for made, does in (
                ("[]", "self.kept.append(a)"),
                ("{}", "self.kept[a] = a"),
                ("{}", "self.kept.setdefault(a, []).append(a)"),
                ("make()", "self.kept.add(a)"),
            )
        ),
        ("class B:\n    def f(self, a):\n        self.kept.append(a)", "m:B.kept", "B.f"),
        (
            "class A:\n    kept: list\nclass B(A):\n    kept = make()\n    def f(self, a):\n        self.kept.add(a)",
            "m:B.kept",
            "B.f",
        ),
        (
            "class A:\n    kept = []\nclass B(A):\n    kept = []\n    def f(self, a):\n        self.kept.append(a)",
            "m:B.kept",
            "B.f",
        ),
        ("class A:\n    kept = 0\n    @classmethod\n    def f(cls):\n        cls.kept = 1", "m:A.kept", "A.f"),
        (
            "class A:\n    def __init__(self):\n        self.kept = 0\na = A()\ndef f():\n    a.kept = 1",
            "m:A.kept",
            "f",
        ),
        ("class A:\n    kept = 0\ndef f():\n    setattr(A, 'kept', 1)", "m:A.kept", "f"),
        *(
            (f"import copy\nkept = {{}}\ndef f():\n    own = {made}\n    own['a'].append(1)", "m:kept", "f")
            for made in (
                "dict(kept)",
                "kept.copy()",
                "{**kept}",
                "kept | {}",
                "copy.copy(kept)",
                "{**kept, 'b': 1} | {}",
            )
        ),
        ("kept = []\ndef f():\n    own = kept[:]\n    own[0].a = 1", "m:kept", "f"),
        *(
            (f"import itertools, random\nkept = []\ndef f():\n    own = {picked}\n    own.append(1)", "m:kept", "f")
            for picked in (
                "next(iter(kept))",
                "next((one for one in kept if one), None)",
                "max(kept, key=len)",
                "random.choice(kept)",
                "sorted(kept)[0]",
                "[one for one in kept if one][0]",
                "next(filter(None, kept))",
            )
        ),
        *(
            (f"import itertools\nkept = []\ndef f():\n    for one in {passed}:\n        one.append(1)", "m:kept", "f")
            for passed in ("itertools.chain(kept, [])", "filter(None, kept)", "reversed(list(kept))")
        ),
        ("kept = []\ndef f():\n    for n, one in enumerate(kept):\n        one.a = 1", "m:kept", "f"),
        ("kept = []\ndef f():\n    for one, n in zip(kept, 'a'):\n        one['a'] = 1", "m:kept", "f"),
        ("kept = {}\ndef f():\n    own = {k: v for k, v in kept.items()}\n    own[1].append(1)", "m:kept", "f"),
        ("kept = {}\ndef f(a):\n    own = dict(a)\n    own[1].append(1)\ndef g():\n    f(kept)", "m:kept", "g"),
        ("kept = []\ndef f():\n    own = [*kept, 1]\n    own[0].append(1)", "m:kept", "f"),
        (
            "from dataclasses import replace\nkept = object()\ndef f():\n    own = replace(kept)\n    own.b.append(1)",
            "m:kept",
            "f",
        ),
        ("class A:\n    kept = []\n    def f(self):\n        __class__.kept.append(1)", "m:A.kept", "A.f"),
        (
            "from collections import defaultdict\nkept = defaultdict(int)\ndef f(a):\n    return kept[a]\n"
            "def g():\n    return list(kept.items())",
            "m:kept",
            "f",
        ),
        ("kept = {}\ndef give():\n    return kept\ndef f(own=Depends(give)):\n    own[1] = 2", "m:kept", "f"),
        (
            "kept = {}\ndef give():\n    yield kept\ndef f(own: Annotated[dict, Depends(give)]):\n    own[1] = 2",
            "m:kept",
            "f",
        ),
        (
            "kept = {}\ndef give():\n    return kept\nA = Annotated[dict, Depends(give)]\ndef f(a: A):\n    a[1] = 2",
            "m:kept",
            "f",
        ),
        (
            "class A:\n    def __init__(self):\n        self.kept = []\ndef f(own=A()):\n    own.kept.append(1)",
            "m:A.kept",
            "f",
        ),
        ("def f(kept=[]):\n    kept.append(1)", "m:f.kept", "f"),
        ("def f(kept=[]):\n    kept += [1]", "m:f.kept", "f"),
        ("def f(rows, kept=[]):\n    kept += rows", "m:f.kept", "f"),
        ("kept = []\ndef f():\n    other = kept\n    other += [1]", "m:kept", "f"),
        ("kept = set()\ndef f(a):\n    a |= {1}\ndef g():\n    f(kept)", "m:kept", "g"),
        ("kept = []\ndef f():\n    for one in list(kept):\n        one.append(1)", "m:kept", "f"),
        ("kept = []\ndef f():\n    for one in sorted(tuple(kept)):\n        one.last = 1", "m:kept", "f"),
        (
            "from functools import partial\ndef f(a, b):\n    a.append(b)\nkept = []\ng = partial(f, kept)",
            "m:kept",
            "f",
        ),
        (
            "import functools\ndef f(b, a):\n    a.append(b)\nkept = []\ng = functools.partial(f, 1, a=kept)",
            "m:kept",
            "f",
        ),
        ("from functools import partial\ndef f(a, b):\n    a.append(b)\ng = partial(f, [])", "m:f.a", "f"),
        ("from functools import partial\ndef f(b, a):\n    a.append(b)\ng = partial(f, a=[])", "m:f.a", "f"),
        (
            "import functools\nclass A:\n    @functools.cached_property\n    def kept(self):\n        return []\n"
            "a = A()\ndef f():\n    a.kept.append(1)",
            "m:A.kept",
            "f",
        ),
        ("def f():\n    f.kept = 1", "m:f.kept", "f"),
        ("def f():\n    kept = []\n    def g():\n        kept.append(1)\n    return g", "m:f.kept", "f.<locals>.g"),
        (
            "def f():\n    kept = 0\n    def g():\n        nonlocal kept\n        kept = 1\n    return g",
            "m:f.kept",
            "f.<locals>.g",
        ),
        ("import os\ndef f():\n    os.environ['KEPT'] = '1'", "os:environ", "f"),
        ("def f(request):\n    request.app.state.kept = 1", "app.state:kept", "f"),
        *(
            (f"from fastapi import Request\ndef f(request: Request, scope):\n    {does}", "app.state:kept", "f")
            for does in (
                "request.scope['app'].state.kept = 1",
                "request.scope.get('app').state.kept.append(1)",
                "request['app'].state.kept[1] = 2",
                "scope['app'].state.kept = 1",
                "it = request.scope['app']\n    it.state.kept = 1",
                "it = request.scope['app'].state\n    it.kept = 1",
            )
        ),
    ],
)
def test_what_outlives_a_function_is(code: str, holder: str, function: str) -> None:
    assert function in changed(m=code).get(holder, [])


def test_names_are_followed_through_imports() -> None:
    found = changed(
        store="kept = {}",
        again="from store import kept as held",
        m="import store\nfrom again import held\ndef f():\n    held[1] = 2\ndef g():\n    store.kept[1] = 2",
    )
    assert found == {"store:kept": ["f", "g"]}


def test_all_that_a_module_gives_by_a_star_is_followed() -> None:
    found = changed(store="kept = {}\n_own = {}", m="from store import *\ndef f():\n    kept[1] = 2\n    _own[1] = 2")
    assert found == {"store:kept": ["f"]}


def test_of_two_imports_of_a_name_the_one_in_view_is_followed() -> None:
    text = "try:\n    {}\nexcept ImportError:\n    {}\ndef f():\n    kept[1] = 2"
    imports = ("from store import kept", "from elsewhere import kept")
    for first, second in (imports, imports[::-1]):
        assert changed(store="kept = {}", m=text.format(first, second)) == {"store:kept": ["f"]}


def test_who_reads_a_holder() -> None:
    program = program_of(
        m="kept = {}\ndef f():\n    kept[1] = 2\ndef g():\n    return kept[1]\ndef h(kept):\n    kept[1]"
    )
    holders = Holders(program)
    (holder,) = holders.changes
    assert [reading.function.qualname for reading in holders.readers(holder)] == ["f", "g"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("class A: pass\ndef f():\n    return A()", set()),
        ("class A: pass\nitems = {}\ndef f():\n    items[1] = A()", set()),
        (
            "class A: pass\nclass B:\n    def __init__(self):\n        self.items = {}\n    def put(self):\n"
            "        self.items[1] = A()\nb = B()",
            {"B"},
        ),
        ("class A: pass\na = A()", {"A"}),
        ("class A: pass\ndef f(a=A()): pass", {"A"}),
        ("class A: pass\ndef f():\n    def g(a=A()): pass", set()),
        ("class A: pass\n_a = None\ndef get():\n    global _a\n    _a = A()\n    return _a", {"A"}),
        ("class A: pass\nclass B:\n    def __init__(self):\n        self.a = A()\nb = B()", {"A", "B"}),
        (
            "class A:\n    one = None\n    def __new__(cls):\n        cls.one = super().__new__(cls)\n        return 1",
            {"A"},
        ),
        (
            "class M(type):\n    made = {}\n    def __call__(c):\n        c.made[c] = 1\nclass A(metaclass=M): pass",
            {"A"},
        ),
        (
            "def once(cls):\n    made = {}\n    def get():\n        made[1] = cls()\n    return get\n@once\nclass A: 1",
            {"A"},
        ),
        ("from functools import lru_cache\nclass A: pass\n@lru_cache\ndef get():\n    return A()", {"A"}),
        ("from host import Hosted\nclass A(Hosted): pass", {"A"}),
    ],
)
def test_which_classes_the_process_has_one_object_of(code: str, expected: set[str]) -> None:
    found = one_of_process(program_of(m=code), [Symbol("host", "Hosted")])
    assert {identifier.qualname for identifier in found} == expected


MANY = {
    "a name": ("kept = None\n", "def f{n}(a):\n    global kept\n    kept = C{n}()\n    kept.x = a\n"),
    "an attribute": ("class Box:\n", "    def f{n}(self, a):\n        self.kept = C{n}()\n        self.kept.x = a\n"),
}


@pytest.mark.parametrize("form", MANY)
def test_what_is_given_hundreds_of_values_is_looked_up_once_for_all_functions(form: str) -> None:
    head, each = MANY[form]

    def looked_up(number: int) -> int:
        classes = "".join(f"class C{n}:\n    def __init__(self):\n        self.x = 1\n" for n in range(number))
        code = classes + head + "".join(each.format(n=n) for n in range(number))
        program = program_of(m=code)
        with patch.object(program, "lineage", wraps=program.lineage) as asked:
            assert len(Holders(program).changes) >= number
        return asked.call_count

    assert looked_up(120) < 3 * looked_up(60)


@pytest.mark.parametrize("count", [10, 50])
def test_names_for_names_are_followed_however_many_there_are(count: int) -> None:
    names = "".join(f"    n{number + 1} = n{number}\n" for number in range(count))
    code = f"kept = []\ndef f():\n    n0 = {{given}}\n{names}    n{count}.append(1)\n"
    assert changed(m=code.format(given="kept.copy()")) == {}
    assert changed(m=code.format(given="kept")).keys() == {"m:kept"}


def test_names_that_are_all_given_each_other_are_looked_into_once() -> None:
    names = [f"n{number}" for number in range(20)]
    given = "".join(f"    {one} = {other}\n" for one in names for other in names if one != other)
    assert changed(m=f"kept = []\ndef f():\n    n0 = kept\n{given}    n9.append(1)\n").keys() == {"m:kept"}
