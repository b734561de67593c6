"""What the audit says of plugins' event handlers, and the edits that mend them, in their order."""

from __future__ import annotations

import pytest

from codemods.survey.plugins.start_edits import edits_of, event_handlers
from codemods.survey.verdicts import EntryPoint, Finding
from tests.survey.plugins.small import NOBODYS, PAIR, PROCESS, TENANT, handler, plugin

RETURN = "\nreturn True, True, None, None, None"


@pytest.mark.parametrize(
    ("text", "verdict", "by_hand", "edits"),
    [
        (handler(NOBODYS), "global", False, []),
        (handler(TENANT, "EventType.ON_MESSAGE"), "secure", False, []),
        (handler(TENANT, "EventType.ON_TENANT_LOAD"), "secure", False, []),
        (handler(TENANT), "insecure", False, ["tenant-handler"]),
        (handler(f"{TENANT}\n{PROCESS}"), "insecure", False, ["mixed-handler", "mixed-handler"]),
        (handler("atexit.register(global_config.bot)"), "insecure", True, []),
        (handler(TENANT, "EventType.ON_STOP"), "insecure", True, []),
    ],
    ids=["stays", "a message's", "each tenant's", "moves", "splits", "is left", "of the stop"],
)
def test_each_handler_has_its_verdict_and_its_edits(text: str, verdict: str, by_hand: bool, edits: list[str]) -> None:
    start = plugin(text)
    (entry,) = [item for item in event_handlers(start.program) if isinstance(item, EntryPoint)]
    assert (entry.name, entry.verdict, entry.by_hand) == ("Start", verdict, by_hand)
    assert [site.on for site in edits_of(start)] == edits
    assert {site.atomic_group for site in edits_of(start)} <= {"plugins.form_plugin"}


def test_what_it_keeps_goes_along_from_its_first_value_to_its_last_use() -> None:
    text = handler("_words.append(global_config.bot)" + RETURN, before="_words = []")
    places = [(site.on, site.place) for site in edits_of(plugin(text))]
    assert [on for on, _ in places] == ["tenant-handler", "tenant-state", "tenant-state"]
    assert len(set(places)) == 3


def test_files_that_all_tenants_share_are_a_finding_beside_the_move() -> None:
    start = plugin(handler("print(global_config.bot)\nopen('words.json', 'w').write('a')"))
    (finding,) = [item for item in event_handlers(start.program) if isinstance(item, Finding)]
    assert finding.reason.startswith("moves to ON_TENANT_LOAD, but all tenants share what plugin.py:")


def test_a_class_whose_bases_do_not_tell_is_a_finding() -> None:
    other = (
        "\n\nclass Odd(missing.Handler):\n    event_type = EventType.ON_START\n\n    def execute(self):\n        pass\n"
    )
    start = plugin("import missing\n" + handler(NOBODYS) + other, PAIR)
    (finding,) = [item for item in event_handlers(start.program) if isinstance(item, Finding)]
    assert finding.reason == "Odd says ON_START, but its bases do not tell whether it is an event handler"
