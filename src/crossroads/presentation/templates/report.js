(function () {
  "use strict";
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const make = (tag, attributes, text) => {
    const node = document.createElement(tag);
    Object.entries(attributes || {}).forEach(([key, value]) => node.setAttribute(key, value));
    if (text !== undefined) node.textContent = text;
    return node;
  };

  // Charts: one after the other, fitted to their box, drawn again when the box changes its width.
  function spelled(figure) {
    Object.entries(figure.words).forEach(([place, words]) => figure.rows.forEach((row) => { row[place] = words[row[place]]; }));
    return figure;
  }
  const figures = new Map(read("figure-data").map((figure) => [figure.id, spelled(figure)]));
  const formOf = (figure) => document.querySelector(`form.picks[data-figure="${figure.id}"]`);
  const picks = (figure) => figure.choices.map((name) => formOf(figure).elements[name].value);
  function picked(figure) {
    const wanted = picks(figure), places = figure.choices.map((name) => figure.columns.indexOf(name));
    return figure.rows.filter((row) => wanted.every((value, i) => row[places[i]] === value));
  }
  const records = (figure) => picked(figure).map((row) => Object.fromEntries(figure.columns.map((name, i) => [name, row[i]])));

  function fitted(figure, width) {
    const spec = JSON.parse(JSON.stringify(figure.spec));
    spec.data = { values: records(figure) };
    delete spec.datasets;
    if (!figure.panel) return Object.assign(spec, { width, autosize: { type: "fit-x", contains: "padding" } });
    const gutter = figure.gutter, small = figure.panel < 300 && width < 500 ? 2 : 1;
    spec.columns = Math.max(small, Math.floor((width - figure.axis) / figure.panel));
    spec.spec.width = Math.floor((width - figure.axis) / spec.columns) - gutter;
    return spec;
  }

  async function draw(box) {
    const width = Math.floor(box.clientWidth);
    if (!width || box.dataset.width === String(width)) return;
    box.dataset.width = String(width);
    try {
      const options = { actions: false, renderer: "svg", tooltip: { theme: "light" } };
      await window.vegaEmbed(box, fitted(figures.get(box.id), width), options);
      box.dataset.drawn = "yes";
    } catch (error) {
      box.textContent = "This chart could not be drawn; its numbers are in the table below it.";
      console.error(box.id, error);
    }
  }

  async function drawAll() {
    for (const box of all(".chart")) {
      await draw(box);
      await new Promise((later) => setTimeout(later, 0));
    }
    document.documentElement.dataset.charts = "drawn";
  }

  // A chart of which one part is drawn at a time.
  function pick(form) {
    const figure = figures.get(form.dataset.figure), box = document.getElementById(figure.id);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", () => {
      form.parentElement.querySelector(".said").textContent = figure.notes[picks(figure).join("|")] || "";
      const details = form.parentElement.querySelector("details.data");
      all("a, .box", details).forEach((old) => old.remove());
      delete details.dataset.full;
      unfold(details);
      delete box.dataset.width;
      draw(box);
    });
  }
  all("form.picks").forEach(pick);

  let waiting = 0;
  window.addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(drawAll, 250); });

  // The numbers of a chart, as a table and as a file, made when asked for.
  const quoted = (value) => (/[",\n]/.test(String(value)) ? `"${String(value).replace(/"/g, '""')}"` : String(value ?? ""));
  function csv(figure) {
    return [figure.columns, ...figure.rows].map((row) => row.map(quoted).join(",")).join("\n");
  }
  function unfold(details) {
    const figure = figures.get(details.dataset.figure);
    if (!details.open || details.dataset.full) return;
    details.dataset.full = "yes";
    const href = "data:text/csv;charset=utf-8," + encodeURIComponent(csv(figure));
    details.append(make("a", { href, download: `${figure.id}.csv` }, "Download as CSV"));
    const box = details.appendChild(make("div", { class: "box", tabindex: "0", role: "region", "aria-label": "Numbers of this chart" }));
    const table = box.appendChild(make("table"));
    const head = table.appendChild(make("thead")).appendChild(make("tr"));
    figure.columns.forEach((name) => head.append(make("th", { scope: "col" }, name)));
    const body = table.appendChild(make("tbody"));
    picked(figure).forEach((row) => {
      const line = body.appendChild(make("tr"));
      row.forEach((value) => line.append(make("td", {}, value ?? "")));
    });
  }
  all("details.data").forEach((details) => details.addEventListener("toggle", () => unfold(details)));

  // Option by outcome: the cells of one view, horizon and baseline.
  function explore() {
    const table = document.getElementById("explorer");
    if (!table) return;
    const grid = read("explorer-data");
    const form = document.getElementById("explorer-controls");
    const chosen = (name) => form.elements[name].value;
    const place = (value) => `${value}%`;

    function strip(cell, zero) {
      const node = make("div", { class: "strip", "aria-hidden": "true" });
      const part = (tag, style) => Object.assign(node.appendChild(make(tag)).style, style);
      if (zero !== null) part("u", { left: place(zero) });
      part("i", { left: place(cell.low), width: place(cell.high - cell.low) });
      part("b", { left: place(cell.mid) });
      return node;
    }
    function fill(td, cell, zero) {
      td.className = `c ${cell.tone}`;
      td.replaceChildren();
      td.append(make("span", { class: "change" }, cell.change), strip(cell, zero));
      cell.notes.forEach((note) => td.append(make("small", {}, note)));
    }
    function unpack([change, tone, low, mid, high, ...notes]) {
      return { change, tone, low, mid, high, notes };
    }
    function show() {
      const slice = grid.cells[chosen("view")][chosen("horizon")][chosen("baseline")];
      all("tbody tr", table).forEach((row, i) => all("td", row).forEach((td, j) => {
        const packed = slice.rows[i][j];
        if (packed) fill(td, unpack(packed), slice.zeros[j]); else { td.className = "c off"; td.textContent = "no number"; }
      }));
      const wanted = chosen("family");
      const hidden = grid.outcomes.map((outcome) => (wanted === "headline" ? !outcome.headline : wanted !== "all" && outcome.family !== wanted));
      all("tr", table).forEach((row) => all(".c", row).forEach((cell, j) => { cell.hidden = hidden[j]; }));
      document.getElementById("explorer-said").textContent = slice.said;
    }
    form.addEventListener("change", show);
    form.addEventListener("submit", (event) => event.preventDefault());
    show();
  }

  // The ledger: search and filters.
  function ledger() {
    const form = document.getElementById("ledger-search");
    if (!form) return;
    const entries = all(".ledger article");
    const texts = entries.map((entry) => entry.textContent.toLowerCase());
    const said = document.getElementById("ledger-count");
    function sift() {
      const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      entries.forEach((entry, i) => {
        const fits = ["status", "strength", "contested"].every((name) => {
          const wanted = form.elements[name].value, has = entry.dataset[name];
          return !wanted || (name === "strength" ? has.includes(wanted) : has === wanted);
        });
        entry.hidden = !(fits && words.every((word) => texts[i].includes(word)));
        count += entry.hidden ? 0 : 1;
      });
      all(".ledger .group").forEach((group) => { group.hidden = !all("article", group).some((entry) => !entry.hidden); });
      said.textContent = `${count} of ${entries.length} entries`;
    }
    function reveal() {
      const target = location.hash.startsWith("#evidence-") && document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (target && target.hidden) { form.reset(); sift(); target.scrollIntoView(); }
    }
    ["input", "change"].forEach((name) => form.addEventListener(name, sift));
    form.addEventListener("submit", (event) => event.preventDefault());
    window.addEventListener("hashchange", reveal);
    sift();
  }

  function contents() {
    const menu = document.querySelector("nav.contents details");
    if (window.innerWidth < 1080) menu.open = false;
    const links = new Map(all("nav.contents a").map((link) => [link.getAttribute("href").slice(1), link]));
    const watch = new IntersectionObserver((seen) => seen.filter((entry) => entry.isIntersecting).forEach((entry) => {
      links.forEach((link, id) => {
        const here = id === entry.target.id;
        link.classList.toggle("here", here);
        if (here) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
      });
    }), { rootMargin: "-15% 0px -75% 0px" });
    all("main > section[id]").forEach((section) => watch.observe(section));
  }

  explore();
  ledger();
  contents();
  drawAll();
})();
