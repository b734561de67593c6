"""Handlers of the process's stop: those that end what is kept for each tenant, and no others, run for each tenant."""

from __future__ import annotations

import pytest

from tests.survey.plugins.small import PAIR, handler, name, plugin

WORK = "_words.append(global_config.bot)\nreturn True, True, None, None, None"
STARTED = handler(WORK, before="import os\n\n_words = []")
STOP = """

class Stop(BaseEventHandler):
    event_type = EventType.ON_STOP
    handler_name = "stop"

    async def execute(self, message):
        {ends}
"""


@pytest.mark.parametrize(
    ("ends", "is_ended"),
    [
        ("_words.clear()", True),
        ("print('bye')", False),
        ("_words.clear()\n        json.dump(1, open('a', 'w'))", False),
        ("_words.clear()\n        os.makedirs('data/words')", True),
        ("_words.clear()\n        os.kill(1, 2)", False),
    ],
    ids=["what was kept", "nothing that was kept", "a file of all as well", "a folder", "somebody else as well"],
)
def test_the_stop_ends_what_a_tenant_s_start_has_kept(ends: str, is_ended: bool) -> None:
    found = plugin(STARTED + STOP.format(ends=ends), f"{PAIR}, (Stop.get_handler_info(), Stop)")
    assert found.stops == ([name("Stop.execute")] if is_ended else [])
