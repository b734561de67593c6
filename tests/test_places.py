"""Places: what people are shown of them, and how LibCST's command line says one of each type, and of no other form."""

from __future__ import annotations

import pytest

from codemods import places
from codemods.commands.editing.arguments import read_place
from codemods.errors import TenantizeError
from codemods.places import (
    Beginning,
    Beginnings,
    Branch,
    Decorators,
    Definition,
    Expression,
    Half,
    Handover,
    Imported,
    Member,
    Named,
    Place,
    Registration,
    Role,
    Scoping,
    Splitting,
    State,
    Subscription,
    Tried,
    Unimported,
)

P, T, B = Half
NAMED: dict[str, Place] = {
    "EventType": Definition("EventType"),
    "Moods.by_chat": Member("Moods.by_chat"),
    "Hub.send": Beginning("Hub.send"),
    "a.<locals>.b#2": Decorators("a.<locals>.b#2", 0),
    "Start": Subscription("Start"),
}
IN_JSON: dict[str, Place] = {
    '"name": "EventType"': Definition("EventType"),
    '"qualname": "_miners"': Member("_miners"),
    '"function": "send", "parameters": ["chat", "text"]': Beginning("send", ("chat", "text")),
    '"function": "a", "below": 1': Decorators("a", 1),
    '"function": "names", "text": "registry.all()[...]"': Expression("names", "registry.all()[...]"),
    '"function": "run", "call": "submit", "argument": "fn", "text": "a"': Handover("run", "submit", "fn", "a"),
    '"function": "receive", "number": 0': Branch("receive", 0),
    '"function": "receive", "number": 1, "given": ["a", "b"]': Scoping("receive", 1, ("a", "b")),
    '"function": "Digest.components", "handler": "Load"': Registration("Digest.components", "Load"),
    '"function": "components", "handler": "Load", "module": ".a"': Registration("components", "Load", ".a"),
    '"scope": "run", "text": "Start._task"': State("run", "Start._task"),
    '"scope": "<module>", "text": "cache", "role": "first"': State("<module>", "cache", Role.FIRST),
    '"scope": "f", "text": "a", "role": "first", "prepared": ["a.b()"]': State("f", "a", Role.FIRST, ("a.b()",)),
    '"scope": "Start", "text": "_task", "role": "lacking"': State("Start", "_task", Role.LACKING),
    '"cls": "Start", "keeps_name": true': Subscription("Start", keeps_name=True),
    '"cls": "p.Start", "function": "components", "keeps_name": true': Subscription("p.Start", "components", True),
    '"cls": "Digest", "handler": "Load", "statement": "start()"': Beginnings("Digest", "Load", "start()"),
    '"cls": "A", "handler": "B", "statement": "c", "is_gated": true': Beginnings("A", "B", "c", is_gated=True),
    '"cls": "A", "handler": "B", "statement": "c", "making": true': Beginnings("A", "B", "c", making=True),
    '"cls": "A", "halves": ["process", {"halves": ["process", {"halves": ["tenant"]}, "tenant"]}, "both"]': (
        Splitting("A", (P, Tried((P, Tried((T,)), T)), B))
    ),
    '"name": "below", "module": "src.webui.tenant_files"': Unimported("below", "src.webui.tenant_files"),
    '"cls": "Start", "halves": [], "function": "components"': Splitting("Start", (), "components"),
}


@pytest.mark.parametrize(
    ("text", "place"), [*NAMED.items(), *((f"{{{said}}}", place) for said, place in IN_JSON.items())]
)
def test_a_text_and_its_place(text: str, place: Place) -> None:
    assert read_place(type(place), text) == place


def test_every_type_of_place_is_read() -> None:
    kinds = [kind for name, kind in vars(places).items() if hasattr(kind, "what") and name[0] != "_"]
    assert set(kinds) - {Place, Named} == {type(place) for place in IN_JSON.values()}


NOT_UNDERSTOOD: dict[str, tuple[type[Place], str, str]] = {
    "a name that is not enough": (Branch, "f", '\'f\' names no place: write {"function": …, "number": …}.'),
    "a name and more": (Beginning, "f=a", '\'f=a\' names no place: write a name, or {"function": …, "parameters": …}.'),
    "no name": (Definition, "", "'' names no place: write a name, or {\"name\": …}."),
    "no JSON": (Branch, '{"function": "run"', "names no place: write"),
    "JSON of something else": (Branch, '["run", 1]', "names no place: write"),
    "no number": (Branch, '{"function": "run"}', '{"function": "run"}: there is no key `number`: add it.'),
    "a number that is none": (Branch, '{"function": "f", "number": "1"}', "`number` is a text: write a whole number."),
    "no function": (Expression, '{"text": "registry.all()"}', "there is no key `function`: add it."),
    "no argument": (Handover, '{"function": "run", "call": "submit", "text": "a"}', "no key `argument`: add it."),
    "no expression": (State, '{"scope": "run"}', "there is no key `text`: add it."),
    "a role that is none": (
        State,
        '{"scope": "run", "text": "a", "role": "last"}',
        '`role` is "last": choose from "use", "first", "lacking".',
    ),
    "no halves": (Splitting, "Start", "names no place: write {"),
    "a half that is none": (
        Splitting,
        '{"cls": "Start", "halves": ["process", "X"]}',
        '`halves[2]` is "X": choose from "process", "tenant", "both".',
    ),
    "a try without its halves": (Splitting, '{"cls": "Start", "halves": [{}]}', "`halves[1]` has no key `halves`"),
    "a half in no list": (Splitting, '{"cls": "Start", "halves": "both"}', "`halves` is a text: write a list."),
    "a key that there is not": (Member, '{"qualname": "a", "own": "b"}', "unknown key `own`: known: qualname."),
    "a key that is misspelt": (Branch, '{"funktion": "run", "number": 1}', "did you mean `function`?"),
}


@pytest.mark.parametrize(("kind", "text", "sentence"), NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD)
def test_a_text_that_names_no_place(kind: type[Place], text: str, sentence: str) -> None:
    with pytest.raises(TenantizeError) as error:
        read_place(kind, text)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_an_imported_name() -> None:
    assert Imported.parse("src.hub:own") == Imported("src.hub", "own")
    with pytest.raises(ValueError, match="'own' names nothing to import: write module:name"):
        Imported.parse("own")


SHOWN = {
    Beginning("send", ("chat",)): "send",
    Member("Moods.by_chat"): "Moods.by_chat",
    State("Start", "_task", Role.LACKING): "Start",
    Subscription("Start", "components"): "components",
    Splitting("Start", (P, T)): "Start",
}


@pytest.mark.parametrize(("place", "what"), SHOWN.items())
def test_people_are_shown_the_function_or_class(place: Place, what: str) -> None:
    assert place.what == what


@pytest.mark.parametrize(
    ("qualname", "owner", "name"), [("Outer.Inner.count", "Outer.Inner", "count"), ("_miners", "", "_miners")]
)
def test_whose_a_member_is(qualname: str, owner: str, name: str) -> None:
    assert (Member(qualname).owner, Member(qualname).name) == (owner, name)
