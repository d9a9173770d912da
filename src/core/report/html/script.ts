import { firstRows } from "./markup.ts";

/**
 * The script of the page: filter, sorting, arrow keys, and opening details for link targets and
 * printing. ASCII only, because its hash is computed from its bytes.
 */
export const script = `(() => {
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  const form = document.getElementById("filter");
  // With a script, noscript holds its markup as text.
  const parse = (raw) => {
    const drawn = document.createElement("template");
    drawn.innerHTML = raw.textContent;
    raw.replaceWith(drawn.content);
  };
  const tables = all(".scroll").map((box) => {
    const raw = box.querySelector("noscript");
    const root = document.createElement("template").content;
    if (raw) {
      root.append(raw);
      parse(raw);
    }
    const part = (raw ? root : box).querySelector("table");
    const body = part.tBodies[0];
    const rows = [...body.rows];
    const table = { box, body, rows, live: rows, limit: ${firstRows} };
    box.onscroll = () => box.scrollTop + 3 * box.clientHeight > box.scrollHeight && grow(table, table.limit + ${firstRows});
    if (raw) {
      body.replaceChildren();
      box.append(part);
    }
    return table;
  });
  const draw = ({ body, live, limit }) => body.replaceChildren(...live.slice(0, limit));
  const grow = (table, limit) => {
    if (limit <= table.limit) return;
    table.body.append(...table.live.slice(table.limit, limit));
    table.limit = limit;
  };
  const matrix = tables.find(({ body }) => body.closest(".matrix"));
  const { body, rows } = matrix;
  const heads = all(".matrix thead th");
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const hasRule = (row, rule) => row.cells[heads.findIndex((head) => head.dataset.r === rule)].firstElementChild;
  const addCopy = (part) => {
    for (const text of all(".copy", part)) {
      const button = document.createElement("button");
      button.textContent = "Copy";
      button.onclick = () => {
        getSelection().selectAllChildren(text);
        navigator.clipboard?.writeText(text.textContent).then(() => (button.textContent = "Copied"), () => {});
      };
      text.after(" ", button);
    }
  };
  addCopy(document);
  let isOff;
  const unfold = (part) => {
    const raw = part.querySelector("noscript");
    if (raw) {
      parse(raw);
      addCopy(part);
    }
    for (const item of all(".finding", part)) item.hidden = isOff(item);
  };
  const filter = () => {
    const { text, environment = "", verdict = "", rule = "" } = Object.fromEntries(new FormData(form));
    const words = text.toLowerCase().split(/\\s+/);
    const isAll = !(text.trim() + environment + verdict);
    matrix.live = matrix.rows.filter((row) => words.every((word) => texts.get(row).includes(word)) &&
      (!environment || row.dataset.e === environment) && (!verdict || row.dataset.v === verdict) &&
      (!rule || hasRule(row, rule)));
    const hosts = new Set(matrix.live.map((row) => row.dataset.h));
    const groups = new Set(matrix.live.map((row) => row.dataset.g));
    if (isAll) groups.add("");
    isOff = ({ dataset: { h, g, r } }) =>
      (h ? !hosts.has(h) : g !== undefined && !groups.has(g)) || (rule && r && !r.split(" ").includes(rule));
    for (const table of tables) {
      if (table !== matrix) table.live = table.rows.filter((row) => !isOff(row));
      table.limit = ${firstRows};
      draw(table);
    }
    for (const part of all(".host,.finding")) part.hidden = isOff(part);
    const count = matrix.live.length;
    document.querySelector(".empty").hidden = count > 0;
    form.querySelector("[type=reset]").disabled = isAll && !rule;
    form.querySelector("output").textContent = count + " of " + rows.length + (rows.length === 1 ? " host" : " hosts");
    settle();
  };

  const ranks = ["suppressed", "notice", "warning", "error"];
  const weigh = (row, head) => {
    const cell = row.cells[head.cellIndex];
    if (!head.dataset.r) return cell.dataset.n ? -cell.dataset.n : cell.textContent;
    const link = cell.firstElementChild;
    return link ? -1e6 * (1 + ranks.findIndex((rank) => link.classList.contains(rank))) - parseInt(link.textContent) : 0;
  };
  let order = "";
  const sort = () => {
    matrix.rows = rows;
    for (const head of heads) {
      const isDown = order === "-" + head.textContent;
      head.ariaSort = isDown ? "descending" : order === head.textContent ? "ascending" : null;
      if (!head.ariaSort) continue;
      const turn = isDown ? -1 : 1;
      const keys = new Map(rows.map((row) => [row, weigh(row, head)]));
      const compare = (a, b) => (keys.get(a) > keys.get(b) ? turn : keys.get(a) < keys.get(b) ? -turn : 0);
      matrix.rows = [...rows].sort(compare);
    }
    filter();
  };
  // The hash holds filter and order, so a link shows the same, and the history leads back.
  let saved = "";
  const save = (isTyping) => {
    const query = [...new FormData(form), ["sort", order]].filter(([, value]) => value);
    saved = "?" + new URLSearchParams(query);
    if (isTyping) location.replace("#" + saved);
    else location.hash = saved;
  };
  const load = () => {
    const hash = location.hash.slice(1);
    if (hash === saved || (hash && hash[0] !== "?")) return;
    saved = hash;
    const query = new URLSearchParams(hash);
    for (const field of all("input,select", form)) {
      field.value = query.get(field.name) ?? "";
      if (field.selectedIndex < 0) field.value = "";
    }
    order = query.get("sort") ?? "";
    sort();
  };
  for (const head of heads) {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    button.onclick = () => {
      order = (order === head.textContent ? "-" : "") + head.textContent;
      sort();
      save();
    };
    head.append(button);
  }
  form.elements.csv.onclick = () => {
    // A spreadsheet takes a cell that starts like this as a formula.
    const print = (cell) => '"' + (cell.firstChild?.textContent ?? "").trim().replace(/^[=+@-]/, "'$&").replaceAll('"', '""') + '"';
    const lines = [heads, ...matrix.live.map((row) => [...row.cells])].map((cells) => cells.map(print) + "\\r\\n");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(lines, { type: "text/csv" }));
    link.download = "hosts.csv";
    link.click();
  };

  // The table is one tab stop; arrow keys move inside it.
  let current;
  const settle = (link = current) => {
    if (current) current.tabIndex = -1;
    current = link?.isConnected ? link : body.querySelector("a");
    if (current) current.tabIndex = 0;
  };
  const columnOf = (link) => link.closest("th,td").cellIndex;
  for (const row of rows) for (const link of all("a", row)) link.tabIndex = -1;
  body.addEventListener("focusin", ({ target }) => target.matches("a") && settle(target));
  body.addEventListener("keydown", (event) => {
    const link = event.target;
    const step = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10, Home: -1e9, End: 1e9 }[event.key];
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!link.matches("a") || event.ctrlKey || event.altKey || event.metaKey || !(step || side)) return;
    event.preventDefault();
    const row = link.closest("tr");
    const links = all("a", row);
    let next = links[links.indexOf(link) + side];
    if (step) {
      const live = matrix.live.filter((other) => other.querySelector("a"));
      const at = Math.max(0, Math.min(live.length - 1, live.indexOf(row) + step));
      const distance = (other) => Math.abs(columnOf(other) - columnOf(link));
      if (!live[at].isConnected) grow(matrix, matrix.live.indexOf(live[at]) + ${firstRows});
      next = all("a", live[at]).sort((a, b) => distance(a) - distance(b))[0];
    }
    next?.focus();
  });
  addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input,select");
    if (event.key === "Escape" && isTyping) form.reset();
    if (event.key !== "/" || isTyping) return;
    event.preventDefault();
    form.elements.text.focus();
  });

  const find = (id) => {
    const raw = id && all("details noscript").find(({ textContent }) => textContent.includes('id="' + id + '"'));
    if (raw) unfold(raw.parentElement);
    for (const table of tables) grow(table, table.live.findIndex((row) => id && row.id === id) + 1);
    return document.getElementById(id);
  };
  const reveal = () => {
    const target = find(location.hash.slice(1));
    if (!target) return;
    for (let part = target; part; part = part.parentElement) if (part.matches("details")) part.open = true;
    target.scrollIntoView();
    (target.querySelector(":scope > summary") ?? target).focus({ preventScroll: true });
  };
  addEventListener("hashchange", () => {
    load();
    reveal();
  });
  addEventListener("click", ({ target }) => {
    if (target.closest("a")?.hash === location.hash) reveal();
  });
  document.addEventListener("toggle", ({ target }) => target.matches(".host[open]") && unfold(target), true);
  let opened = [];
  addEventListener("beforeprint", () => {
    for (const table of tables) grow(table, table.live.length);
    for (const part of all(".host")) unfold(part);
    opened = all(".host:not([open]),.names:not([open])");
    for (const part of opened) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of opened) part.open = false;
    filter();
  });
  form.oninput = ({ target }) => {
    filter();
    save(target.name === "text");
  };
  form.onreset = () => setTimeout(() => {
    filter();
    save();
  });
  form.onsubmit = (event) => event.preventDefault();
  form.hidden = document.querySelector(".hint").hidden = false;
  filter();
  load();
  reveal();
})();`;
