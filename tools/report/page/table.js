// SPDX-License-Identifier: Apache-2.0
// Functions and call sites as a table that can be sorted, filtered and taken along.
import { bytesText, changeText, countText, shareText, shorten, valueText } from "./text.js";
import { bar, download, element } from "./elements.js";

const ROWS_AT_FIRST = 200; // shown at first, and more each time

export class Table {
  /** @param {import("./model.js").Model} model @param {(index: number) => void} select */
  constructor(model, select) {
    this.model = model;
    this.select = select;
    this.bySite = false;
    this.order = "flat";
    this.isDescending = true;
    this.filter = "";
    this.most = ROWS_AT_FIRST;
    /** @type {any[]} */
    this.rows = [];
    const filter = element("input", { type: "search", id: "filter", placeholder: "filter", "aria-label": "Filter rows by name, file or module" });
    filter.addEventListener("input", () => {
      this.filter = filter.value;
      this.most = ROWS_AT_FIRST;
      this.fill();
    });
    this.kind = element("select", { id: "rows-are",
      "aria-label": "Rows", onchange: (/** @type {any} */ event) => {
        this.bySite = event.target.value === "sites";
        this.update();
      },
    }, [element("option", { value: "functions" }, ["functions"]), element("option", { value: "sites" }, ["call sites"])]);
    this.note = element("p", { class: "note", "aria-live": "polite" });
    this.table = element("table", { class: "rows sortable" });
    this.more = element("button", { type: "button", onclick: () => { this.most += 5 * ROWS_AT_FIRST; this.fill(); } }, ["More rows"]);
    this.element = element("div", {}, [
      element("div", { class: "controls" }, [
        this.kind, filter,
        element("button", { type: "button", onclick: () => this.save() }, ["CSV"]),
      ]),
      this.note,
      element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Table of rows" }, [this.table]),
      this.more,
    ]);
  }

  /** @param {import("./model.js").Lens} lens */
  show(lens) {
    this.lens = lens;
    this.update();
  }

  /** Columns: key, title, what a row has there as text. */
  columns() {
    const { model, lens } = this;
    const { unit } = model.about.types[lens.type];
    const value = (/** @type {string} */ key) => (/** @type {any} */ row) => valueText(row[key], unit);
    const share = (/** @type {string} */ key) => (/** @type {any} */ row) => shareText(row[key], this.all);
    /** @type {[string, string, (row: any) => string, string][]} */
    const columns = [
      ["flat", "flat", value("flat"), "allocated by the function itself"],
      ["flat%", "%", share("flat"), "its share"],
      ["cum", "cum", value("cum"), "with all that it calls"],
      ["cum%", "%", share("cum"), "its share"],
    ];
    if (lens.base >= 0) columns.push(["change", "change", (row) => changeText(row.change, unit), "flat, less that of the base"]);
    if (this.hasErrors) columns.push(["error", "\u00b1", (row) => (row.error ? valueText(row.error, unit) : ""), "half of the 95 % interval of flat"]);
    if (model.isHeap) {
      columns.push(["objects", "objects", (row) => countText(row.objects), "flat"]);
      columns.push(["size", "mean size", (row) => (row.objects > 0 ? bytesText(row.size) : ""), "bytes of an object"]);
      columns.push(["freed", "freed", (row) => (row.allocated > 0 ? shareText(row.freed, 1) : ""), "share of the allocated bytes that was freed"]);
    }
    return columns;
  }

  update() {
    const { model, lens } = this;
    const { data } = model;
    const keys = this.bySite ? data.frameFunction.length : data.functionName.length;
    const keyOf = this.bySite
      ? (/** @type {number} */ node) => data.nodeFrame[node]
      : (/** @type {number} */ node) => data.frameFunction[data.nodeFrame[node]];
    const sums = model.sums(lens.view, lens.type);
    const { flat, cum } = model.byKey(sums, keyOf, keys);
    const base = lens.base >= 0 ? model.byKey(model.sums(lens.base, lens.type), keyOf, keys) : null;
    const flatOf = (/** @type {number} */ type) => this.flatOf(model.sums(lens.view, type).self, keyOf, keys);
    const estimated = model.estimated(lens.view, lens.type);
    this.hasErrors = Boolean(estimated);
    const part = estimated && this.flatOf(estimated.part.self, keyOf, keys);
    const squares = estimated?.squares ? this.flatOf(estimated.squares.self, keyOf, keys) : null;
    const heap = model.isHeap ? {
      objects: flatOf(model.partner(lens.type, "objects")), space: flatOf(model.partner(lens.type, "space")),
      allocated: flatOf(model.typeIndex.alloc_space), live: flatOf(model.typeIndex.inuse_space),
    } : null;
    this.all = 0;
    for (const value of model.values(lens.view, lens.type)) this.all += value;
    this.rows = [];
    for (let key = 0; key < keys; key++) {
      if (flat[key] === 0 && cum[key] === 0 && !(base && base.flat[key] !== 0)) continue;
      if (this.bySite && flat[key] === 0 && !(base && base.flat[key] !== 0)) continue;
      const index = this.bySite ? data.frameFunction[key] : key;
      const row = {
        function: index, name: model.functionName(index), module: model.moduleName(index),
        place: this.bySite ? model.placeText(key) : "", flat: flat[key], "flat%": flat[key], cum: cum[key], "cum%": cum[key],
        change: base ? flat[key] - base.flat[key] : 0, error: 0, objects: 0, size: 0, freed: 0, allocated: 0,
      };
      if (estimated && part) row.error = model.errorOf(lens.view, part[key], squares ? squares[key] : 0, estimated.all, !squares);
      if (heap) {
        row.objects = heap.objects[key];
        row.size = heap.objects[key] ? heap.space[key] / heap.objects[key] : 0;
        row.allocated = heap.allocated[key];
        row.freed = heap.allocated[key] > 0 ? 1 - heap.live[key] / heap.allocated[key] : 0;
      }
      this.rows.push(row);
    }
    if (!this.columns().some(([key]) => key === this.order)) this.order = "flat";
    this.fill();
  }

  /** @param {Float64Array} self @param {(node: number) => number} keyOf @param {number} keys */
  flatOf(self, keyOf, keys) {
    const flat = new Float64Array(keys);
    for (let node = 1; node < self.length; node++) flat[keyOf(node)] += self[node];
    return flat;
  }

  /** The rows that match, in order. */
  chosen() {
    const wanted = this.filter.toLowerCase();
    const has = (/** @type {string} */ text) => text.toLowerCase().includes(wanted);
    const rows = wanted ? this.rows.filter((row) => has(row.name) || has(row.module) || has(row.place)) : this.rows.slice();
    const sign = this.isDescending ? -1 : 1;
    const key = this.order;
    if (key === "name") return rows.sort((a, b) => sign * (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    return rows.sort((a, b) => sign * (a[key] - b[key]) || b.cum - a.cum || a.function - b.function);
  }

  fill() {
    const columns = this.columns();
    const rows = this.chosen();
    const header = (/** @type {string} */ key, /** @type {string} */ title, /** @type {string} */ hint, /** @type {string} */ style) =>
      element("th", { scope: "col", class: style, "aria-sort": this.order === key ? (this.isDescending ? "descending" : "ascending") : null }, [
        element("button", { type: "button", title: hint, onclick: () => this.sort(key) }, [title]),
      ]);
    const body = rows.slice(0, this.most).map((row) => element("tr", {}, [
      ...columns.map(([key, , text]) => element("td", { class: "n" }, [
        text(row), (key === "flat%" || key === "cum%") && bar(this.all ? row[key] / this.all : 0)])),
      element("td", { class: "name" }, [
        element("button", { type: "button", class: "link", title: shorten(row.name, 600), onclick: () => this.select(row.function) }, [shorten(row.name, 160)]),
        element("span", { class: "where" }, [shorten([row.place, row.module].filter(Boolean).join(" in "), 120)]),
      ]),
    ]));
    this.table.replaceChildren(
      element("thead", {}, [element("tr", {}, [
        ...columns.map(([key, title, , hint]) => header(key, title, hint, "n")),
        header("name", this.bySite ? "call site" : "function", "by name", ""),
      ])]),
      element("tbody", {}, body),
    );
    this.more.hidden = rows.length <= this.most;
    this.note.textContent = `${countText(rows.length)} of ${countText(this.rows.length)} ${this.bySite ? "call sites" : "functions"}`;
  }

  /** @param {string} key */
  sort(key) {
    this.isDescending = this.order === key ? !this.isDescending : key !== "name";
    this.order = key;
    this.fill();
    for (const button of this.table.querySelectorAll("th[aria-sort] button")) button.focus();
  }

  save() {
    // A spreadsheet would take a name that begins so for a formula.
    const quoted = (/** @type {string} */ text) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
    const keys = this.columns().map(([key]) => key).filter((key) => !key.endsWith("%"));
    const lines = [[...keys, "function", "place", "module"].join(",")];
    for (const row of this.chosen())
      lines.push([...keys.map((key) => row[key]), quoted(row.name), quoted(row.place), quoted(row.module)].join(","));
    const { name } = this.model.about.types[this.lens.type];
    download(`${this.model.about.program || "memprof"}-${name}.csv`, `${lines.join("\n")}\n`, "text/csv");
  }
}
