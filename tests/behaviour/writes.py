"""What inserts, upserts and replacements do in a migrated sample, past create and save."""

from __future__ import annotations

from typing import Any

from tests.behaviour.sample import ACME, ADMIN, Sample, inside, module
from tests.behaviour.unique import nicknames, tried


async def rows_of_nobody_in_particular(sample: Sample) -> Any:
    """Rows that name no tenant, by each way to write many or one."""
    words = sample.database.Jargon
    with inside(ACME):
        words.insert(content="one").execute()
        words.insert({words.content: "two"}).execute()
        words.insert([{"content": "three"}]).execute()
        words.insert_many([("four",)], fields=[words.content]).execute()
        words.replace(content="five").execute()
        words.replace_many([{"content": "six"}]).execute()
        words.bulk_create([words(content="seven")])
    return [row for row in sample.rows("Jargon", "content") if row[2] != "yyds"]


async def rows_of_another(sample: Sample) -> Any:
    """What is raised when a tenant, or nobody, writes another's rows; and those afterwards."""
    words = sample.database.Jargon
    with inside(ADMIN):
        taken = words.create(content="mine").id
    row = {"id": taken, "content": "stolen"}
    with inside(ACME):
        raised = {
            "named": tried(lambda: words.insert(content="x", tenant_id="admin").execute()),
            "agent": tried(lambda: words.insert(content="x", agent_id="local").execute()),
            "many": tried(lambda: words.insert_many([{"content": "x", "tenant_id": "admin"}]).execute()),
            "replaced": tried(lambda: words.replace(**row).execute()),
            "replaced by its key": tried(lambda: words.insert(**row).on_conflict_replace().execute()),
            "ignored": tried(lambda: words.insert(**row).on_conflict_ignore().execute()),
            "updated": tried(
                lambda: (
                    words.insert(**row)
                    .on_conflict(conflict_target=[words.id], update={words.content: "stolen"})
                    .execute()
                )
            ),
        }
    raised["without a tenant"] = tried(lambda: words.insert(content="x", tenant_id="acme").execute())
    return [raised, [row for row in sample.rows("Jargon", "content") if row[2] != "yyds"]]


async def own_rows_again(sample: Sample) -> Any:
    """A tenant replaces and updates what is its own."""
    words, people = sample.database.Jargon, module("person_info.person_info")
    with inside(ACME):
        own = words.create(content="before").id
        words.replace(id=own, content="after").execute()
        people.remember_person("qq", "9", "first")
        people.remember_person("qq", "9", "second")
    return [
        [row for row in sample.rows("Jargon", "content") if row[2] != "yyds"],
        nicknames(sample),
    ]
