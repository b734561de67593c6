// 构建好的网页：与真正的 WebUI 有同样的习惯——标题行、主题、两种请求、图片地址、WebSocket、localStorage
const root = document.getElementById("root");
const TABS = "mini_webui_virtual_tabs";
document.documentElement.className = localStorage.getItem("ui-theme") ?? "light";

const api = async (path, options = {}) => {
  const answer = await fetch(path, options);
  if (answer.status === 401) go("/auth");
  return answer;
};
const bearer = { Authorization: `Bearer ${localStorage.getItem("access-token")}` };

const go = (path) => {
  history.pushState(null, "", path);
  show();
};

const login = () => {
  root.innerHTML = `<form class="login"><input name="token" aria-label="Token"><button>登录</button></form>`;
  root.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = JSON.stringify({ token: new FormData(event.target).get("token") });
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch("/api/webui/auth/verify", { method: "POST", body, headers });
    if ((await answer.json()).valid) go("/");
  });
};

const LAYOUT = `
  <aside><nav><a href="/">首页</a><a href="/config/bot">配置</a></nav></aside>
  <div class="page">
    <header>
      <div><button id="menu" aria-label="菜单">☰</button></div>
      <div class="tools">
        <button id="search"><span>搜索…</span></button>
        <button id="theme" aria-label="主题">◐</button>
        <button id="dialog" aria-label="对话框">？</button>
        <button id="logout">登出</button>
      </div>
    </header>
    <main></main>
  </div>`;

const layout = () => {
  root.innerHTML = LAYOUT;
  const at = (id) => document.getElementById(id);
  at("menu").addEventListener("click", () => document.body.classList.toggle("closed"));
  at("theme").addEventListener("click", () => {
    const next = document.documentElement.className === "dark" ? "light" : "dark";
    document.documentElement.className = next;
    localStorage.setItem("ui-theme", next);
  });
  at("dialog").addEventListener("click", () => {
    const shade = Object.assign(document.createElement("div"), { className: "shade", textContent: "对话框" });
    shade.addEventListener("click", () => shade.remove());
    document.body.append(shade);
  });
  at("logout").addEventListener("click", async () => {
    await fetch("/api/webui/auth/logout", { method: "POST" });
    go("/auth");
  });
  for (const link of root.querySelectorAll("nav a")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      go(link.getAttribute("href"));
    });
  }
  return root.querySelector("main");
};

const home = async (main) => {
  main.innerHTML = `<ul id="persons"></ul><ul id="tabs"></ul><div id="pictures"></div>
    <ol id="chat"></ol><form id="say"><input name="text" aria-label="消息"><button>发送</button></form>`;
  const at = (id) => main.querySelector(`#${id}`);
  const persons = await (await api("/api/chat/persons")).json();
  const statistics = await api("/api/webui/emoji/list", { headers: bearer });
  const emojis = (await statistics.json()).data ?? [];
  const kept = new Set(JSON.parse(localStorage.getItem(TABS) ?? "[]"));
  for (const each of persons.persons ?? []) {
    at("persons").append(Object.assign(document.createElement("li"), { textContent: each.nickname }));
    kept.add(each.nickname);
  }
  localStorage.setItem(TABS, JSON.stringify([...kept]));
  for (const name of kept) at("tabs").append(Object.assign(document.createElement("li"), { textContent: name }));
  for (const emoji of emojis) {
    const picture = document.createElement("img");
    picture.setAttribute("src", `/api/webui/emoji/${emoji.emoji_hash}/thumbnail?original=true`);
    at("pictures").append(picture);
  }
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const chat = new WebSocket(`${scheme}://${location.host}/api/chat/ws?user_id=webui_user_mini`);
  chat.addEventListener("message", (event) => {
    const said = JSON.parse(event.data);
    const texts = said.type === "history" ? said.messages.map((each) => each.content) : [said.content ?? said.bot_name];
    for (const text of texts) at("chat").append(Object.assign(document.createElement("li"), { textContent: text }));
  });
  chat.addEventListener("close", () => at("chat").setAttribute("data-closed", "true"));
  at("say").addEventListener("submit", (event) => {
    event.preventDefault();
    chat.send(JSON.stringify({ type: "message", content: new FormData(event.target).get("text") }));
  });
};

// 配置页一打开就保存一次
const config = async (main) => {
  main.innerHTML = `<p id="saved"></p>`;
  const answer = await api("/api/webui/config/bot", { method: "POST" });
  main.querySelector("#saved").textContent = answer.ok ? "已保存" : (await answer.json()).detail;
};

const show = async () => {
  if (location.pathname === "/auth") return login();
  const { authenticated } = await (await fetch("/api/webui/auth/check")).json();
  if (!authenticated) return go("/auth");
  const main = layout();
  return location.pathname.startsWith("/config") ? config(main) : home(main);
};

new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/webui/ws/logs`);
addEventListener("popstate", show);
show();
