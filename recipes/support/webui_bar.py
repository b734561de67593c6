"""浏览器里的租户栏：首页送出时带上 SCRIPT；PAGE 是没有构建好的网页时的小页面。"""

SCRIPT = r"""
// 租户栏：这个标签页以谁操作。页面的每个请求都写明它，所以两个标签页互不影响。
(() => {
  "use strict";
  const KEY = "maim.acting", NOTICE = "maim.notice", ADMIN = "admin";
  const API = new URL(document.currentScript.src).pathname.replace(/\/bar\.js$/, "");
  const real = {
    fetch: window.fetch.bind(window),
    local: window.localStorage,
    session: window.sessionStorage,
    WebSocket: window.WebSocket,
    EventSource: window.EventSource,
  };

  // ---- 选择：租户/agent/编号，或 admin ----

  let chosen = real.session.getItem(KEY) || ADMIN;
  const tenant = () => (chosen === ADMIN ? null : chosen.split("/").slice(0, 2));

  // 换一个租户就重新载入：页面里的内容与连接都是旧租户的
  const change = (next, notice = "") => {
    chosen = next;
    real.session.clear();
    if (next !== ADMIN) real.session.setItem(KEY, next);
    if (notice) real.session.setItem(NOTICE, notice);
    location.reload();
  };

  // ---- 页面的每个请求都写明以谁操作 ----

  const place = (url) => {
    try {
      return new URL(url, location.href);
    } catch {
      return null;
    }
  };
  // 登录与退出不属于任何租户
  const ours = (url) => url !== null && url.host === location.host && !url.pathname.includes("/auth/");
  const stamped = (address, within = "/") => {
    const url = place(address);
    if (!ours(url) || !url.pathname.startsWith(within)) return address;
    url.searchParams.set("maim_acting", chosen);
    return url.href;
  };

  const watched = (url, answer) => {
    const refused = answer.headers.get("X-Maim-Refused");
    if (refused === "choice") answer.clone().json().then((said) => lost(said.detail));
    if (refused === "common") answer.clone().json().then((said) => bar.say(said.detail));
    if (url.pathname.endsWith("/auth/logout") && answer.ok && tenant()) change(ADMIN);
    if (url.pathname.endsWith("/auth/verify") && answer.ok) bar.ask();
    if (answer.status === 401 && ours(url) && tenant()) lost("会话已结束");
    return answer;
  };
  const lost = (reason) => {
    if (tenant()) change(ADMIN, `${reason}，已回到管理员`);
    else bar.say(reason);
  };

  window.fetch = async (input, init) => {
    const request = new Request(input, init);
    const url = place(request.url);
    if (url.host !== location.host) return real.fetch(request);
    if (ours(url)) request.headers.set("X-Maim-Acting", chosen);
    return watched(url, await real.fetch(request));
  };

  const { open, send } = XMLHttpRequest.prototype;
  const addresses = new WeakMap();
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    addresses.set(this, place(url));
    return open.call(this, method, url, ...rest);
  };
  XMLHttpRequest.prototype.send = function (body) {
    if (ours(addresses.get(this) ?? null)) this.setRequestHeader("X-Maim-Acting", chosen);
    return send.call(this, body);
  };

  window.WebSocket = class extends real.WebSocket {
    constructor(url, protocols = []) {
      super(String(stamped(url)).replace(/^http/, "ws"), protocols);
      this.addEventListener("close", (event) => event.code !== 1000 && bar.ask());
    }
  };
  if (real.EventSource) {
    window.EventSource = class extends real.EventSource {
      constructor(url, options) {
        super(stamped(url), options);
      }
    };
  }

  // 图片与链接不能带请求头：写在地址里，于是浏览器的缓存也按租户分开
  const source = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src");
  Object.defineProperty(HTMLImageElement.prototype, "src", {
    ...source,
    set(url) {
      source.set.call(this, stamped(url, "/api/"));
    },
  });
  const { setAttribute } = Element.prototype;
  Element.prototype.setAttribute = function (name, value) {
    const isImage = this instanceof HTMLImageElement && String(name).toLowerCase() === "src";
    setAttribute.call(this, name, isImage ? stamped(value, "/api/") : value);
  };
  document.addEventListener("click", (event) => {
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement && node.href);
    if (link && place(link.href)?.pathname.startsWith("/api/")) link.href = stamped(link.href, "/api/");
  }, true);

  // ---- 页面自己记住的东西按租户分开，外观除外 ----

  const APART = "maim:";
  const isLook = (name) => !name.startsWith(APART) && /theme|accent|locale|lang|^ui-/i.test(name);
  const prefix = () => (tenant() ? `${APART}${tenant().join("/")}:` : "");
  const own = (name) => (isLook(String(name)) ? String(name) : prefix() + name);
  const names = () => Object.keys(real.local).flatMap((name) => {
    if (isLook(name)) return [name];
    if (prefix()) return name.startsWith(prefix()) ? [name.slice(prefix().length)] : [];
    return name.startsWith(APART) ? [] : [name];
  });
  const view = {
    getItem: (name) => real.local.getItem(own(name)),
    setItem: (name, value) => real.local.setItem(own(name), value),
    removeItem: (name) => real.local.removeItem(own(name)),
    clear: () => names().forEach((name) => isLook(name) || view.removeItem(name)),
    key: (index) => names()[index] ?? null,
  };
  const apart = new Proxy({}, {
    get: (_, name) => (name === "length" ? names().length : view[name] ?? view.getItem(name) ?? undefined),
    set: (_, name, value) => (view.setItem(name, value), true),
    deleteProperty: (_, name) => (view.removeItem(name), true),
    has: (_, name) => name in view || view.getItem(name) !== null,
    ownKeys: () => names(),
    getOwnPropertyDescriptor: (_, name) => {
      const value = typeof name === "string" ? view.getItem(name) : null;
      return value === null ? undefined : { value, writable: true, enumerable: true, configurable: true };
    },
  });
  Object.defineProperty(window, "localStorage", { configurable: true, get: () => apart });

  // ---- 栏：在页面的标题行里，没有标题行（登录、向导）时不出现 ----

  const STYLE = `
    :host { all: initial; }
    * { box-sizing: border-box; font: inherit; }
    .bar, dialog, .notice { font: 13px/1.4 system-ui, sans-serif; color: hsl(var(--foreground, 222 47% 11%)); }
    .bar { position: fixed; z-index: 20; display: flex; gap: 6px; align-items: center; height: 32px; }
    .bar[hidden] { display: none; }
    button { color: inherit; background: hsl(var(--background, 0 0% 100%)); cursor: pointer; border-radius: 6px;
      border: 1px solid hsl(var(--border, 214 32% 91%)); padding: 4px 10px; white-space: nowrap; }
    button:disabled { opacity: .5; cursor: default; }
    button:focus-visible, input:focus-visible { outline: 2px solid currentColor; outline-offset: 1px; }
    .who { display: flex; gap: 6px; align-items: center; min-width: 0; overflow: hidden; height: 32px; }
    .who span { overflow: hidden; text-overflow: ellipsis; }
    .dot { flex: none; width: 8px; height: 8px; border-radius: 50%; background: hsl(142 60% 40%); }
    .acting .who { border-color: hsl(32 95% 44%); }
    .acting .dot { background: hsl(32 95% 44%); }
    .back { flex: none; height: 32px; }
    dialog { background: hsl(var(--background, 0 0% 100%)); border: 1px solid hsl(var(--border, 214 32% 91%));
      border-radius: 8px; padding: 16px; width: min(440px, calc(100vw - 32px)); max-height: min(560px, 90vh); }
    dialog::backdrop { background: rgb(0 0 0 / .5); }
    h2 { font-size: 15px; font-weight: 600; margin: 0 0 8px; }
    p { margin: 0 0 8px; }
    input { width: 100%; color: inherit; background: transparent; padding: 6px 10px; border-radius: 6px;
      border: 1px solid hsl(var(--border, 214 32% 91%)); }
    ul { list-style: none; margin: 8px 0; padding: 0; max-height: 300px; overflow: auto; }
    li button { width: 100%; text-align: left; overflow: hidden; text-overflow: ellipsis; margin: 1px 0; }
    li button[aria-current] { border-color: hsl(32 95% 44%); }
    .row { display: flex; gap: 6px; align-items: center; justify-content: space-between; }
    .notice { position: fixed; z-index: 20; top: 60px; left: 50%; transform: translateX(-50%); max-width: 90vw;
      pointer-events: none; padding: 6px 12px; border-radius: 6px; border: 1px solid hsl(32 95% 44%);
      background: hsl(var(--background, 0 0% 100%)); }
    .notice:empty { visibility: hidden; }
  `;
  const HTML = `
    <div class="bar" role="region" aria-label="以谁操作" hidden>
      <button class="who" type="button" aria-haspopup="dialog"><i class="dot"></i><span></span></button>
      <button class="back" type="button" aria-label="返回管理员">返回</button>
    </div>
    <dialog aria-labelledby="title">
      <h2 id="title">以哪个租户调试</h2>
      <p class="now"></p>
      <input type="text" role="searchbox" aria-label="搜索租户或 agent" placeholder="搜索租户或 agent">
      <ul aria-label="租户与 agent"></ul>
      <div class="row">
        <button class="before" type="button">上一页</button><span class="count" role="status"></span>
        <button class="after" type="button">下一页</button><button class="close" type="button">关闭</button>
      </div>
    </dialog>
    <div class="notice" role="alert"></div>
  `;

  const bar = {
    host: document.createElement("maim-acting"),
    known: null,
    page: 1,

    build() {
      this.root = this.host.attachShadow({ mode: "open" });
      this.root.innerHTML = `<style>${STYLE}</style>${HTML}`;
      this.at = (selector) => this.root.querySelector(selector);
      this.host.addEventListener("keydown", (event) => event.stopPropagation());
      this.at(".who").addEventListener("click", () => this.open());
      this.at(".back").addEventListener("click", () => this.act());
      this.at(".close").addEventListener("click", () => this.at("dialog").close());
      this.at(".before").addEventListener("click", () => this.list(this.page - 1));
      this.at(".after").addEventListener("click", () => this.list(this.page + 1));
      this.at("input").addEventListener("input", () => {
        clearTimeout(this.typing);
        this.typing = setTimeout(() => this.list(1), 200);
      });
      document.body.append(this.host);
      this.say(real.session.getItem(NOTICE) ?? "");
      real.session.removeItem(NOTICE);
      this.ask();
      this.follow();
    },

    // 页面是单页应用：标题行随时出现、消失、改变宽度
    follow() {
      const later = () => {
        this.placing ??= requestAnimationFrame(() => {
          this.placing = undefined;
          this.put();
        });
      };
      const all = { childList: true, subtree: true, attributes: true };
      new MutationObserver(later).observe(document.documentElement, all);
      for (const event of ["resize", "transitionend", "popstate"]) window.addEventListener(event, later, true);
      document.addEventListener("visibilitychange", () => document.hidden || this.ask());
      later();
    },

    // 选择租户的是管理员，也在这个标签页的选择不再有效的时候
    async call(path = "", acting = ADMIN, options = {}) {
      const headers = { "Content-Type": "application/json", "X-Maim-Acting": acting };
      return real.fetch(API + path, { cache: "no-store", ...options, headers });
    },

    // 服务器怎么说：登录之前没有栏，选择不再有效时回到管理员
    async ask() {
      if (this.asking) return;
      this.asking = true;
      clearTimeout(this.waiting);
      this.waiting = undefined;
      const answer = await this.call("", chosen).catch(() => null);
      this.asking = false;
      this.known = answer?.ok ? await answer.json() : null;
      if (answer?.status === 401 && tenant()) lost("会话已结束");
      if (answer?.headers.get("X-Maim-Refused") === "choice") lost((await answer.json()).detail);
      this.put();
    },

    put() {
      const gap = roomIn(header());
      const shell = this.at(".bar");
      if (gap && !this.known) this.waiting ??= setTimeout(() => this.ask(), 1000);
      shell.hidden = !gap || !this.known;
      if (shell.hidden) return;
      const acting = tenant();
      const narrow = gap.width < 330;
      const common = acting && /(^|\/)config/.test(location.pathname) ? " · 配置为全部租户共用，只能查看" : "";
      const full = acting ? `正在以租户 ${acting[0]} / agent ${acting[1]} 调试${common}` : "管理员";
      shell.classList.toggle("acting", Boolean(acting));
      this.set(this.at(".who span"), acting && narrow ? acting.join(" / ") : full);
      this.at(".who").title = full;
      this.at(".who").setAttribute("aria-label", `${full}，选择租户`);
      this.at(".back").hidden = !acting;
      this.at(".back").style.display = acting && gap.width >= 230 ? "" : "none";
      Object.assign(shell.style, { left: `${gap.left}px`, top: `${gap.top}px`, maxWidth: `${gap.width}px` });
    },

    set(element, text) {
      if (element.textContent !== text) element.textContent = text;
    },

    say(text) {
      this.at?.(".notice") && this.set(this.at(".notice"), text);
      clearTimeout(this.saying);
      this.saying = setTimeout(() => this.at && this.set(this.at(".notice"), ""), 8000);
    },

    open() {
      const acting = tenant();
      this.set(this.at(".now"), acting ? `正在以租户 ${acting[0]} / agent ${acting[1]} 调试` : "现在是管理员");
      this.at("input").value = "";
      this.at("dialog").showModal();
      this.list(1);
    },

    async list(page) {
      const search = encodeURIComponent(this.at("input").value);
      const answer = await this.call(`/tenants?page=${page}&search=${search}`);
      if (!answer.ok) return this.set(this.at(".count"), "读取失败");
      const { items, total, page_size: size } = await answer.json();
      this.page = page;
      this.at("ul").replaceChildren(...items.map((item) => this.item(item)));
      const first = (page - 1) * size;
      this.set(this.at(".count"), total ? `${first + 1}–${first + items.length} / ${total}` : "没有");
      this.at(".before").disabled = page === 1;
      this.at(".after").disabled = page * size >= total;
    },

    item({ tenant_id: tenantId, agent_id: agentId, is_admin: isAdmin }) {
      const button = document.createElement("button");
      const acting = tenant() ?? [this.known?.tenant_id, this.known?.agent_id];
      button.type = "button";
      button.textContent = `${tenantId} / ${agentId}${isAdmin ? "（管理员）" : ""}`;
      button.title = button.textContent;
      if (acting[0] === tenantId && acting[1] === agentId) button.setAttribute("aria-current", "true");
      button.addEventListener("click", () => this.act(tenantId, agentId));
      const item = document.createElement("li");
      item.append(button);
      return item;
    },

    async act(tenantId, agentId) {
      const body = JSON.stringify({ tenant_id: tenantId, agent_id: agentId, before: chosen });
      const answer = await this.call("", ADMIN, { method: "POST", body });
      const said = await answer.json().catch(() => ({ detail: `没有成功（${answer.status}）` }));
      if (answer.ok) change(said.acting);
      else this.set(this.at(".now"), said.detail);
    },
  };

  // 标题行里最宽的空处：不盖住任何东西
  const header = () => [...document.querySelectorAll("header, [role=banner]")].find((element) => {
    const box = element.getBoundingClientRect();
    return box.top > -1 && box.top < 40 && box.height >= 32 && box.height < 120 && box.width > 200;
  });
  const roomIn = (row) => {
    if (!row) return null;
    const box = row.getBoundingClientRect();
    const taken = [...row.querySelectorAll("*")]
      .filter((element) => !element.children.length || /^(BUTTON|A|INPUT|SELECT|SVG|IMG)$/i.test(element.tagName))
      .map((element) => element.getBoundingClientRect())
      .filter((each) => each.width && each.height && each.bottom > box.top && each.top < box.bottom)
      .sort((one, other) => one.left - other.left);
    let free = null;
    let left = box.left;
    for (const each of [...taken, { left: box.right, right: box.right }]) {
      if (!free || each.left - left > free.right - free.left) free = { left, right: each.left };
      left = Math.max(left, each.right);
    }
    const width = Math.floor(free.right - free.left - 24);
    return width < 40 && !tenant() ? null : { left: free.left + 12, top: box.top + (box.height - 32) / 2, width };
  };

  if (document.body) bar.build();
  else document.addEventListener("DOMContentLoaded", () => bar.build());
})();
"""

PAGE = """<!doctype html>
<html lang="zh-CN">
  <head>
    <meta charset="UTF-8">
    <meta name="viewport" content="width=device-width, initial-scale=1.0">
    <title>以哪个租户调试</title>
    <style>
      body { margin: 0; font: 15px/1.6 system-ui, sans-serif; color-scheme: light; }
      header { height: 56px; border-bottom: 1px solid #ddd; }
      main { max-width: 40em; padding: 0 16px; }
    </style>
  </head>
  <body>
    <header></header>
    <main>
      <h1>以哪个租户调试</h1>
      <p>登录之后，标题行里写着这个标签页以谁操作；点击它选择租户，或回到管理员。</p>
      <p>其他程序用请求头 X-Tenant-Id 与 X-Agent-Id，或参数 tenant_id 与 agent_id。</p>
      <p><a href="/">打开 WebUI</a></p>
    </main>
  </body>
</html>
"""
