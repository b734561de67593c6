"""What is kept for everybody and tells nobody of another: numbers of names, what is common."""

from __future__ import annotations

import pytest

from codemods.survey.verdicts import GLOBAL, INSECURE
from tests.survey.shared_state.small import served, verdicts

COUNTED = """
class Names:
    def __init__(self):
        self.count = 0

    def next(self):
        self.count += 1
        return {answer}


names = Names()
"""


def test_a_number_in_a_name_tells_nothing() -> None:
    found = verdicts(served("return rows(names.next())", COUNTED.format(answer='f"prompt_{self.count}"')))
    assert found["Names.count"] == (GLOBAL, "numbers names, and tells nobody how many there are")


@pytest.mark.parametrize("answer", ["self.count", 'f"you are visitor {self.count}"', 'f"n{self.count}", self.count'])
def test_a_number_that_is_told_is_shared(answer: str) -> None:
    assert verdicts(served("return rows(names.next())", COUNTED.format(answer=answer)))["Names.count"][0] == INSECURE


GIVEN = """
from src.plugin_system.core.component_registry import component_registry


class Hub:
    def __init__(self):
        self.settings = {}

    def use(self, settings):
        self.settings = settings


hub = Hub()
"""


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("settings = component_registry.get_plugin_config('a') or {}\nhub.use(settings)", GLOBAL),
        ("hub.use(component_registry.get_plugin_config('a'))\nhub.use(rows(chat))", INSECURE),
        ("hub.use(chat)", INSECURE),
    ],
    ids=["always", "sometimes", "what the request says"],
)
def test_what_is_the_same_for_all_may_be_given_to_all(body: str, verdict: str) -> None:
    assert verdicts(served(body, GIVEN))["Hub.settings"][0] == verdict
