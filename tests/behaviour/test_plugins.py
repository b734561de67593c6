"""The plugins: tenant logic runs once for each tenant in its own context, process logic once for all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behaviour.conftest import Observed
from tests.behaviour.plugins import ENTRANCES, PAIRS, SECOND, TENANTS

FOR_THE_PROCESS = {"webhook_start", "masking_start", "cleanup_start", "quiet_logs"}
LEFT_TO_A_PERSON = {"backup_start", "title_start", "hook_start"}
MOVED = {
    "greeting_on_tenant_load",
    "sampler_start",
    "keyword_start",
    "style_start",
    "wording_start",
    "topic_start",
    "jargon_reminder",
    "intro_start",
    "tidy_jargon",
    "digest_start",
    "diary_start",
}
# Their tenant half has a name of its own, which the recipe chooses.
SPLIT = {"roster_start": "roster_plugin", "report_start": "report_plugin"}

PREFIXES = {"greeting": ("我上线了", "问候"), "roster": ("花名册",), "report": ("开机报告",), "topic": ("话题",)}
PREFIXES |= {"reminder": ("黑话",), "intro": ("我叫",), "digest": ("概览",)}


def first_and_second(first: str, second: str) -> dict[str, str]:
    """What the first tenant of each pair has, and the second."""
    return {tenant: (second if tenant in SECOND else first).format(tenant) for tenant in TENANTS}


def calls(observed: Observed, *handlers: str) -> dict[str, list[list[Any]]]:
    """[tenant, agent, how often] of each of these handlers."""
    found: dict[str, list[list[Any]]] = {handler: [] for handler in handlers}
    for _, handler, *call in observed["plugin_calls"]:
        if handler in found:
            found[handler].append(call)
    return found


def sent(observed: Observed, plugin: str) -> dict[str, list[list[str]]]:
    """[entrance, chat, text] of what a plugin sent to each tenant while it came."""
    found = observed["sent_on_load"]
    return {tenant: [each for each in found[tenant] if each[2].startswith(PREFIXES[plugin])] for tenant in TENANTS}


def once(chat: str, second_chat: str, texts: dict[str, str]) -> dict[str, list[list[str]]]:
    """One of these texts for each tenant, where it came in, to its own chat."""
    entrances = {pair[0]: entrance for entrance, pairs in ENTRANCES.items() for pair in pairs}
    chats = first_and_second("{} " + chat, "{} " + second_chat)
    return {tenant: [[entrances[tenant], chats[tenant], text]] for tenant, text in texts.items()}


EACH_PAIR_ONCE = sorted([tenant, agent, 1] for tenant, agent in PAIRS)


# Which event each handler has, and how often it is called


def test_process_logic_stays_and_what_cannot_be_decided_is_left(after: Observed) -> None:
    events = after["plugin_subscriptions"]
    assert set(events["on_start"]) - {"hello_start"} == FOR_THE_PROCESS | LEFT_TO_A_PERSON | set(SPLIT)


def test_tenant_logic_moves(after: Observed) -> None:
    moved = set(after["plugin_subscriptions"]["on_tenant_load"]) - {"hello_start"}
    assert moved >= MOVED
    assert len(moved - MOVED) == len(SPLIT)
    assert moved.isdisjoint(SPLIT)


def test_the_other_events_keep_their_handlers(before: Observed, after: Observed) -> None:
    then, now = before["plugin_subscriptions"], after["plugin_subscriptions"]
    assert {event: now[event] for event in then if event != "on_start"} == {
        event: handlers for event, handlers in then.items() if event != "on_start"
    }


@pytest.mark.parametrize("handler", sorted(MOVED))
def test_a_moved_handler_is_called_once_for_each_tenant(before: Observed, after: Observed, handler: str) -> None:
    started = handler.replace("on_tenant_load", "on_start")
    assert calls(before, started)[started] == [[None, None, 1]]
    assert calls(after, handler)[handler] == EACH_PAIR_ONCE


@pytest.mark.parametrize("handler", sorted(SPLIT))
def test_a_split_handler_is_called_once_and_its_tenant_half_for_each_tenant(after: Observed, handler: str) -> None:
    of_plugin = [call for plugin, name, *call in after["plugin_calls"] if plugin == SPLIT[handler] and name != handler]
    assert calls(after, handler)[handler] == [[None, None, 1]]
    assert of_plugin == EACH_PAIR_ONCE


@pytest.mark.parametrize("handler", sorted(FOR_THE_PROCESS | LEFT_TO_A_PERSON))
def test_any_other_handler_is_called_once_without_a_tenant(after: Observed, handler: str) -> None:
    assert calls(after, handler)[handler] == [[None, None, 1]]


# What is done for the process


def test_what_is_done_for_the_process_is_done_once(before: Observed, after: Observed) -> None:
    assert after["done_for_the_process"] == before["done_for_the_process"]
    assert after["done_for_the_process"] == {"wrappers": 1, "cleanup tasks": 1}


def test_routes_are_registered_once_and_answer_as_before(before: Observed, after: Observed) -> None:
    assert after["plugin_routes"]["registered"] == before["plugin_routes"]["registered"]
    responses = after["plugin_routes"]["responses"]
    assert responses.pop("webui") == [200, 200]
    assert responses == {
        "webhook/verify": [200, {"challenge": "x"}],
        "roster/normalize": [200, {"nickname": "a b"}],
        "report/formats": [200, {"formats": ["text"]}],
        "legacy/status": [200, {"alive": True, "title": "朋友"}],
    }


# What is sent when a tenant comes


def test_before_the_first_tenant_comes_nothing_of_a_tenant_is_sent(before: Observed, after: Observed) -> None:
    texts = {text for tenant, _, text in before["sent_at_start"] if tenant is None}
    assert {"我上线了", "我叫小麦", "话题: 天气"} < texts
    # Only the one that is left to a person.
    assert {text for _, _, text in after["sent_at_start"]} <= {"接口: /plugins/legacy/status"}


def test_greetings_go_once_to_each_tenants_own_chat(before: Observed, after: Observed) -> None:
    greeted = [[tenant, place] for tenant, place, text in before["sent_at_start"] if text == "我上线了"]
    assert greeted == [[None, "gate-a group"]]
    assert sent(after, "greeting") == once("group", "private", first_and_second("我上线了", "问候 {}"))


@pytest.mark.parametrize(
    ("plugin", "texts"),
    [
        ("roster", first_and_second("花名册: 认识 2 个人", "花名册: 认识 3 位")),
        ("topic", first_and_second("话题: 天气", "话题: 水果")),
        ("reminder", first_and_second("黑话: 黑话-{0}", "黑话: 黑话-{0}")),
    ],
)
def test_each_group_hears_of_its_tenants_own_rows_and_settings(
    after: Observed, plugin: str, texts: dict[str, str]
) -> None:
    # The jargon without a meaning is deleted before or after it is listed, or between.
    found = {
        tenant: [[entrance, chat, text.split("、")[0]] for entrance, chat, text in each]
        for tenant, each in sent(after, plugin).items()
    }
    assert found == once("group", "group", texts)


def test_the_split_report_counts_the_tenants_own_messages(after: Observed) -> None:
    found = sent(after, "report")
    assert {tenant: len(each) for tenant, each in found.items()} == dict.fromkeys(TENANTS, 1)
    for tenant, ((_, chat, text),) in found.items():
        assert chat.startswith(f"{tenant} ")
        assert text == f"开机报告: {3 if tenant in SECOND else 2} 条消息"


def test_each_group_hears_the_name_of_its_own_bot(after: Observed) -> None:
    names = first_and_second("我叫机器人{}", "我叫机器人{}") | {"admin": "我叫管家"}
    assert sent(after, "intro") == once("group", "group", names)


def test_a_digest_knows_the_tenants_own_groups_and_its_switch(before: Observed, after: Observed) -> None:
    mixed = {text for _, _, text in before["sent_at_start"] if text.startswith("概览")}
    assert mixed == {f"概览: 6 个群，{'、'.join(sorted(f'{tenant}的群' for tenant in TENANTS))}"}
    expected = once("private", "private", first_and_second("概览: 1 个群，{}的群", ""))
    assert sent(after, "digest") == {tenant: [] if tenant in SECOND else expected[tenant] for tenant in TENANTS}


# What is kept for each tenant


def test_each_tenant_has_its_own_worker(before: Observed, after: Observed) -> None:
    mixed = {answers[0] for answers in before["plugin_answers"].values()}
    assert mixed == {"关键词: 你好×6，谢谢×0"}
    assert {tenant: answers[0] for tenant, answers in after["plugin_answers"].items()} == {
        "gate-a": "关键词: 你好×1，谢谢×0",
        "gate-b": "关键词: 苹果×2，香蕉×1",
        "task-a": "关键词: 你好×1，谢谢×0",
        "task-b": "关键词: 苹果×1，香蕉×1",
        "admin": "关键词: 你好×1，谢谢×0",
        "chosen": "关键词: 苹果×0，香蕉×1",
    }


def test_each_tenant_has_its_own_settings(before: Observed, after: Observed) -> None:
    assert {tuple(answers[1:3]) for answers in before["plugin_answers"].values()} == {("风格: 【麦】 1", "【麦】早！")}
    assert {tenant: answers[1] for tenant, answers in after["plugin_answers"].items()} == first_and_second(
        "风格: 【麦】 1", "风格: 【{}】 3"
    )
    # And what a function of another module makes of them.
    assert {tenant: answers[2] for tenant, answers in after["plugin_answers"].items()} == first_and_second(
        "【麦】早！", "【{}】早！！！"
    )


def test_each_tenant_has_the_words_of_its_own_file(before: Observed, after: Observed) -> None:
    assert {answers[3] for answers in before["plugin_answers"].values()} == {"润色: 苹果"}
    assert {tenant: answers[3] for tenant, answers in after["plugin_answers"].items()} == first_and_second(
        "润色: {}的苹果", "润色: {}的苹果"
    )


def test_the_patched_sender_serves_every_tenant(after: Observed) -> None:
    assert {tenant: answers[5] for tenant, answers in after["plugin_answers"].items()} == first_and_second(
        "【麦】138****5678！", "【{}】138****5678！！！"
    )


def test_each_tenant_has_a_loop_that_writes_its_own_rows(before: Observed, after: Observed) -> None:
    assert before["plugin_samples"]["counts"] == [{}, {}]
    assert {answers[4] for answers in after["plugin_answers"].values()} == {"采样: 进行中"}
    counts = after["plugin_samples"]["counts"][0]
    assert set(counts) == {f"{tenant}/{agent}" for tenant, agent in PAIRS}
    assert min(counts.values()) > 1


def test_the_stop_ends_the_loop_of_every_tenant(after: Observed) -> None:
    at_stop, later = after["plugin_samples"]["counts"]
    assert at_stop == later
    assert after["plugin_samples"]["answers"] == dict.fromkeys(TENANTS, "采样: 未启动")


# What is written when a tenant comes


def test_each_tenants_jargon_is_tidied(before: Observed, after: Observed) -> None:
    assert len(before["plugin_rows"]["Jargon"]) == 2 * len(PAIRS)
    assert after["plugin_rows"]["Jargon"] == [[tenant, agent, f"黑话-{tenant}"] for tenant, agent in PAIRS]


def test_each_tenant_has_its_own_diary(before: Observed, after: Observed) -> None:
    assert before["plugin_rows"]["Expression"] == []
    assert sorted(after["plugin_rows"]["Expression"]) == sorted(
        [tenant, agent, "今天有 2 个聊天"] for tenant, agent in PAIRS
    )
