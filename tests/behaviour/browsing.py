"""Scenarios of a real browser before the sample's page, served by the migrated tree: each says what it saw."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.behaviour.running import Running

WebLike = TypeVar("WebLike")
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
    # A page of the tests' own making has no address, and may not call this machine: what refuses it is to be the tree.
    "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests,PrivateNetworkAccessSendPreflights",
]
WIDTHS = (1280, 1024, 768, 390)
# A page of nobody's, on another port: it acts in the admin's name where it is let.
STRANGER = """<script>
const options = {method: "POST", mode: "no-cors", credentials: "include"};
const call = fetch("{base}/api/webui/config/bot", options).catch(() => null);
const socket = new WebSocket("{socket}/api/chat/ws");
const state = new Promise((resolve) => {
  socket.onopen = () => resolve("open");
  socket.onclose = () => resolve("closed");
});
Promise.all([call, state]).then(([, said]) => document.title = said);
</script><iframe src="{base}/"></iframe>"""


class Web:
    """The server and the browser, and what the scenarios do with them."""

    def __init__(self, base: str, token: str, browser: Browser, pictures: Path) -> None:
        self.base, self.token, self.browser, self.pictures = base, token, browser, pictures

    def context(self, width: int = 1280, height: int = 720) -> BrowserContext:
        context = self.browser.new_context(viewport={"width": width, "height": height}, base_url=self.base)
        context.set_default_timeout(30000)
        return context

    def log_in(self, page: Page) -> Page:
        """Through the page's own form."""
        page.goto("/")
        page.wait_for_selector("form.login")
        page.get_by_label("Token").fill(self.token)
        page.get_by_role("button", name="登录").click()
        page.wait_for_selector("#chat li")
        return page

    def act_as(self, page: Page, name: str) -> None:
        """Through the bar."""
        page.get_by_role("button", name="选择租户").click()
        page.get_by_label("搜索租户").fill(name.split("/")[0].strip())
        page.wait_for_selector("maim-acting >> text=/^1–1 / 1$/")
        page.get_by_role("button", name=name).last.click()
        page.wait_for_selector(f"maim-acting .acting >> text={name.split('/')[0].strip()}")
        page.wait_for_selector("#chat li, #saved")

    def shown(self, page: Page) -> dict[str, Any]:
        """Whom the bar names, and whose things the page has."""
        page.wait_for_selector("#pictures img")
        page.wait_for_selector("maim-acting .bar:not([hidden])")
        page.wait_for_function("[...document.querySelectorAll('#pictures img')].every(each => each.complete)")
        return {
            "bar": bar_text(page),
            "persons": page.locator("#persons li").all_text_contents(),
            "tabs": page.locator("#tabs li").all_text_contents(),
            "pictures": page.eval_on_selector_all("#pictures img", "all => all.map(each => each.naturalWidth)"),
        }

    def control(self, path: str) -> Any:
        return httpx.post(f"{self.base}/control/{path}").json()


def posted(page: Page) -> list[int]:
    """What the server answers to each call that the page makes to change something, from now on."""
    answers: list[int] = []
    page.on("response", lambda got: answers.append(got.status) if got.request.method == "POST" else None)
    return answers


def bar_text(page: Page) -> str:
    return page.locator("maim-acting .who span").inner_text()


def _start(web: Web) -> Page:
    return web.log_in(web.context().new_page())


def first_login(web: Web) -> Any:
    """The bar comes with the header, after a login inside of the page; it is not on the login's own page."""
    page = web.context().new_page()
    page.goto("/auth")
    page.wait_for_selector("form")
    hidden = page.locator("maim-acting .bar").is_hidden()
    loads: list[str] = []
    page.on("load", lambda _: loads.append(page.url))
    page.get_by_label("Token").fill(web.token)
    page.get_by_role("button", name="登录").click()
    page.wait_for_selector("maim-acting .bar:not([hidden])")
    return {"hidden before": hidden, "loads": len(loads), **web.shown(page)}


def one_tab_after_another_tenant(web: Web) -> Any:
    """Admin, A, B, the admin again: what each page shows, also out of the cache and of what the page keeps."""
    page = _start(web)
    seen = {"admin": web.shown(page)}
    for name in ("acme / bot", "zeta / bot"):
        web.act_as(page, name)
        seen[name] = web.shown(page)
    page.get_by_role("button", name="返回管理员").click()
    page.wait_for_selector("maim-acting >> text=管理员")
    seen["back"] = web.shown(page)
    return seen


def two_tabs_and_two_browsers(web: Web) -> Any:
    """Two tabs of one browser and another browser, as three tenants at once: each writes, and shows its own."""
    first = _start(web)
    second = first.context.new_page()
    second.goto("/")
    other = _start(web)
    web.act_as(first, "acme / bot")
    web.act_as(other, "zeta / bot")
    seen: dict[str, Any] = {}
    for name, page in {"acme": first, "admin": second, "zeta": other}.items():
        page.get_by_label("消息").fill(f"hello of {name}")
        page.get_by_role("button", name="发送").click()
        page.wait_for_selector(f"#chat >> text=hello of {name}")
    for name, page in {"acme": first, "admin": second, "zeta": other}.items():
        page.reload()
        page.wait_for_selector(f"#chat >> text=hello of {name}")
        texts = " ".join(page.locator("#chat li").all_text_contents())
        said = sorted(set(re.findall(r"hello of (\w+)", texts)))
        seen[name] = {**web.shown(page), "said": said}
    return seen


def calls_that_say_nothing(web: Web) -> Any:
    """A call of the browser that names nobody, once one of its tabs has chosen; and what answers may be kept."""
    page = _start(web)
    page.goto("/api/chat/history")
    seen = {"before": page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus")}
    page.goto("/")
    page.wait_for_selector("#chat li")
    web.act_as(page, "acme / bot")
    answer = page.goto("/api/chat/history")
    assert answer is not None
    seen["after"] = answer.status
    page.goto("/")
    page.wait_for_selector("#chat li")
    paths = ("/", "/api/chat/persons", "/api/webui/emoji/emoji-acme/thumbnail")
    script = "paths => Promise.all(paths.map(path => fetch(path).then(got => got.headers.get('cache-control'))))"
    seen["kept"] = page.evaluate(script, paths)
    return seen


def logged_out(web: Web) -> Any:
    """A logout ends the choice of its tab and of the other one, and their sockets; the next login is the admin."""
    page = _start(web)
    web.act_as(page, "acme / bot")
    other = page.context.new_page()
    other.goto("/")
    other.wait_for_selector("#chat li")
    web.act_as(other, "zeta / bot")
    page.get_by_role("button", name="登出").click()
    page.wait_for_selector("form.login")
    other.wait_for_selector("form.login")
    web.log_in(page)
    seen = {"first": web.shown(page)}
    other.goto("/")
    other.wait_for_selector("#chat li")
    seen["other"] = web.shown(other)
    return seen


def a_tenant_that_vanishes(web: Web) -> Any:
    page = _start(web)
    web.act_as(page, "many-07 / bot")
    web.control("vanish/many-07")
    page.reload()
    page.wait_for_selector("maim-acting >> text=已回到管理员")
    notice = page.locator("maim-acting .notice").inner_text()
    return [notice, web.shown(page)["persons"]]


def another_token(web: Web) -> Any:
    """Somebody makes the token anew while a tab acts for a tenant."""
    page = _start(web)
    web.act_as(page, "acme / bot")
    before = web.control("token/Another-token")
    page.reload()
    page.wait_for_selector("form.login")
    page.get_by_label("Token").fill("Another-token")
    page.get_by_role("button", name="登录").click()
    page.wait_for_selector("#chat li")
    seen = web.shown(page)
    web.control(f"token/{before}")
    return seen


def configuration_page(web: Web) -> Any:
    """It saves as it is opened: as the admin, and as a tenant."""
    page = _start(web)
    seen = []
    for tenant in ("", "acme / bot"):
        if tenant:
            page.goto("/")
            page.wait_for_selector("#chat li")
            web.act_as(page, tenant)
        page.get_by_role("link", name="配置").click()
        page.wait_for_selector("#saved:not(:empty)")
        page.wait_for_timeout(100)
        seen.append([page.locator("#saved").inner_text(), bar_text(page)])
    return seen


def search_and_pages(web: Web) -> Any:
    """With the keyboard alone: open, page, search, choose, and close again."""
    page = _start(web)
    button = page.get_by_role("button", name="选择租户")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="以哪个租户调试")
    dialog.wait_for()
    page.wait_for_selector("maim-acting li >> nth=19")
    seen: dict[str, Any] = {"first": dialog.locator(".count").inner_text()}
    dialog.get_by_role("button", name="下一页").press("Enter")
    page.wait_for_selector("maim-acting >> text=21–40")
    dialog.get_by_label("搜索租户").press_sequentially("many-3")
    page.wait_for_selector("maim-acting >> text=1–10 / 10")
    page.keyboard.press("Escape")
    seen["closed"] = dialog.is_hidden()
    seen["focus is back"] = page.evaluate("document.activeElement.shadowRoot.activeElement.className")
    seen["said"] = button.get_attribute("aria-label")
    return seen


def strangers(web: Web) -> Any:
    """A page of another origin: its call, its socket and its frame."""
    page = _start(web)
    saved = web.control("saved")
    answers = posted(page)
    text = STRANGER.replace("{base}", web.base).replace("{socket}", web.base.replace("http", "ws"))
    page.route("http://127.0.0.1:9/**", lambda route: route.fulfill(body=text, content_type="text/html"))
    page.goto("http://127.0.0.1:9/page")
    page.wait_for_function("document.title")
    framed = any("app.js" in frame.content() for frame in page.frames[1:])
    return {
        "socket": page.title(),
        "framed": framed,
        "saved": web.control("saved") - saved,
        "answers": answers,
    }


def four_widths(web: Web) -> Any:
    """Whether the bar covers anything, by width, theme and side bar; a picture of each for people."""
    seen: dict[str, Any] = {}
    for width in WIDTHS:
        page = web.log_in(web.context(width).new_page())
        for acting in ("admin", "acme"):
            if acting == "acme":
                web.act_as(page, "acme / bot")
            for theme in ("light", "dark"):
                page.wait_for_timeout(150)
                name = f"{width} {acting} {theme}"
                seen[name] = page.evaluate(COVERED)
                page.screenshot(path=web.pictures / f"{name}.png")
                page.locator("#theme").click()
            page.locator("#menu").click()
            page.wait_for_timeout(150)
            seen[f"{width} {acting} moved"] = page.evaluate(COVERED)
            page.locator("#menu").click()
        page.locator("#dialog").click()
        page.screenshot(path=web.pictures / f"{width} behind a dialog.png")
        seen[f"{width} on top"] = page.evaluate(f"document.elementFromPoint(...{MIDDLE}).className")
        page.context.close()
    return seen


# The middle of the bar, and what of the page lies below it.
BOX = "document.querySelector('maim-acting').shadowRoot.querySelector('.bar').getBoundingClientRect()"
MIDDLE = f"[{BOX}.left + {BOX}.width / 2, {BOX}.top + {BOX}.height / 2]"
COVERED = f"""(() => {{
  const box = {BOX};
  const leaves = [...document.querySelectorAll('#root button, #root a, #root input, #root li, #root span')];
  const covered = leaves.filter((leaf) => {{
    const each = leaf.getBoundingClientRect();
    const beside = each.left >= box.right || each.right <= box.left;
    return each.width && !beside && each.top < box.bottom && each.bottom > box.top;
  }});
  const inside = box.left >= 0 && box.right <= innerWidth;
  return {{covered: covered.map((leaf) => leaf.id || leaf.textContent), inside, visible: box.width > 40}};
}})()"""

SCENARIOS: tuple[Callable[[Web], Any], ...] = (
    first_login,
    one_tab_after_another_tenant,
    two_tabs_and_two_browsers,
    calls_that_say_nothing,
    logged_out,
    a_tenant_that_vanishes,
    another_token,
    configuration_page,
    search_and_pages,
    strangers,
    four_widths,
)


def browse(running: Running, kind: Callable[..., WebLike], scenarios: Iterable[Callable[[WebLike], Any]]) -> Any:
    """What every scenario saw of what is served, or what stopped it."""
    pictures, seen = running.output.parent / "pictures", dict[str, Any]()
    pictures.mkdir()
    with running.serving() as where, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for scenario in scenarios:
            try:
                web = kind(f"http://127.0.0.1:{where['port']}", where["token"], browser, pictures)
                seen[scenario.__name__] = {"saw": scenario(web)}
            except Exception as error:  # one that stops does not keep the others from running
                seen[scenario.__name__] = {"stopped": f"{type(error).__name__}: {error}"}
            for context in browser.contexts:
                context.close()
        browser.close()
    return seen
