"""What Python runs by itself: where it runs nothing first."""

from __future__ import annotations

import pytest

from tests.analysis.test_reach import IMPORT, reaches, way

_FIELD = "class Field:\n    def {method}: dig()\n"
_META = "class Meta(type):\n    def {method}: dig()\nclass Box(metaclass=Meta):\n    size = []\n"
_BOX = "class Box:\n    size = []\n    def {method}: dig()\nbox = Box()\n"
_START = "def start(it):\n    {line}\n"


def _code(head: str, method: str, line: str) -> str:
    return IMPORT + head.format(method=method) + _START.format(line=line)


_DESCRIBED = _FIELD + "class Box:\n    field = Field()\nbox = Box()\n"
NO_WAYS = {
    "a method of the name of one that checks": _code(
        "class Other(BaseModel):\n    @field_validator('size')\n    def check(cls, value): dig()\n"
        "class Box:\n    def {method}: ...\n",
        "check(self)",
        "Box()",
    ),
    "an object that is made": _code(_BOX, "__str__(self)", "Box()"),
    "an attribute that there is": _code(_BOX, "__getattr__(self, name)", "box.size"),
    "a method that there is": _code(
        _BOX + "class More(Box):\n    def f(self): ...\n", "__getattr__(self, name)", "More().f()"
    ),
    "an attribute of its own": _code(_DESCRIBED, "__get__(self, of, kind)", "box.other"),
    "a class's own attribute": _code(_META, "__getattr__(cls, name)", "Box.size"),
    "an item of an object": _code(_META, "__getitem__(cls, key)", "Box()['a']"),
    "another class": _code(_META + "class Other: ...\n", "__len__(cls)", "len(Other)"),
}
WAYS = {
    "checked as it is made": _code(
        "class Box(BaseModel):\n    @field_validator('size')\n    def {method}: dig()\n", "check(cls, value)", "Box()"
    ),
    "an heir that is checked": _code(
        "class Base(BaseModel):\n    @model_validator(mode='after')\n    def {method}: dig()\nclass Box(Base): ...\n",
        "check(self)",
        "Box()",
    ),
    "made ready by a library": _code("class Box:\n    def {method}: dig()\n", "__attrs_post_init__(self)", "Box()"),
    "a member that there is not": _code(
        "class Box(Enum):\n    A = 1\n    @classmethod\n    def {method}: dig()\n", "_missing_(cls, value)", "Box(it)"
    ),
    "said": _code(_BOX, "__str__(self)", "print(f'{box}')"),
    "compared": _code(_BOX, "__eq__(self, other)", "return box == it"),
    "added to": _code(_BOX, "__add__(self, other)", "return box + it"),
    "tested": _code(_BOX, "__bool__(self)", "return 1 if box else 2"),
    "awaited": _code(_BOX, "__await__(self)", "return await_(Box())"),
    "missing": _code(_BOX, "__missing__(self, key)", "return box['a']"),
    "an attribute that there is not": _code(_BOX, "__getattr__(self, name)", "return box.other"),
    "an attribute of an heir": _code(_BOX + "class More(Box): ...\n", "__getattr__(self, name)", "More().other"),
    "read through what describes it": _code(_DESCRIBED, "__get__(self, of, kind)", "return box.field"),
    "set through what describes it": _code(_DESCRIBED, "__set__(self, of, value)", "box.field = 1"),
    "a class that is counted": _code(_META, "__len__(cls)", "return len(Box)"),
    "a class that is gone through": _code(_META, "__iter__(cls)", "return [item for item in Box]"),
    "an item of a class": _code(_META, "__getitem__(cls, key)", "return Box['a']"),
    "an item of a class by itself": _code(_BOX, "__class_getitem__(cls, key)", "return Box['a']"),
    "a class that is called": _code(_META, "__call__(cls)", "return Box()"),
    "a method of a class": _code(_META, "all(cls)", "return Box.all()"),
    "an attribute that a class has not": _code(_META, "__getattr__(cls, name)", "return Box.other"),
    "an heir of a class": _code(_META + "class More(Box): ...\n", "__contains__(cls, key)", "return it in More"),
}


@pytest.mark.parametrize("form", NO_WAYS)
def test_runs_nothing(form: str) -> None:
    assert way(reaches(NO_WAYS[form])) is None


@pytest.mark.parametrize("form", WAYS)
def test_runs_what_nobody_calls(form: str) -> None:
    assert way(reaches(WAYS[form])) is not None


BOX = "class Box:\n    @property\n    def depth(self): dig()\n    def width(self): dig()\n"


@pytest.mark.parametrize(
    "code",
    [
        BOX + "def start(it):\n    return it.width\n",
        BOX + "class Other:\n    depth: int = 1\ndef start(it):\n    return it.depth\n",
        BOX
        + "class Other:\n    def __init__(self, it):\n        self.depth = it\ndef start(it):\n    return it.depth\n",
        BOX + "def start(it: str):\n    return it.depth\n",
        "class Box:\n    @property\n    def items(self): dig()\ndef start(it):\n    return it.items\n",
    ],
)
def test_a_name_that_others_have_as_well_runs_no_property(code: str) -> None:
    assert way(reaches(IMPORT + code)) is None


@pytest.mark.parametrize(
    "does", ["return it.depth", "print(it.depth)", "for one in it: one.depth", "return it[0].a.depth"]
)
def test_a_property_of_an_object_that_is_not_known_is_found_by_its_name(does: str) -> None:
    found = way(reaches(IMPORT + BOX + f"def start(it):\n    {does}\n"))
    assert found is not None
    assert found.guessed
