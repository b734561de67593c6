"""The report: one file that fetches nothing, says what the audit says, and is the same in both languages."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from codemods.cli.page import html_of
from codemods.deliver.page import render
from codemods.deliver.page.fill import Migration
from codemods.deliver.page.labels import LABELS
from codemods.deliver.page.link import link_of
from codemods.deliver.pulls.grouping import grouping_of
from codemods.deliver.pulls.split import split
from codemods.deliver.reports.sections import audit_of
from codemods.deliver.reports.words import RUN_WORDS, VERDICT_WORDS
from codemods.errors import TenantizeError
from codemods.knowledge.recipes import all_recipes
from codemods.messages import LANGUAGES, speak, spoken
from codemods.plan.make import make_plan
from codemods.prove.guest.shapes import APART, CROSSED, SHOWN, Crossing
from codemods.prove.proof import VERDICTS as OUTCOMES
from codemods.prove.proof import Outcome, Proof, Way
from codemods.survey.survey import Survey
from codemods.survey.verdicts import BAD, NOT_JUDGED, VERDICTS, Finding, Judged
from codemods.tree import Checkout, open_checkout
from tests.checkouts import git, grow, maimbot
from tests.conftest import SAMPLE, commit_all, survey_of

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>&amp;"


CROSSING = Crossing(SHOWN, "zaq1<b>", "tenant A", "a message (text)", "the answer of get_persons", "tenant B")
PROOF = Proof(
    tree="mini_maimbot",
    python="python3",
    seconds=12.0,
    ways=(
        Way(
            "WebUI handlers",
            "src/webui/chat_routes.py",
            "get_persons",
            Outcome(CROSSED, "", (CROSSING,)),
            Outcome(APART),
        ),
        Way("Shared state", "the database", "nobody_audits_it", Outcome(APART), Outcome(CROSSED, "", (CROSSING,))),
    ),
    logged=(),
)


class Seen(HTMLParser):
    """The elements of a page, the ids, and what it would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.fetched: list[str] = []
        self.scripts: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.fetched += [value for name, value in attrs if name in ("src", "srcset", "action") and value]
        self.fetched += [value for name, value in attrs if tag == "link" and name == "href" and value]

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] == "script":
            self.scripts.append(data)


def seen(page: str) -> Seen:
    parser = Seen()
    parser.feed(page)
    return parser


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


class Reported:
    """The sample's report, and what it is made of."""

    def __init__(self) -> None:
        self.checkout = open_checkout(SAMPLE)
        self.today = survey_of(self.checkout)
        self.plan = make_plan(self.checkout, self.today, all_recipes(), stages=True)
        after = self.checkout.changed({change.path: change.after for change in self.plan.changes})
        self.migrated = survey_of(after)
        self.migration = Migration(self.plan.changes, after, self.migrated)
        self.pulls = split(self.plan.changes, all_recipes(), grouping_of(self.checkout, self.checkout.by_path, ()))
        self.page = render.report(self.checkout, self.today, self.migration, self.pulls, "../{path}#L{line}")
        self.data = data_of(self.page)


@pytest.fixture(scope="module")
def sample() -> Reported:
    return Reported()


def test_it_is_one_file_that_fetches_nothing(sample: Reported) -> None:
    page = seen(sample.page)
    assert page.fetched == []
    assert "default-src 'none'" in sample.page
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest", sample.page.partition("<body>")[0])
    assert len(page.ids) == len(set(page.ids))
    assert len(sample.page) < 1_500_000


def test_its_tiles_are_the_audits_today_and_migrated(sample: Reported) -> None:
    for survey, checkout, when in (
        (sample.today, sample.checkout, "today"),
        (sample.migrated, sample.migration.checkout, "migrated"),
    ):
        for section in audit_of(checkout, survey).sections:
            (tile,) = [item for item in sample.data["sections"] if section.title in item["title"]]
            assert (tile[when]["bad"], tile[when]["secure"]) == (section.bad, section.secure)


def test_every_item_has_its_row_with_the_verdicts_of_today_and_migrated(sample: Reported) -> None:
    def verdicts(survey: Survey) -> dict[str, str]:
        items: list[Judged | Finding] = [*survey.entry_points(), *survey.api_functions, *survey.findings()]
        return {item.at: item.verdict for item in items}

    today, migrated = verdicts(sample.today), verdicts(sample.migrated)
    rows = sample.data["places"]
    assert sorted(row["today"] for row in rows if row["today"]) == sorted(today.values())
    assert len(rows) == len(today.keys() | migrated.keys())
    mended = [row for row in rows if row["today"] in BAD and row["migrated"] and row["migrated"] not in BAD]
    assert len(mended) > 100
    assert sum("hunks" in row for row in mended) / len(mended) > 0.8, "most rows show the hunk that mends them"


def test_a_row_shows_the_way_and_a_hunk_of_its_own_function(sample: Reported) -> None:
    (row,) = [row for row in sample.data["places"] if row["name"] == "get_persons"]
    assert [station["name"] for station in row["way"]] == ["get_persons"]
    patch = sample.data["hunks"][row["hunks"][0]]["patch"]
    assert "+@webui_tenant" in patch and "async def get_persons" in patch


def test_its_changes_are_the_plans(sample: Reported) -> None:
    stages = {(stage.recipe, change.path) for change in sample.plan.changes for stage in change.stages}
    shown = {(recipe["name"], file["path"]) for recipe in sample.data["recipes"] for file in recipe["files"]}
    assert shown == stages
    for recipe in sample.data["recipes"]:
        assert recipe["behaviour"] and recipe["risk"][0] and recipe["risk"][1]


def test_what_is_left_has_its_decision_to_copy(sample: Reported) -> None:
    left = [row for row in sample.data["places"] if row.get("decision")]
    judged = [*sample.migrated.entry_points(), *sample.migrated.api_functions]
    count = sum(item.verdict in (*BAD, NOT_JUDGED) for item in judged) + len(sample.migrated.findings())
    assert len(left) == count > 0
    assert all(row["decision"].count("[[decision]]") == 1 for row in left)
    assert sample.data["places"][: len(left)] == left, "what is left comes first"


def test_the_door_and_the_pulls_are_shown(sample: Reported) -> None:
    assert {"ChatManager.load_all_streams"} <= {door["name"] for door in sample.data["doors"]}
    assert sample.page.count("<rect ") == len(sample.pulls)
    assert sample.page.count('<path d="M') == sum(len(pull.waits_for) for pull in sample.pulls)


def test_the_same_tree_gives_the_same_page(sample: Reported) -> None:
    again = render.report(sample.checkout, sample.today, sample.migration, sample.pulls, "../{path}#L{line}")
    assert again == sample.page


def without_decisions(data: dict[str, Any]) -> dict[str, Any]:
    """All but the blocks to copy, whose comments are in the language that is spoken."""
    return data | {"places": [{**place, "decision": ""} for place in data["places"]]}


def test_it_is_the_same_page_whatever_language_is_spoken(sample: Reported) -> None:
    language = spoken()
    try:
        for other in LANGUAGES:
            speak(other)
            page = render.report(sample.checkout, sample.today, sample.migration, sample.pulls, "../{path}#L{line}")
            assert without_decisions(data_of(page)) == without_decisions(sample.data)
            assert f'data-language="{other}"' in page
    finally:
        speak(language)


# A proof beside it


@pytest.fixture(scope="module")
def proven(sample: Reported) -> str:
    return render.report(sample.checkout, sample.today, sample.migration, (), "{path}", PROOF)


def test_a_place_that_was_run_says_what_became_of_it_beside_its_verdict(sample: Reported, proven: str) -> None:
    ran = {row["name"]: row["ran"] for row in data_of(proven)["places"] if "ran" in row}
    assert {name: (run["before"], run["after"]) for name, run in ran.items()} == {"get_persons": (CROSSED, APART)}
    english, chinese = ran["get_persons"]["told"][0]
    assert english.startswith("before: zaq1<b> of tenant A, put in as") and chinese.startswith("迁移前：")
    assert 'data-sort="outcome"' in proven and 'data-sort="outcome"' not in sample.page
    assert not any("ran" in row for row in sample.data["places"]) and 'id="proof"' not in sample.page


def test_all_of_a_proof_is_on_the_page_what_the_audit_does_not_name_as_well(proven: str) -> None:
    section = proven.partition('<section id="proof">')[2].partition("</section>")[0]
    assert "nobody_audits_it" in section and '<td class="bad">1 → 1</td>' in section
    assert "zaq1&lt;b&gt; of tenant A" in section and "<b>" + "zaq" not in section
    assert section.count("<details") == 2 and section.count("<details open") == 1
    assert "1 cross after the migration." in section


def test_a_proof_of_another_tree_is_not_shown(tmp_path: Path) -> None:
    checkout = open_checkout(maimbot(tmp_path))
    with pytest.raises(TenantizeError, match="a proof of mini_maimbot, and nothing of it is in"):
        html_of(checkout, survey_of(checkout), None, "{path}", PROOF)


def test_scripts_know_every_label_that_they_ask_for_and_every_verdict() -> None:
    folder = Path(render.__file__).parent
    asked = set(re.findall(r'label\("(\w+)"\)', (folder / "page.js").read_text() + (folder / "page.html").read_text()))
    assert asked <= LABELS.keys()
    assert set(VERDICT_WORDS) == set(VERDICTS)
    assert set(RUN_WORDS) == set(OUTCOMES)


def test_the_library_travels_with_its_licence() -> None:
    folder = Path(render.__file__).parent
    assert "MIT" in (folder / "clusterize.min.js").read_text(encoding="utf-8")[:300]
    assert "The MIT License" in (folder / "clusterize.LICENSE").read_text(encoding="utf-8")


def test_names_and_code_of_the_tree_stay_text(tmp_path: Path) -> None:
    name = "plugins/a/<b>&'\"{{ 7 * 7 }}.py"
    checkout = open_checkout(grow(maimbot(tmp_path / HOSTILE.replace("/", "∕")), name, text=f"# {HOSTILE}\n"))
    page = render.report(checkout, survey_of(checkout), None, (), "{path}")
    assert "<img" not in page.partition("<script")[0] and "alert(2)>" not in page.partition("<script")[0]
    assert seen(page).tags.count("script") == 3
    assert "49" not in page.partition("<script")[0].partition("<nav>")[0].partition("<h1>")[2]


def test_a_tree_that_cannot_be_migrated_shows_its_audit(tmp_path: Path) -> None:
    checkout = open_checkout(maimbot(tmp_path))
    page = render.report(checkout, survey_of(checkout), None, (), "{path}")
    assert "No recipe is for a tree of this kind" in page
    assert all(section["migrated"] is None for section in data_of(page)["sections"])


def test_what_could_not_be_read_is_listed(tmp_path: Path) -> None:
    root = grow(maimbot(tmp_path / "tree"), "src/broken.py", text="def f(:\n")
    commit_all(grow(root / "src/vendored", "more.py"))
    checkout = open_checkout(root)
    page = render.report(checkout, survey_of(checkout), None, (), "{path}")
    assert re.search(r"<code>src/broken.py</code> \S", page)
    assert "<code>src/vendored</code>" in page and "is a repository of its own" in page


# Links


def remote(tree: Path, url: str) -> Checkout:
    git(tree, "config", "remote.origin.url", url)
    return open_checkout(tree)


@pytest.mark.parametrize(
    ("url", "begins"),
    [
        ("https://github.com/me/MaiMBot.git", "https://github.com/me/MaiMBot/blob/"),
        ("git@gitee.com:me/MaiMBot.git", "https://gitee.com/me/MaiMBot/blob/"),
        ("ssh://git@gitlab.com/me/MaiMBot", "https://gitlab.com/me/MaiMBot/-/blob/"),
        ("https://me:secret@github.com/me/MaiMBot.git", "tree/"),
        ("javascript:alert(1)//github.com/a/b", "tree/"),
        ("https://git.example.org/me/MaiMBot.git", "tree/"),
    ],
)
def test_lines_link_to_the_host_where_its_pages_are_known(tmp_path: Path, url: str, begins: str) -> None:
    tree = maimbot(tmp_path / "tree")
    commit_all(tree)
    link = link_of(remote(tree, url), tmp_path / "report.html", None)
    assert link.startswith(begins) and link.endswith("{path}#L{line}")


def test_a_link_of_the_users_own_is_an_address(tmp_path: Path) -> None:
    checkout = open_checkout(maimbot(tmp_path))
    own = "vscode://file/home/me/{path}:{line}"
    assert link_of(checkout, tmp_path / "report.html", own) == own
    for wrong in ("javascript:alert('{path}')", "https://example.org/"):
        with pytest.raises(TenantizeError, match="--link"):
            link_of(checkout, tmp_path / "report.html", wrong)
