"""One person whom two tenants know, and rows that are written past what the base makes of create and save."""

from __future__ import annotations

from typing import Any

from tests.behaviour.sample import ACME, ADMIN, Sample, inside, module


def tried(work: Any) -> str:
    """What became of it: "", or the name of what was raised."""
    try:
        work()
    except Exception as error:
        return type(error).__name__
    return ""


def nicknames(sample: Sample) -> Any:
    """Whoever was met since the start of the scenario."""
    return [row for row in sample.rows("PersonInfo", "nickname") if not row[2].startswith("nick-")]


async def a_person_of_two_tenants(sample: Sample) -> Any:
    """Both meet the same user, and one of them again: what each knows then, and what was raised."""
    people = module("person_info.person_info")
    person = {"person_id": people.get_person_id("qq", "7"), "platform": "qq", "user_id": "7"}
    raised = []
    for pair, name in ((ADMIN, "of admin"), (ACME, "of acme")):
        with inside(pair):
            raised.append(tried(lambda name=name: sample.database.PersonInfo.create(**person, nickname=name)))
    with inside(ACME):
        raised.append(tried(lambda: people.remember_person("qq", "7", "renamed by acme")))
    return [raised, nicknames(sample)]


async def a_person_twice(sample: Sample) -> Any:
    """What is raised when a tenant stores a person that it has."""
    person = {"person_id": "twice", "platform": "qq", "user_id": "8"}
    with inside(ACME):
        return [tried(lambda: sample.database.PersonInfo.create(**person)) for _ in range(2)]


async def answers_of_two_pairs(sample: Sample) -> Any:
    """What each of two pairs remembers, whose ids make the same text when they are joined."""
    answers, pairs = module("chat.utils.answers"), (("t", "1:a"), ("t:1", "a"))
    for tenant, agent in pairs:
        with inside((tenant, agent)):
            answers.remember_answer(f"of {tenant}")
    seen = []
    for pair in pairs:
        with inside(pair):
            seen.append(answers.last_answer())
    return seen
