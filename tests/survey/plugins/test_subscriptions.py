"""Which events a handler is called for, and where that is said."""

from __future__ import annotations

import pytest

from codemods.survey.plugins.subscriptions import UNREAD
from tests.survey.plugins.small import NOBODYS, PAIR, handler, name, plugin

INFO = "(EventHandlerInfo(name='start', event_type={event}), Start)"


def events(event: str, components: str = PAIR, before: str = "", after: str = "") -> set[str]:
    start = plugin(handler(NOBODYS, event, before) + after, components)
    return set(start.events_of(name("Start")))


@pytest.mark.parametrize(
    ("event", "before", "expected"),
    [
        ("EventType.ON_START", "", {"ON_START"}),
        ("EventType.ON_START.value", "", {"ON_START"}),
        ("'on_start'", "", {"ON_START"}),
        ("EventType('on_start')", "", {"ON_START"}),
        ("EventType['ON_START']", "", {"ON_START"}),
        ("STARTING", "STARTING = EventType.ON_START", {"ON_START"}),
        ("ALL", "ALL = [EventType.ON_START, *OTHERS]\nOTHERS = ('on_stop',)", {"ON_START", "ON_STOP"}),
        ("EventType.ON_START if json else EventType.ON_STOP", "", {"ON_START", "ON_STOP"}),
        ("[]", "", set()),
        ("chosen()", "", {UNREAD}),
        ("[EventType.ON_START, chosen()]", "", {"ON_START", UNREAD}),
    ],
)
def test_events_through_constants_and_lists(event: str, before: str, expected: set[str]) -> None:
    assert events(event, before=before) == expected


def test_events_of_a_base() -> None:
    before = "class Base(BaseEventHandler):\n    event_type = EventType.ON_START\n"
    heir = "\n\nclass Heir(Base):\n    async def execute(self, message):\n        pass\n"
    start = plugin(handler(NOBODYS, "EventType.ON_STOP", before) + heir)
    assert start.events_of(name("Heir")) == {"ON_START"}
    assert start.events_of(name("Start")) == {"ON_STOP"}


def test_an_event_that_is_said_where_the_handler_is_registered() -> None:
    assert events("EventType.ON_MESSAGE", INFO.format(event="EventType.ON_START")) == {"ON_MESSAGE", "ON_START"}
    start = plugin(handler(NOBODYS), INFO.format(event="EventType.ON_START"))
    ((cls, place),) = start.subscriptions.pairs
    assert (cls, place.function, place.written) == (name("Start"), "FormPlugin.get_plugin_components", "Start")


def test_an_event_that_is_set_later_cannot_be_told() -> None:
    assert UNREAD in events("EventType.ON_MESSAGE", after="\n\nStart.event_type = EventType.ON_START\n")


def test_a_registration_for_a_class_that_cannot_be_followed() -> None:
    odd = "(EventHandlerInfo(event_type=EventType.ON_START), *json.loads('[]'))"
    start = plugin(handler(NOBODYS), f"{PAIR},\n            {odd}")
    assert [path for path, _ in start.subscriptions.unpaired] == ["plugin.py"]
    assert plugin(handler(NOBODYS)).subscriptions.unpaired == []


def test_a_name_that_states_the_event_stays_where_others_know_it() -> None:
    text = handler(NOBODYS).replace("'start'", "'form_on_start'")
    assert not plugin(text).subscriptions.keeps_name(name("Start"))
    assert plugin(text + "\n\nKNOWN = ['form_on_start']\n").subscriptions.keeps_name(name("Start"))


def test_events_of_a_class_that_no_statement_makes_cannot_be_told() -> None:
    after = "\n\nasync def heard(self, message): ...\n\n\n"
    made = 'Other = type("Other", (BaseEventHandler,), {"event_type": EventType.ON_START, "execute": heard})\n'
    start = plugin(handler(NOBODYS) + after + made)
    assert start.events_of(name("Other")) == {UNREAD}
    assert start.events_of(name("Start")) == {"ON_START"}
