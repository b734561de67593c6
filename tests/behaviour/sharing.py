"""What keeps one value for each tenant, in a migrated sample."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

from tests.behaviour.sample import ACME, ADMIN, Sample, inside, module


async def first_reads_at_once(sample: Sample) -> Any:
    """Appends that are lost when four threads read a tenant's list for the first time at once, in 400 rounds."""
    attribute = module("common.structure.tenant_attribute").TenantAttribute

    class Keeper:
        items: Any = attribute(list)

    sys.setswitchinterval(1e-6)
    try:
        return sum(4 - _appended(Keeper()) for _ in range(400))
    finally:
        sys.setswitchinterval(0.005)


async def first_entries_at_once(sample: Sample) -> Any:
    """Lists that are lost when four threads put the first entry of a key in at once, by kind of map."""
    maps = {"ContextAwareMap": "context_aware_map", "ProcessAwareMap": "process_map", "TemplateMap": "process_map"}
    sys.setswitchinterval(1e-6)
    try:
        return {name: sum(4 - _set(_of(place, name)()) for _ in range(100)) for name, place in maps.items()}
    finally:
        sys.setswitchinterval(0.005)


def _of(place: str, name: str) -> Any:
    return getattr(module(f"common.structure.{place}"), name)


def _set(kept: Any) -> int:
    _at_once(lambda: kept.setdefault("key", []).append(1))
    with inside(ACME):
        return len(kept["key"])


async def template_of_two_tenants(sample: Sample) -> Any:
    """What a tenant reads, changes and takes out of what the process registered, and what others have of it then."""
    kept = _of("process_map", "TemplateMap")()
    kept["list"], kept["text"], kept["more"] = [], "process", 1
    with inside(ACME):
        kept["list"].append("acme")
        kept["text"], kept["own"] = "acme", 1
        del kept["more"]
        acme = [sorted(kept), len(kept), kept["list"], kept["text"], kept.get("more"), "more" in kept]
        kept["more"] = 2
        acme.append(kept.pop("more"))
    with inside(ADMIN):
        admin = [sorted(kept), kept["list"], kept["text"], kept.pop("none", 0), kept.setdefault("late", 3)]
    kept["later"] = 4
    with inside(ACME):
        late = [kept["later"], "late" in kept]
        kept.clear()
        late.append(len(kept))
    return [acme, admin, late, sorted(kept), kept.pop("text")]


async def part_of_the_process(sample: Sample) -> Any:
    """A cache that the process uses as well: nobody is shown another's part."""
    kept = _of("process_map", "ProcessAwareMap")()
    kept["key"] = "process"
    with inside(ACME):
        seen = ["key" in kept, kept.setdefault("key", "acme")]
        seen.append(kept.pop("key"))
        kept["own"] = 1
    with inside(ADMIN):
        seen.append(list(kept))
        kept.clear()
    return [*seen, list(kept), kept["key"]]


def _appended(keeper: Any) -> int:
    _at_once(lambda: keeper.items.append(1))
    with inside(ACME):
        return len(keeper.items)


def _at_once(work: Callable[[], object]) -> None:
    """Do something in one tenant, in four threads at once."""
    ready = threading.Barrier(4)

    def run() -> None:
        with inside(ACME):
            ready.wait()
            work()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


async def attribute_of_two_tenants(sample: Sample) -> Any:
    """What each of two tenants reads of one object, and whether another object has any of it."""
    attribute = module("common.structure.tenant_attribute").TenantAttribute

    class Keeper:
        items: Any = attribute(list)

    keeper, other = Keeper(), Keeper()
    with inside(ACME):
        keeper.items.append("acme")
    with inside(ADMIN):
        keeper.items = ["admin"]
        seen = [list(keeper.items), list(other.items)]
    with inside(ACME):
        return [*seen, list(keeper.items)]
