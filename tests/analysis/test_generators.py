"""Generators that are kept: whoever asks one for more runs its body. What keeps none comes first."""

from __future__ import annotations

import pytest

from codemods.analysis.holders import Holders
from codemods.analysis.kept import LOCAL
from tests.analysis.test_reach import IMPORT, reaches, way

HEAD = IMPORT + "def work():\n    seen = []\n    while True:\n        seen.append((yield dig()))\ndef once(): dig()\n"
NONE = {
    "another name": "kept = work()\nother = []\ndef start(): other.append(1)\n",
    "what is no generator": "kept = once()\ndef start(): kept.send(1)\n",
    "the function itself": "kept = work\ndef start(kept): kept.send(1)\n",
    "another attribute": "class A:\n    def __init__(self): self.kept = work()\n    def f(self): self.other.send(1)\n"
    "def start(): A.f(A)\n",
}
KEPT = {
    "by a module": "kept = work()\ndef start(): kept.send(1)\n",
    "that is gone through": "kept = work()\ndef start():\n    return next(kept)\n",
    "by an attribute": "class A:\n    def f(self): self.kept.send(1)\n    def run(self): self.kept = work()\na = A()\n"
    "def start(): a.f()\n",
    "of a class": "class A:\n    kept = work()\ndef start(): A.kept.send(1)\n",
}


@pytest.mark.parametrize("form", NONE)
def test_runs_no_generator(form: str) -> None:
    assert way(reaches(HEAD + NONE[form])) is None


@pytest.mark.parametrize("form", KEPT)
def test_who_asks_for_more_runs_the_body(form: str) -> None:
    assert str(way(reaches(HEAD + KEPT[form]))).endswith("work → dig()")


@pytest.mark.parametrize("form", ["by a module", "of a class"])
def test_names_of_one_that_is_kept_live_on(form: str) -> None:
    found = reaches(HEAD + KEPT[form])
    changed = Holders(found.program, found.generators.functions).changes
    assert [holder.name for holder in changed if holder.kind == LOCAL] == ["seen"]
    assert not [holder for holder in Holders(found.program).changes if holder.kind == LOCAL]
