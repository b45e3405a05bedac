// SPDX-License-Identifier: Apache-2.0
// The page: what is chosen, and the views that show it.
import { changeText, countText, durationText, shareText, shorten, valueText } from "./text.js";
import { readPage } from "./format.js";
import { Model } from "./model.js";
import { element } from "./elements.js";
import { Timeline } from "./timeline.js";
import { Flame } from "./flame.js";
import { Table } from "./table.js";
import { Detail } from "./detail.js";
import { Sources } from "./sources.js";
import { Advice } from "./advice.js";

const TABS = [
  ["flame", "Flame graph"],
  ["table", "Table"],
  ["function", "Function"],
  ["source", "Source"],
  ["advice", "Advice"],
];
const GONE = 30; // rows of what is gone

class Page {
  /** @param {any} about @param {import("./format.js").Data} data */
  constructor(about, data) {
    this.about = about;
    this.model = new Model(data, about);
    const base = about.views.findIndex((/** @type {any} */ view) => view.kind === "base");
    /** What is chosen; the browser's history has earlier ones. */
    this.state = {
      tab: "flame", view: 0, type: about.firstType, base, from: "root", chosen: -1,
      /** @type {number[]} */ path: [], selected: -1,
    };
    this.timeline = new Timeline(this.model, (view) => this.change({ view }));
    this.flame = new Flame(this.model, {
      zoomed: (path) => this.change({ path }, false),
      selected: (index) => { this.state.selected = index; },
    });
    this.table = new Table(this.model, (index) => this.change({ selected: index, tab: "function" }));
    this.detail = new Detail(this.model, {
      select: (index) => this.change({ selected: index }),
      flame: (index) => this.change({ tab: "flame", from: "function", chosen: index, path: [] }),
    });
    this.sources = new Sources(this.model);
    this.advice = new Advice(this.model, {
      search: (name) => this.findName(name),
      source: (file, line) => { this.change({ tab: "source" }); return this.sources.reveal(file, line); },
    });
    this.app = /** @type {HTMLElement} */ (document.getElementById("app"));
    this.build();
  }

  get lens() {
    const { view, type, base } = this.state;
    return { view, type, base: base === view ? -1 : base };
  }

  // ---- what the page is made of ----

  build() {
    this.panels = Object.fromEntries(TABS.map(([key]) => [key, element("div", {
      role: "tabpanel", id: `panel-${key}`, "aria-labelledby": `tab-${key}`, hidden: true, class: "tabpanel",
    })]));
    this.gone = element("section", { class: "gone" });
    this.panels.flame.append(this.flameControls(), this.found, this.flame.element, this.legend(), this.gone);
    this.panels.table.append(this.table.element);
    this.panels.function.append(this.detail.element);
    this.panels.source.append(this.sources.element);
    this.panels.advice.append(this.advice.element);
    this.tabs = element("div", { role: "tablist", "aria-label": "Views", class: "tabs" }, TABS.map(([key, title]) => element("button", {
      type: "button", role: "tab", id: `tab-${key}`, "aria-controls": `panel-${key}`, onclick: () => this.change({ tab: key }),
    }, [title])));
    this.tabs.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.moveTab(event));
    this.app.append(
      ...this.notes(),
      ...(this.timeline.isEmpty ? [] : [this.timeline.element]),
      element("section", { class: "panel", "aria-label": "Profile" }, [this.toolbar(), this.tabs, ...Object.values(this.panels)]),
      this.help(),
    );
    this.app.hidden = false;
    /** @type {HTMLElement} */ (document.getElementById("static")).hidden = true;
    document.addEventListener("keydown", (event) => this.key(event));
    addEventListener("popstate", (event) => this.restore(event.state));
    this.remember(true);
    this.render();
    this.timeline.draw();
    performance.mark("shown");
  }

  notes() {
    const { about } = this;
    const notes = [];
    if (about.folded)
      notes.push(`${countText(about.folded)} of the smallest nodes of the call tree were folded, so that ${countText(about.mostNodes)} are left (--max-nodes): their sums are in "smaller" frames.`);
    if (about.otherProgram) notes.push("The base is a profile of another program. What has the same name in both is compared all the same.");
    if (about.views.some((/** @type {any} */ view) => view.kind === "peak" && view.inexact))
      notes.push("The peak's values are inexact: it moved while it was recorded.");
    return notes.map((note) => element("p", { class: "note warn" }, [note]));
  }

  viewLabel(/** @type {any} */ view) {
    const when = view.ms === undefined ? "" : ` (${durationText(view.ms)})`;
    if (view.kind === "peak") return `at the peak${when}`;
    if (view.kind === "base") return `base: ${shorten(view.name, 40)}`;
    if (view.kind === "snapshot") return `snapshot${when}`;
    if (this.about.process) return `now${when}`;
    return this.about.views.length > 1 ? `at the end${when}` : "all of it";
  }

  toolbar() {
    const { about } = this;
    const types = about.types.map((/** @type {any} */ type, /** @type {number} */ i) => {
      const input = element("input", { type: "radio", name: "type", value: i, onchange: () => this.change({ type: i }) });
      return element("label", {}, [input, element("span", {}, [shorten(type.label, 40)])]);
    });
    this.typeInputs = types.map((/** @type {any} */ label) => label.firstChild);
    const choice = (/** @type {string} */ name, /** @type {string} */ key, /** @type {any[]} */ options) => element("label", { class: "choice" }, [
      element("span", {}, [name]),
      element("select", { id: `choose-${key}`, onchange: (/** @type {any} */ event) => this.change({ [key]: Number(event.target.value) }) }, options),
    ]);
    const views = about.views.map((/** @type {any} */ view, /** @type {number} */ i) => [i, this.viewLabel(view)]);
    const option = ([/** @type {any} */ value, /** @type {any} */ text]) => element("option", { value }, [text]);
    return element("div", { class: "toolbar" }, [
      element("fieldset", { class: "segments" }, [element("legend", {}, ["Value"]), ...types.reverse()]),
      about.views.length > 1 && choice("Moment", "view", views.map(option)),
      about.views.length > 1 && choice("Compare with", "base", [option([-1, "nothing"]), ...views.map(option)]),
    ]);
  }

  flameControls() {
    this.search = element("input", {
      type: "search", id: "search", placeholder: "search: regular expression", "aria-label": "Search functions, files and modules by a regular expression",
      autocomplete: "off", spellcheck: "false", oninput: () => this.find(),
    });
    this.found = element("p", { class: "found", "aria-live": "polite", hidden: true });
    this.from = element("select", { id: "direction",
      "aria-label": "Direction", onchange: (/** @type {any} */ event) => this.change({ from: event.target.value, path: [] }),
    });
    const turn = element("button", { type: "button", "aria-pressed": "false" }, ["root below"]);
    turn.addEventListener("click", () => {
      const isUpward = turn.getAttribute("aria-pressed") !== "true";
      turn.setAttribute("aria-pressed", String(isUpward));
      this.flame.turn(isUpward);
    });
    this.out = element("button", { type: "button", onclick: () => this.zoomOut() }, ["Zoom out"]);
    return element("div", { class: "controls" }, [this.search, this.from, turn, this.out]);
  }

  legend() {
    this.legendText = element("p", { class: "legend" });
    return this.legendText;
  }

  help() {
    return element("details", { class: "keys" }, [
      element("summary", {}, ["Keys"]),
      element("p", { id: "flame-keys" }, [
        "/ search. 1 to 5 choose a view, t the next value. In the flame graph: arrows move, Enter zooms, Escape goes one step back, Home is the root. In the list of views: left and right.",
      ]),
    ]);
  }

  // ---- what is chosen ----

  /** @param {Partial<typeof this.state>} changes @param {boolean} [isDrawn] */
  change(changes, isDrawn = true) {
    const before = JSON.stringify(this.state);
    Object.assign(this.state, changes);
    if (JSON.stringify(this.state) !== before) this.remember(false);
    if (isDrawn) this.render();
    else this.renderControls();
  }

  /** @param {boolean} isFirst */
  remember(isFirst) {
    try {
      if (isFirst) history.replaceState({ ...this.state }, "");
      else history.pushState({ ...this.state }, "");
    } catch {
      // In a frame without rights there is no history; Escape leads out of a zoom all the same.
    }
  }

  /** @param {any} state */
  restore(state) {
    if (!state) return;
    Object.assign(this.state, state);
    this.render();
  }

  zoomOut() {
    const { path } = this.state;
    if (path.length) this.change({ path: path.slice(0, -1) });
    else if (this.flame.focus !== this.flame.frames?.root) this.change({ path: [] });
    else if (this.state.from !== "root") this.change({ from: "root", path: [] });
  }

  renderControls() {
    const { state } = this;
    for (const input of this.typeInputs) input.checked = Number(input.value) === state.type;
    for (const key of ["view", "base"]) {
      const select = document.getElementById(`choose-${key}`);
      if (select) /** @type {HTMLSelectElement} */ (select).value = String(key === "base" ? this.lens.base : state.view);
    }
    const options = [["root", "from the root"], ["leaves", "from the leaves"]];
    if (state.chosen >= 0) options.push(["function", `from ${shorten(this.model.functionName(state.chosen), 40)}`]);
    this.from.replaceChildren(...options.map(([value, text]) => element("option", { value }, [text])));
    this.from.value = state.from;
    this.out.disabled = state.path.length === 0 && state.from === "root" && this.flame.focus === this.flame.frames?.root;
    for (const tab of this.tabs.children) {
      const isSelected = tab.id === `tab-${state.tab}`;
      tab.setAttribute("aria-selected", String(isSelected));
      tab.tabIndex = isSelected ? 0 : -1;
    }
    for (const [key] of TABS) this.panels[key].hidden = key !== state.tab;
  }

  render() {
    const { state, lens } = this;
    this.renderControls();
    if (!this.timeline.isEmpty && this.timeline.view !== state.view) this.timeline.select(state.view);
    if (state.tab === "flame") {
      this.flame.show(lens, /** @type {any} */ (state.from), state.chosen, state.path);
      this.find();
      this.renderGone();
      this.renderLegend();
      this.renderControls();
    } else if (state.tab === "table") {
      this.table.show(lens);
    } else if (state.tab === "function") {
      this.detail.show(lens, state.selected);
    } else if (state.tab === "source") {
      this.sources.show(lens);
    }
  }

  renderLegend() {
    this.legendText.textContent = this.lens.base >= 0
      ? "Width: what there is now. Red: more than before; blue: less; grey: the same."
      : "Orange: own code. Green and blue: libraries. Grey: the C and C++ libraries.";
  }

  /** What the base had and is not there any more: it has no width. */
  renderGone() {
    const { model, lens } = this;
    if (lens.base < 0) {
      this.gone.replaceChildren();
      return;
    }
    const { unit, label } = this.about.types[lens.type];
    const rows = model.gone(lens);
    const now = model.sums(lens.view, lens.type).total[0];
    const before = model.sums(lens.base, lens.type).total[0];
    this.gone.replaceChildren(...[
      element("p", {}, [`${label}: ${valueText(before, unit)} before, ${valueText(now, unit)} now: ${changeText(now - before, unit)}${before ? ` (${now > before ? "+" : ""}${shareText(now - before, before)})` : ""}`]),
      element("h3", {}, ["Gone"]),
      rows.length === 0
        ? element("p", { class: "note" }, ["Every function that allocated in the base still does."])
        : element("table", { class: "rows" }, [element("tbody", {}, rows.slice(0, GONE).map((row) => element("tr", {}, [
            element("td", { class: "n" }, [`\u2212${valueText(row.value, unit)}`]),
            element("td", { class: "name" }, [shorten(model.functionName(row.function), 160)]),
          ])))]),
      rows.length > GONE && element("p", { class: "note" }, [`and ${countText(rows.length - GONE)} more`]),
    ].filter(Boolean));
  }

  // ---- search ----

  find() {
    const text = this.search.value;
    this.search.removeAttribute("aria-invalid");
    this.found.hidden = !text;
    if (!text) {
      this.flame.highlight(null);
      return;
    }
    let expression;
    try {
      expression = new RegExp(text, "u");
    } catch {
      this.search.setAttribute("aria-invalid", "true");
      this.found.textContent = "This is no regular expression.";
      this.flame.highlight(null);
      return;
    }
    const { lens } = this;
    const { matches, functions, sum, all } = this.model.search(expression, lens);
    this.found.textContent = `${valueText(sum, this.about.types[lens.type].unit)}, ${shareText(sum, all)}, in ${countText(functions)} matching function${functions === 1 ? "" : "s"}`;
    this.flame.highlight(matches);
  }

  /** @param {string} name */
  findName(name) {
    this.search.value = `^${name.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")}$`;
    this.change({ tab: "flame", from: "root", path: [] });
  }

  // ---- keys ----

  /** @param {KeyboardEvent} event */
  moveTab(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = TABS.findIndex(([key]) => key === this.state.tab);
    const [next] = TABS[(at + step + TABS.length) % TABS.length];
    this.change({ tab: next });
    document.getElementById(`tab-${next}`)?.focus();
    event.preventDefault();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const isTyping = target.matches?.("input[type=search], select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && isTyping) {
      this.search.value = "";
      this.find();
      return;
    }
    if (isTyping) return;
    if (event.key === "Escape") {
      this.zoomOut();
    } else if (event.key === "/") {
      if (this.state.tab !== "flame") this.change({ tab: "flame" });
      this.search.focus();
    } else if (event.key >= "1" && event.key <= String(TABS.length)) {
      this.change({ tab: TABS[Number(event.key) - 1][0] });
    } else if (event.key === "t") {
      this.change({ type: (this.state.type + 1) % this.about.types.length });
    } else {
      return;
    }
    event.preventDefault();
  }
}

/** Where this is no browser, the modules are only read. */
if (globalThis.document?.getElementById("data")) {
  readPage().then(
    ({ about, data }) => {
      /** For who looks at the page with the browser's tools. */
      /** @type {any} */ (globalThis).report = new Page(about, data);
    },
    (error) => {
      document.getElementById("app")?.replaceWith(element("p", { class: "note warn" }, [`The details cannot be shown: ${error.message}`]));
    },
  );
}
