"""Objects of which there can be one for each tenant."""

from __future__ import annotations

from codemods.analysis.kept import NAME, Holder
from codemods.survey.shared_state.sharing import Sharing
from tests.survey.shared_state.small import name, small

TEXT = """
import threading


class Plain:
    pass


class Own:
    _one = None

    def __new__(cls):
        if cls._one is None:
            cls._one = super().__new__(cls)
        return cls._one


class Starts:
    def __init__(self):
        threading.Thread(target=print).start()
        threading.Thread(target=self.run).start()

    def run(self):
        pass


kept = None


def get():
    global kept
    if kept is None:
        kept = Own()
    return kept


class Keeper:
    def __init__(self):
        self.mine = get()


keeper = Keeper()
"""


def test_what_it_is_given_and_where_its_class_keeps_that() -> None:
    sharing = Sharing(small(TEXT))
    objects = sharing.parts.objects
    assert objects.of(Holder(NAME, name("kept"))) == [name("Own")]
    assert [item.at for item in objects.keeping(name("Own")) or ()] == [name("Own._one")]
    assert objects.keeping(name("Plain")) == []


def test_what_making_another_one_would_start() -> None:
    objects = Sharing(small(TEXT)).parts.objects
    assert objects.obstacle(name("Starts")).startswith("making a Starts starts something (src/webui/small.py:")
    assert objects.obstacle(name("Plain")) == ""


def test_who_keeps_what_a_function_answers() -> None:
    sharing = Sharing(small(TEXT))
    uses = sharing.parts.mentions.of(Holder(NAME, name("kept")))
    assert list(sharing.parts.objects.kept_answers(uses)) == ["Keeper.mine keeps what get() answers"]
