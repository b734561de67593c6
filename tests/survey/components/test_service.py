"""What asks the plugin service, and whether it answers in silence where it cannot."""

from __future__ import annotations

import pytest

from codemods.survey.components.service import service_sites, silent_services
from tests.survey.judging import program_of

PATH = "src/plugin_system/utils/saas_utils.py"
ASKING = """
import httpx

from src.plugin_system.utils.plugin_service import without_plugin_service


def is_plugin_enabled(tenant_id, agent_id, plugin_name):
    return plugin_name in settings(tenant_id)


def settings(tenant_id):
"""
QUIET = {
    "no server": "    return []\n",
    "raises": "    return httpx.get(tenant_id).json()\n",
    "says so": "    return httpx.get(tenant_id).json() or without_plugin_service([])\n",
    "another function": "    return [tenant_id]\n\n\ndef other():\n    httpx.get('')\n    return []\n",
}


def lines(body: str) -> list[int]:
    program = program_of({PATH: ASKING.lstrip("\n") + body})
    found = [item.line for item in silent_services(program)]
    assert len(list(service_sites(program))) == len(found)
    return found


@pytest.mark.parametrize("body", QUIET.values(), ids=QUIET)
def test_no_silence(body: str) -> None:
    assert lines(body) == []


def test_an_empty_answer_where_the_service_fails() -> None:
    body = "    try:\n        return httpx.get(tenant_id).json()\n    except OSError:\n        return []\n"
    assert lines(body) == [14]


def test_a_function_that_also_answers_so_without_asking_is_left_to_a_person() -> None:
    body = "    if not tenant_id:\n        return []\n    try:\n        return httpx.get(tenant_id).json()\n"
    program = program_of({PATH: f"{ASKING.lstrip()}{body}    except OSError:\n        return []\n"})
    assert [item.line for item in silent_services(program)] == [16]
    assert list(service_sites(program)) == []


def test_of_a_function_that_is_defined_twice_both_are_asked() -> None:
    body = "    try:\n        return httpx.get(tenant_id).json()\n    except OSError:\n        return []\n"
    stub = "def is_plugin_enabled():\n    pass\n\n\n"
    program = program_of({PATH: stub + ASKING.lstrip("\n") + body})
    assert [item.line for item in silent_services(program)] == [18]
