"""What parses keys: whether it says so where it could not find out whose a key is."""

from __future__ import annotations

import pytest

from codemods.places import Definition
from codemods.survey.gateway.keys import key_sites, unchecked_keys
from codemods.survey.sites import Site
from tests.survey.judging import program_of

API = "src/common/message/api.py"
HEAD = "async def parse_api_key(api_key):\n"
QUIET = {
    "no exception is handled": "    return None if api_key else await ask(api_key)\n",
    "nothing is answered then": "    try:\n        return await ask(api_key)\n    except OSError:\n        raise\n",
    "it is said": "    try:\n        return 1\n    except OSError:\n        return key_not_checked(None)\n",
}


@pytest.mark.parametrize("body", QUIET.values(), ids=QUIET)
def test_what_is_left_as_it_is(body: str) -> None:
    program = program_of({API: HEAD + body})
    assert (list(unchecked_keys(program)), list(key_sites(program))) == ([], [])


def test_a_failure_that_looks_like_nobodys_key() -> None:
    body = "    try:\n        return await ask(api_key)\n    except Exception:\n        print(1)\n        return None\n"
    program = program_of({API: HEAD + body})
    assert [(item.path, item.line, item.what) for item in unchecked_keys(program)] == [(API, 6, "unchecked-key")]
    assert list(key_sites(program)) == [Site("key-failure", API, Definition("parse_api_key"))]
