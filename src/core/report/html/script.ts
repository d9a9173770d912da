/**
 * The script of the page: filter, sorting, arrow keys, and opening details for link targets and
 * printing. ASCII only, because its hash is computed from its bytes.
 */
export const script = `(() => {
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  const form = document.getElementById("filter");
  const body = document.querySelector(".matrix tbody");
  const rows = [...body.rows];
  const heads = all(".matrix thead th");
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const others = all("[data-h],li[data-r]").filter((part) => !body.contains(part));
  const hasRule = (row, rule) => row.cells[heads.findIndex((head) => head.dataset.r === rule)].firstElementChild;
  const filter = () => {
    const { text, environment = "", verdict = "", rule = "" } = Object.fromEntries(new FormData(form));
    const words = text.toLowerCase().split(/\\s+/);
    const shown = new Set(text.trim() + environment + verdict ? [] : [""]);
    let count = 0;
    for (const row of rows) {
      row.hidden = !words.every((word) => texts.get(row).includes(word)) ||
        (environment && row.dataset.e !== environment) || (verdict && row.dataset.v !== verdict) ||
        (rule && !hasRule(row, rule));
      if (row.hidden) continue;
      shown.add(row.dataset.h);
      count++;
    }
    for (const part of others) {
      const { h, r } = part.dataset;
      part.hidden = (h !== undefined && !shown.has(h)) || (rule && r && r !== rule);
    }
    document.querySelector(".empty").hidden = count > 0;
    form.querySelector("button").disabled = shown.has("") && !rule;
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
  const sort = (head) => {
    const turn = head.ariaSort === "ascending" ? -1 : 1;
    for (const other of heads) other.ariaSort = null;
    head.ariaSort = turn > 0 ? "ascending" : "descending";
    const keys = new Map(rows.map((row) => [row, weigh(row, head)]));
    const compare = (a, b) => (keys.get(a) > keys.get(b) ? turn : keys.get(a) < keys.get(b) ? -turn : 0);
    body.append(...[...rows].sort(compare));
  };
  for (const head of heads) {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    button.onclick = () => sort(head);
    head.append(button);
  }

  // The table is one tab stop; arrow keys move inside it.
  let current;
  const settle = (link = current) => {
    if (current) current.tabIndex = -1;
    current = link && !link.closest("tr").hidden ? link : body.querySelector("tr:not([hidden]) a");
    if (current) current.tabIndex = 0;
  };
  const columnOf = (link) => link.closest("th,td").cellIndex;
  for (const link of all("a", body)) link.tabIndex = -1;
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
      const live = [...body.rows].filter((other) => !other.hidden && other.querySelector("a"));
      const at = Math.max(0, Math.min(live.length - 1, live.indexOf(row) + step));
      const distance = (other) => Math.abs(columnOf(other) - columnOf(link));
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

  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    for (let part = target; part; part = part.parentElement) if (part.matches("details")) part.open = true;
    target.scrollIntoView();
    (target.querySelector(":scope > summary") ?? target).focus({ preventScroll: true });
  };
  addEventListener("hashchange", reveal);
  addEventListener("click", ({ target }) => {
    if (target.closest("a")?.hash === location.hash) reveal();
  });
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("details.host:not([open])");
    for (const part of opened) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of opened) part.open = false;
  });
  form.oninput = filter;
  form.onreset = () => setTimeout(filter);
  form.onsubmit = (event) => event.preventDefault();
  form.hidden = document.querySelector(".hint").hidden = false;
  filter();
  reveal();
})();`;
