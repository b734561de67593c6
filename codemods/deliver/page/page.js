"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const find = (id) => document.getElementById(id);
  const language = () => document.documentElement.dataset.language;
  // A text in the language of the page: what differs is a pair.
  const say = (text) => (Array.isArray(text) ? text[language() === "zh" ? 1 : 0] : text);
  const label = (name) => say(data.labels[name]);
  const escaped = (text) => String(text).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
  const element = (tag, properties = {}, ...inside) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...inside);
    return made;
  };
  const address = (path, line) =>
    data.link.replace("{path}", path.split("/").map(encodeURIComponent).join("/")).replace("{line}", line);
  // What is searched, and the row in each language, are made once.
  const places = data.places.map((place, number) => {
    const searched = [place.name, `${place.path}:${place.line}`, place.reason, place.kind].flat().join("\n").toLowerCase();
    return { ...place, number, searched, outcome: place.ran ? `${place.ran.after} ${place.ran.before}` : "", rows: {} };
  });

  // Rows

  const order = { column: "", direction: 1 };
  let shown = places;

  const verdict = (name) => `<span class="verdict v-${escaped(name.replaceAll(" ", "-"))}">${escaped(name ? say(data.verdicts[name] || name) : "–")}</span>`;

  const row = (place) => (place.rows[language()] ||= made(place));

  const ran = (place) => (place.ran ? `${verdict(place.ran.before)} → ${verdict(place.ran.after)}` : "");

  function made(place) {
    const then = place.migrated && place.migrated !== place.today ? ` → ${verdict(place.migrated)}` : "";
    const at = `${place.path}:${place.line}`;
    return `<tr data-place="${place.number}"><td class="today">${verdict(place.today)}${then}</td>`
      + (data.is_proven ? `<td class="outcome">${ran(place)}</td>` : "")
      + `<td class="name"><button type="button" title="${escaped(place.name)}">${escaped(place.name)}</button></td>`
      + `<td class="path"><a class="at" href="${escaped(address(place.path, place.line))}" title="${escaped(at)}">${escaped(at)}</a></td>`
      + `<td class="reason" title="${escaped(say(place.reason))}">${escaped(say(place.reason))}</td></tr>`;
  }

  function fits(place) {
    const [section, kind, verdictOf] = ["of-section", "of-kind", "of-verdict"].map((id) => find(id).value);
    if (section !== "" && String(place.section) !== section) return false;
    if (kind && place.kind !== kind) return false;
    if (verdictOf && ![place.today, place.migrated, place.ran?.before, place.ran?.after].includes(verdictOf)) return false;
    const words = find("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    return words.every((word) => place.searched.includes(word));
  }

  function compare(one, other) {
    const [a, b] = [one, other].map((place) => say(place[order.column]));
    return order.direction * (a < b ? -1 : a > b ? 1 : one.number - other.number);
  }

  const table = new Clusterize({ rows: [], scrollId: "rows", contentId: "body", rows_in_block: 40, no_data_text: label("nothing_fits") });

  function update() {
    shown = places.filter(fits);
    if (order.column) shown = shown.sort(compare);
    table.options.no_data_text = label("nothing_fits");
    table.update(shown.map(row));
    find("shown").textContent = shown.length === places.length ? places.length : `${shown.length} / ${places.length}`;
  }

  function fill(select, first, options) {
    const chosen = select.value;
    select.replaceChildren(...[["", label(first)], ...options].map(([value, text]) => element("option", { value, textContent: text })));
    select.value = chosen;
  }

  function speak(wanted) {
    document.documentElement.dataset.language = document.documentElement.lang = wanted;
    for (const button of document.querySelectorAll("[data-speak]"))
      button.setAttribute("aria-pressed", String(button.dataset.speak === wanted));
    const values = (key) => [...new Set(places.map((place) => place[key]).filter(Boolean))].sort();
    const outcomes = places.flatMap((place) => (place.ran ? [place.ran.before, place.ran.after] : []));
    const verdicts = [...new Set([...values("today"), ...values("migrated"), ...outcomes])].sort();
    fill(find("of-section"), "every_section", data.sections.map((section, number) => [String(number), say(section.title)]));
    fill(find("of-verdict"), "every_verdict", verdicts.map((name) => [name, say(data.verdicts[name] || name)]));
    fill(find("of-kind"), "every_kind", values("kind").map((name) => [name, name]));
    for (const [id, name] of [["of-section", "every_section"], ["of-verdict", "every_verdict"], ["of-kind", "every_kind"], ["search", "search"]])
      find(id).setAttribute("aria-label", label(name));
    find("search").placeholder = label("search");
    find("close").setAttribute("aria-label", label("close"));
    update();
  }

  // One place

  const patch = (text) => element("pre", { className: "patch" }, ...text.split("\n").filter((line, number, all) => line || number < all.length - 1).map((line) => {
    const className = /^(\+\+\+|---|diff|index|new)/.test(line) ? "head" : { "+": "plus", "-": "minus", "@": "head" }[line[0]] || "";
    return element("span", { className, textContent: line || " " });
  }));

  const decision = (text) => element("div", { className: "decision" }, element("pre", { textContent: text }),
    Object.assign(element("button", { type: "button", textContent: label("copy") }), { onclick: copy }));

  function copy(event) {
    const button = event.currentTarget, text = button.parentElement.querySelector("pre").textContent;
    const area = element("textarea", { value: text });
    button.parentElement.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    const before = [...button.childNodes];
    button.textContent = label("copied");
    setTimeout(() => button.replaceChildren(...before), 1200);
  }

  const way = (place) => {
    const stations = place.way.map((station) => element("li", {}, `${station.name} `,
      element("a", { className: "at", href: address(station.path, station.line), textContent: `${station.path}:${station.line}` })));
    const last = place.way.at(-1).reached;
    return element("ol", { className: "way" }, ...stations, ...(last ? [element("li", { className: "reached", textContent: last })] : []));
  };

  function open(place) {
    const parts = [
      element("h2", { textContent: place.name }),
      element("p", {}, element("a", { className: "at", href: address(place.path, place.line), textContent: `${place.path}:${place.line}` })),
      element("p", { innerHTML: `${verdict(place.today)}${place.migrated ? ` → ${verdict(place.migrated)}` : ""}` }),
      element("p", { textContent: say(place.reason) }),
      ...(place.then ? [element("p", { className: "good" }, element("b", { textContent: `${label("migrated")}: ` }), say(place.then))] : []),
      ...(place.details || []).map((detail) => element("p", { className: "note", textContent: say(detail) })),
    ];
    const add = (title, ...inside) => parts.push(element("h3", { textContent: label(title) }), ...inside);
    if (place.ran) add("run", element("p", { innerHTML: ran(place) }), ...(place.ran.told || []).map((sentence) => element("p", { textContent: say(sentence) })));
    if (place.way) add("way", way(place));
    if (place.hunks) add("mended", ...place.hunks.map((number) => element("div", {}, element("small", { textContent: data.hunks[number].recipe }), patch(data.hunks[number].patch))));
    const kind = data.kinds[place.kind];
    if (kind) {
      add("means", element("p", { textContent: say(kind.means) }));
      if (place.decision) add("by_hand", element("p", { textContent: say(kind.by_hand) }));
      if (place.decision) add("accept", element("p", { textContent: say(kind.accept) }));
    }
    if (place.decision) add("decision", decision(place.decision));
    find("told").replaceChildren(...parts);
    if (!find("detail").open) find("detail").showModal();
    find("detail").scrollTop = 0;
  }

  // What is heard

  for (const button of document.querySelectorAll("[data-speak]")) button.onclick = () => speak(button.dataset.speak);
  for (const button of document.querySelectorAll("[data-copy]")) button.onclick = copy;
  for (const button of document.querySelectorAll("[data-sort]"))
    button.onclick = () => {
      order.direction = order.column === button.dataset.sort ? -order.direction : 1;
      order.column = button.dataset.sort;
      for (const other of document.querySelectorAll("[data-sort]")) delete other.dataset.order;
      button.dataset.order = order.direction;
      update();
    };
  for (const tile of document.querySelectorAll(".tile"))
    tile.addEventListener("click", () => {
      find("of-section").value = tile.dataset.section;
      update();
    });
  for (const file of document.querySelectorAll("details.file"))
    file.addEventListener("toggle", () => {
      if (file.open && !file.querySelector("pre"))
        file.append(patch(data.recipes[file.dataset.recipe].files[file.dataset.file].patch));
    });
  find("search").oninput = find("of-section").onchange = find("of-verdict").onchange = find("of-kind").onchange = update;
  find("body").onclick = (event) => {
    const clicked = event.target.closest("tr[data-place]");
    if (clicked && !event.target.closest("a")) open(places[clicked.dataset.place]);
  };
  find("close").onclick = () => find("detail").close();
  find("detail").onclick = (event) => event.target === find("detail") && find("detail").close();
  // Paper has no scrolling: every row is there.
  window.addEventListener("beforeprint", () => { find("body").innerHTML = shown.map(row).join(""); });
  window.addEventListener("afterprint", () => table.refresh(true));
  speak(language());
})();
