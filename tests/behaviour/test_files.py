"""Tenants' files lie apart, what was there before is the admin's, and an id names a folder of its own."""

from __future__ import annotations

import re

from tests.behaviour.conftest import Observed

SAID = {tenant: [f"{tenant} says {number}" for number in range(count)] for tenant, count in (("admin", 2), ("acme", 3))}


def test_before_they_write_and_remove_each_others_files(before: Observed) -> None:
    seen, cleaned, is_left = before["exports_of_two_tenants"]
    assert seen == {"admin": SAID["acme"], "acme": SAID["acme"]}
    assert (cleaned, is_left) == (1, False)


def test_after_each_has_its_own(after: Observed) -> None:
    assert after["exports_of_two_tenants"] == [SAID, 1, True]


def test_what_was_there_before_is_the_admins_once(after: Observed) -> None:
    assert after["exports_of_before"] == [[0, 1, 0], True]


def test_before_ids_share_folders_and_leave_them(before: Observed) -> None:
    assert before["folders_of_ids"] == ["acme/bot", "___/x", "___/x", "a_b/x", "a_b/x", None, "a_b/x"]


def test_after_no_two_ids_share_one_and_none_leaves_it(after: Observed) -> None:
    folders = after["folders_of_ids"]
    assert len({*folders}) == len(folders) and None not in folders
    # What was an id's folder stays so, where no character was lost.
    assert (folders[0], folders[4]) == ("acme/bot", "a_b/x")
    assert all(re.fullmatch(r"[\w.]*~[0-9a-f]{16}/(x|~[0-9a-f]{16})", folders[at]) for at in (1, 2, 3, 5, 6))
