"""A log line is its tenant's: nobody else is sent it, or gets it replayed, and no secret is in it."""

from __future__ import annotations

from tests.behaviour.conftest import Observed


def test_a_page_is_sent_its_own_tenants_lines_and_the_admins_those_of_nobody(after: Observed) -> None:
    assert after["lines_by_page"]["seen"] == {
        "admin": ["before of nobody", "now of nobody"],
        "acme": ["before of acme", "thread of acme", "now of acme"],
        "beta": ["before of beta", "now of beta"],
    }


def test_all_pages_stay_open(after: Observed) -> None:
    assert after["lines_by_page"]["open"] == 3


def test_a_page_of_a_tenant_that_nobody_has_is_refused(after: Observed) -> None:
    assert after["a_page_of_a_made_up_tenant"] == [False, 1008]


def test_a_line_in_the_file_says_whose_it_is_and_no_message_can_say_otherwise(after: Observed) -> None:
    own, nobodys = after["lines_of_the_file"]
    assert (own["tenant_id"], own["agent_id"], own["event"]) == ("acme", "bot", '", "tenant_id": "beta')
    assert "tenant_id" not in nobodys


def test_what_the_gateway_logs_of_a_message_is_its_tenants(after: Observed) -> None:
    said = {f"处理完成: with the key of {tenant}": tenant for tenant in ("acme", "beta")}
    assert after["lines_of_a_message"] == said


def test_tokens_are_masked(after: Observed) -> None:
    assert after["tokens_in_logs"] == [False, ["0123…", "…", "", ""]]
