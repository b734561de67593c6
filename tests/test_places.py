"""Places: what LibCST's command line says is what a command gets, and nothing else is understood."""

from __future__ import annotations

import pytest

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
    Place,
    Role,
    Scoping,
    Splitting,
    State,
    Subscription,
)

P, T, B = Half.PROCESS, Half.TENANT, Half.BOTH
SAID: dict[str, Place] = {
    "EventType": Definition("EventType"),
    "Moods.by_chat": Member("Moods", "by_chat"),
    "Outer.Inner.count": Member("Outer.Inner", "count"),
    "_miners": Member("", "_miners"),
    "Hub.send": Beginning("Hub.send"),
    "send=chat,text": Beginning("send", ("chat", "text")),
    "a.<locals>.b#2=1": Decorators("a.<locals>.b#2", 1),
    "names=registry.all()[...]": Expression("names", "registry.all()[...]"),
    "run=submit@fn=lambda": Handover("run", "submit", "fn", "lambda"),
    "receive=0": Branch("receive", 0),
    "receive=1=tenant_id,agent_id": Scoping("receive", 1, ("tenant_id", "agent_id")),
    "run=Start._task": State("run", "Start._task"),
    "<module>:=cache": State("<module>", "cache", Role.FIRST),
    "Start.__init__:=self.stop|self.stop.set()": State("Start.__init__", "self.stop", Role.FIRST, ("self.stop.set()",)),
    "Digest=components=start(self.go())": Beginnings("Digest", "components", "start(self.go())"),
    "Start+=_task": State("Start", "_task", Role.LACKING),
    "Start": Subscription("Start"),
    "Start~": Subscription("Start", keeps_name=True),
    "components=p.Start~": Subscription("p.Start", "components", keeps_name=True),
    "Start=P(P(T)T)B": Splitting("Start", (P, (P, (T,), T), B)),
    "components:=Start": Splitting("Start", function="components"),
}


@pytest.mark.parametrize(("text", "place"), SAID.items())
def test_a_text_and_its_place(text: str, place: Place) -> None:
    assert type(place).parse(text) == place
    assert str(place) == text


NOT_UNDERSTOOD: dict[str, tuple[type[Place], str]] = {
    "no number": (Decorators, "Hub.send"),
    "a number that is none": (Branch, "receive=first"),
    "no function": (Expression, "=registry.all()"),
    "no argument": (Handover, "run=submit=work"),
    "no expression": (State, "run"),
    "a letter that is no half": (Splitting, "Start=PX"),
    "a bracket too few": (Splitting, "Start=P(T"),
    "a bracket too many": (Splitting, "Start=P)T"),
}


@pytest.mark.parametrize(("kind", "text"), NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD)
def test_a_text_that_names_no_place(kind: type[Place], text: str) -> None:
    with pytest.raises(ValueError):
        kind.parse(text)


def test_an_imported_name() -> None:
    assert Imported.parse("src.hub:own") == Imported("src.hub", "own")
    with pytest.raises(ValueError):
        Imported.parse("own")


SHOWN = {
    Beginning("send", ("chat",)): "send",
    State("Start", "_task", Role.LACKING): "Start",
    Subscription("Start", "components"): "components",
    Splitting("Start", (P, T)): "Start",
}


@pytest.mark.parametrize(("place", "what"), SHOWN.items())
def test_people_are_shown_the_function_or_class(place: Place, what: str) -> None:
    assert place.what == what
