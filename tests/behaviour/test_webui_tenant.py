"""The decorator that handlers get, by itself."""

from __future__ import annotations

import pytest

from tests.behaviour.conftest import Observed

ADMIN, ACME, NOBODY = ["admin", "local"], ["acme", "bot"], [None, None]


def test_a_function_stays_of_its_kind(after: Observed) -> None:
    assert after["kinds_of_function"] == {
        "coroutine": ["coroutine"],
        "plain": [],
        "stream": ["stream"],
        "generator": ["generator"],
    }


def test_an_async_generator_steps_in_the_tenant_and_its_consumer_outside(after: Observed) -> None:
    assert after["async_generator"] == [[[0, *ADMIN], NOBODY], [[1, *ADMIN], NOBODY]]


def test_closing_an_async_generator_closes_the_handlers_own(after: Observed) -> None:
    assert after["async_generator_closed"] == [[ADMIN], NOBODY]


def test_a_generator_steps_and_closes_in_the_tenant(after: Observed) -> None:
    assert after["generator"] == {
        "read": [ADMIN, ADMIN],
        "between": NOBODY,
        "closed": [ADMIN, ADMIN],
        "afterwards": NOBODY,
    }


def test_a_dependency_with_yield_sees_how_its_handler_ended(after: Observed) -> None:
    dependencies = after["generator_dependencies"]
    ends = [["async", "fine"], ["sync", "fine"], ["async", "broken"], ["sync", "broken"]]
    assert dependencies["bare"] == [[*end, *NOBODY] for end in ends]
    assert dependencies["decorated"] == [[*end, *ADMIN] for end in ends]


def test_bound_methods_are_handlers_too(after: Observed) -> None:
    assert after["bound_method"] == {
        "answers": [
            [200, '["hello","x","admin","local"]'],
            [200, '["hello","x","admin","local"]'],
            [200, '["hello","you","acme","bot"]'],
        ],
        "parameters": ["name"],
        "directly": ["hello", "z", *ADMIN],
    }


def test_a_handler_called_with_no_context_is_the_admins(after: Observed) -> None:
    assert after["called_directly"]["alone"] == [
        [1, "default", *ADMIN],
        [1, "x", *ADMIN],
        [2, [], False, *ADMIN],
        NOBODY,
    ]


def test_a_handler_called_in_a_tenant_stays_there(after: Observed) -> None:
    assert after["called_directly"]["within"] == [[1, "default", *ACME], [2, [], False, *ACME], ACME]


def test_a_handler_that_another_calls_is_in_the_same_tenant(after: Observed) -> None:
    assert after["called_directly"]["handlers"] == [
        [200, f'[[7,"given",{pair}],[8,["a","b"],true,{pair}],[{pair}]]']
        for pair in ('"admin","local"', '"acme","bot"')
    ]


def test_variable_arguments_are_the_handlers_own(after: Observed) -> None:
    assert after["own_parameters"] == [
        [1, [2, 3], {"named": 4}, *ADMIN],
        [5, [], {}, *ADMIN],
        ["first", "rest", "tenant_connection", "tenant_tasks", "named"],
    ]


@pytest.mark.parametrize("way", ["websocket", "awaited"])
def test_a_coroutine_behind_a_plain_decorator_runs_in_the_tenant(after: Observed, way: str) -> None:
    assert after["coroutines_in_plain_wrappers"][way] == ADMIN
    assert after["coroutines_in_plain_wrappers"]["afterwards"] == NOBODY


def test_background_tasks_of_every_origin_run_in_the_tenant(after: Observed) -> None:
    assert after["background_work"] == {
        "noted": [
            ["dependency", *ADMIN],
            ["async", *ADMIN],
            ["sync", *ADMIN],
            ["own list", *ADMIN],
            ["own list, async", *ADMIN],
            ["after a stream", *ADMIN],
            ["dependency", *ACME],
            ["async", *ACME],
            ["sync", *ACME],
            *[["a dependency's alone", *ACME], ["a dependency's alone, async", *ACME]] * 2,
        ],
        "afterwards": NOBODY,
    }


def test_streaming_endpoints_stream_their_tenants_items(after: Observed) -> None:
    endpoints = after["streaming_endpoints"]
    assert endpoints["admin"] == [[200, '["admin","local"]\n' * 2]] * 2
    assert endpoints["acme"] == [[200, '["acme","bot"]\n' * 2]] * 2


@pytest.mark.parametrize("path", ["/async", "/sync"])
def test_a_streaming_endpoint_refuses_before_it_answers(after: Observed, path: str) -> None:
    assert after["streaming_endpoints"]["refused"][path] == [403, NOBODY]
    assert after["streaming_endpoints"]["ran after refusal"] == []


@pytest.mark.parametrize("shape", ["one", "several", "untyped", "keyword_only", "no_parameters", "dependent"])
def test_fastapi_publishes_the_handlers_own_interface(after: Observed, shape: str) -> None:
    assert after["same_interface"][shape]


@pytest.mark.parametrize("handler", ["plain", "quoted", "all_quoted", "defined_later"])
def test_postponed_annotations_are_read_as_before(after: Observed, handler: str) -> None:
    assert after["postponed_annotations"][handler]


def test_own_connections_of_every_collection(after: Observed) -> None:
    assert after["connections_of_a_tenant"] == {
        "dict": ["a"],
        "list": [True],
        "set": ["set", True],
        "tuple": [True],
        "nothing": [],
        "refusal": "TenantContextError",
    }


def test_a_handler_comes_back_from_a_tenant_that_it_entered(after: Observed) -> None:
    third = ["third", "party"]
    assert after["nested_tenants"] == [third, ACME, third, third]


def test_a_tenant_without_an_agent_is_not_exchanged_for_the_admin(after: Observed) -> None:
    (tenant, _), afterwards = after["no_agent_in_the_context"]
    assert tenant == "acme"
    assert afterwards == ["acme", None]


def test_a_token_alone_chooses_nothing(after: Observed) -> None:
    assert after["token_only"] == [[200, '["admin","local"]'], [401, '{"detail":"需要有效的 WebUI Token"}']]
