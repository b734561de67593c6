"""Scenarios of a real browser before a real checkout's own page, served migrated: each says what it saw."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
from playwright.sync_api import Page

from tests.behaviour.browsing import COVERED, STRANGER, WIDTHS, Web, bar_text, posted

PAGES = {"persons": "/resource/person", "expressions": "/resource/expression", "emojis": "/resource/emoji"}
# What may be asked for without a token, and what comes then.
CLOSED = (
    *("/api/chat/history", "/api/webui/person/list", "/api/webui/emoji/list", "/api/webui/expression/list"),
    *("/api/webui/config/bot", "/api/webui/config/model", "/api/webui/acting", "/api/webui/acting/tenants"),
)
DOORS = ("/..%2f..%2fdata%2fwebui.json", "/%2e%2e/%2e%2e/data/webui.json", "/..%5c..%5cdata%5cwebui.json")
THEME = "theme => { document.documentElement.className = theme; }"
PICTURES = "[...document.querySelectorAll('main img')]"


class Real(Web):
    """The same, before the page of the tree itself."""

    def log_in(self, page: Page) -> Page:
        page.goto("/")
        page.wait_for_url("**/auth")
        self.show_token(page)
        return page

    def show_token(self, page: Page) -> None:
        page.locator("#root input").first.fill(self.token)
        page.keyboard.press("Enter")
        self.wait_for_bar(page)

    def wait_for_bar(self, page: Page) -> None:
        page.wait_for_selector("maim-acting .bar:not([hidden])")

    def open(self, page: Page, path: str) -> None:
        page.goto(path)
        self.wait_for_bar(page)

    def act_as(self, page: Page, name: str) -> None:
        page.get_by_role("button", name="选择租户").click()
        page.get_by_label("搜索租户").fill(name)
        page.wait_for_selector("maim-acting >> text=/^1–1 / 1$/")
        with page.expect_navigation():
            page.locator("maim-acting").get_by_role("button", name=f"{name} / ").last.click()
        page.wait_for_selector(f"maim-acting .acting >> text={name}")

    def back(self, page: Page) -> None:
        with page.expect_navigation():
            page.get_by_role("button", name="返回管理员").click()
        self.wait_for_bar(page)

    def say(self, page: Page, word: str) -> None:
        """Chat, and wait until the bot has answered."""
        if not page.url.endswith("/chat"):
            self.open(page, "/chat")
        page.wait_for_selector("text=可以开始与")
        box = page.locator("main input").last
        box.fill(f"word-of-{word}")
        box.press("Enter")
        page.wait_for_selector(f"text=/heard-.*{word}/")

    def chat(self, page: Page) -> list[str]:
        """Whose words the chat has, and what the model has heard, once it is opened anew."""
        self.open(page, "/chat")
        page.wait_for_selector("text=可以开始与")
        return sorted(set(re.findall(r"\b(?:word-of|heard)-[\w-]+", page.inner_text("main"))))

    def things(self, page: Page) -> dict[str, Any]:
        """Whom the bar names, and whose things the pages have."""
        seen: dict[str, Any] = {}
        for name, path in PAGES.items():
            self.open(page, path)
            if name == "emojis":
                page.wait_for_function(f"{PICTURES}.length && {PICTURES}.every(each => each.naturalWidth)")
                seen[name] = page.evaluate(f"{PICTURES}.map(each => each.naturalWidth)")
            else:
                page.wait_for_selector("text=/(nick|style)-of-/")
                found = re.findall(r"(?:person|situation)-of-(\w+)", page.inner_text("main"))
                seen[name] = sorted(set(found))
        return {"bar": acting(page), **seen}


def acting(page: Page) -> str:
    """Whom the bar names."""
    found = re.match(r"正在以租户 (\S+) / agent \S+ 调试", bar_text(page))
    return found[1] if found else "admin" if bar_text(page) == "管理员" else bar_text(page)


def one_tab_after_another_tenant(web: Real) -> Any:
    """The admin chats and looks; as A, as B, and back."""
    page = web.log_in(web.context().new_page())
    failed: list[str] = []
    page.on("response", lambda got: failed.append(f"{got.status} {got.url}") if got.status >= 500 else None)
    page.on("pageerror", lambda error: failed.append(str(error)))
    seen: dict[str, Any] = {}
    for name in ("admin", "acme", "zeta"):
        if name != "admin":
            web.act_as(page, name)
        if name != "zeta":
            web.say(page, name)
        seen[name] = [web.things(page), web.chat(page)]
    web.back(page)
    seen["back"] = [web.things(page), web.chat(page)]
    seen["failed"] = failed
    return seen


def two_tabs_and_two_browsers(web: Real) -> Any:
    """All three open a chat, then each writes and is answered, then each looks."""
    first = web.log_in(web.context().new_page())
    second = first.context.new_page()
    other = web.log_in(web.context().new_page())
    web.act_as(first, "acme")
    web.act_as(other, "zeta")
    opened = {"acme": first, "admin": second, "zeta": other}
    for page in opened.values():
        web.open(page, "/chat")
    for name, page in opened.items():
        web.say(page, f"{name}2")
    heard = {name: sorted(set(re.findall(r"word-of-(\w+)2", page.inner_text("main")))) for name, page in opened.items()}
    return {name: [heard[name], web.chat(page), web.things(page)] for name, page in opened.items()}


def logged_out(web: Real) -> Any:
    """A logout as A ends both tabs' choice; the next login is the admin."""
    page = web.log_in(web.context().new_page())
    web.act_as(page, "acme")
    other = page.context.new_page()
    web.open(other, "/chat")
    web.act_as(other, "zeta")
    page.get_by_role("button", name="登出").click()
    page.wait_for_url("**/auth")
    other.wait_for_url("**/auth")
    hidden = page.locator("maim-acting .bar").is_hidden()
    web.show_token(page)
    return [hidden, web.things(page), web.things(other)]


def a_session_that_ends(web: Real) -> Any:
    """Another admin makes the token anew while a tab chats as A: its socket ends, and it is sent to the login."""
    page = web.log_in(web.context().new_page())
    web.act_as(page, "acme")
    web.open(page, "/chat")
    page.wait_for_selector("text=已连接")
    path, bearer = "/api/webui/auth/regenerate", {"Authorization": f"Bearer {web.token}"}
    web.token = httpx.post(web.base + path, headers=bearer).json()["token"]
    page.wait_for_url("**/auth")
    page.wait_for_timeout(2000)  # its own call that was refused has it go there once more
    page.locator("#root input").first.fill(web.token)
    page.keyboard.press("Enter")
    for name in ("跳过向导", "确认跳过"):  # a token that was made anew brings the wizard, which has no header
        page.get_by_role("button", name=name).click()
    web.wait_for_bar(page)
    return acting(page)


def a_tenant_that_vanishes(web: Real) -> Any:
    page = web.log_in(web.context().new_page())
    web.act_as(page, "gone")
    web.control("vanish/gone")
    page.reload()
    page.wait_for_selector("maim-acting >> text=已回到管理员")
    return [page.locator("maim-acting .notice").inner_text(), web.things(page)]


def nobody(web: Real) -> Any:
    """Without a token: the page is its login, and no handler, socket or file answers."""
    page = web.context().new_page()
    page.goto("/resource/person")
    page.wait_for_url("**/auth")
    script = """path => new Promise((resolve) => {
      const socket = new WebSocket(location.origin.replace("http", "ws") + path);
      socket.onmessage = () => resolve("heard");
      socket.onclose = (event) => resolve("closed");
    })"""
    return {
        "answers": {path: httpx.get(web.base + path).status_code for path in CLOSED},
        "doors": [door for door in DOORS if web.token in httpx.get(web.base + door).text],
        "sockets": [page.evaluate(script, path) for path in ("/api/chat/ws", "/ws/logs")],
    }


def strangers(web: Real) -> Any:
    """A page of another origin, while an admin is logged in: its call, its socket and its frame."""
    page = web.log_in(web.context().new_page())
    answers = posted(page)
    text = STRANGER.replace("{base}", web.base).replace("{socket}", web.base.replace("http", "ws"))
    page.route("http://127.0.0.1:9/**", lambda route: route.fulfill(body=text, content_type="text/html"))
    page.goto("http://127.0.0.1:9/page")
    page.wait_for_function("document.title")
    framed = any("maim-acting" in frame.content() for frame in page.frames[1:])
    return {"socket": page.title(), "framed": framed, "answers": answers}


def four_widths(web: Real) -> Any:
    """What the bar covers, by width, theme and whom it names; a picture of each for people."""
    seen: dict[str, Any] = {}
    page = web.log_in(web.context().new_page())
    for name in ("admin", "acme"):
        if name != "admin":
            web.act_as(page, name)
        web.open(page, PAGES["persons"])
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 720})
            for theme in ("light", "dark"):
                page.evaluate(THEME, theme)
                page.wait_for_timeout(500)
                seen[f"{width} {name} {theme}"] = page.evaluate(COVERED)
                page.screenshot(path=web.pictures / f"{width} {name} {theme}.png")
    return seen


SCENARIOS: tuple[Callable[[Real], Any], ...] = (
    one_tab_after_another_tenant,
    two_tabs_and_two_browsers,
    logged_out,
    a_tenant_that_vanishes,
    nobody,
    strangers,
    four_widths,
    a_session_that_ends,  # last: after it the token is another one
)
