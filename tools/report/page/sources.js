// SPDX-License-Identifier: Apache-2.0
// The lines that allocate, with what each has of the value.
import { countText, shareText, shorten, valueText } from "./text.js";
import { element } from "./elements.js";

const LARGE = 0.01; // of all: such a line is marked

export class Sources {
  /** @param {import("./model.js").Model} model */
  constructor(model) {
    this.model = model;
    this.element = element("div", { class: "sources" });
  }

  get isEmpty() {
    return this.model.data.sources.length === 0;
  }

  /** Flat and cum by "file:line". @param {import("./model.js").Lens} lens */
  lines(lens) {
    const { model } = this;
    const { data } = model;
    /** @type {Map<string, number>} */
    const keys = new Map();
    const keyOfFrame = Int32Array.from(data.frameFile, (file, i) => {
      const line = data.frameLine[i];
      if (!file || !line) return -1;
      const place = `${file}:${line}`;
      let key = keys.get(place);
      if (key === undefined) keys.set(place, (key = keys.size));
      return key;
    });
    const sums = model.byKey(model.sums(lens.view, lens.type), (node) => keyOfFrame[data.nodeFrame[node]], keys.size);
    return (/** @type {number} */ file, /** @type {number} */ line) => {
      const key = keys.get(`${file}:${line}`);
      return key === undefined ? { flat: 0, cum: 0 } : { flat: sums.flat[key], cum: sums.cum[key] };
    };
  }

  /** @param {import("./model.js").Lens} lens */
  show(lens) {
    const { model } = this;
    const { unit } = model.about.types[lens.type];
    const all = model.sums(lens.view, lens.type).total[0];
    const valueAt = this.lines(lens);
    /** @type {Map<number, {flat: number, parts: any[]}>} */
    const files = new Map();
    for (const block of model.data.sources) {
      const entry = files.get(block.file) ?? { flat: 0, parts: [] };
      files.set(block.file, entry);
      const rows = block.lines.map((text, i) => ({ text, number: block.first + i, ...valueAt(block.file, block.first + i) }));
      for (const row of rows) entry.flat += row.flat;
      entry.parts.push(rows);
    }
    const ordered = [...files].sort((a, b) => b[1].flat - a[1].flat);
    this.element.replaceChildren(
      ...this.notes(),
      ...ordered.map(([file, { flat, parts }], i) => this.file(model.data.string(file), flat, parts, unit, all, i < 3)),
    );
  }

  notes() {
    const { sources } = this.model.about;
    const notes = [];
    if (!sources.wanted) notes.push("No lines of source files were to be in this report.");
    else if (this.isEmpty) notes.push("No source file that the profile names was found when the report was made; --sources and --source-map say where they are.");
    if (sources.younger) notes.push(`${countText(sources.younger)} files were changed after the program was built, and are not shown: ${shorten(sources.youngerName, 120)}${sources.younger > 1 ? " ..." : ""}`);
    if (sources.cut) notes.push("There was more than 2 MiB of it: lines that allocate least are missing.");
    return notes.map((note) => element("p", { class: "note" }, [note]));
  }

  /** @param {string} name @param {number} flat @param {any[][]} parts @param {string} unit @param {number} all
   * @param {boolean} isOpen */
  file(name, flat, parts, unit, all, isOpen) {
    const text = (/** @type {number} */ value) => (value ? valueText(value, unit) : "");
    const rows = parts.flatMap((part, i) => [
      i > 0 && element("tr", { class: "gap" }, [element("td", { colspan: 4 }, ["\u22ef"])]),
      ...part.map((row) => element("tr", { class: row.flat > all * LARGE ? "hot" : "", "data-line": row.number }, [
        element("td", { class: "n" }, [text(row.flat)]),
        element("td", { class: "n" }, [text(row.cum)]),
        element("td", { class: "n line" }, [String(row.number)]),
        element("td", {}, [element("code", {}, [row.text])]),
      ])),
    ]);
    return element("details", { open: isOpen, "data-file": name }, [
      element("summary", {}, [element("span", { class: "file" }, [shorten(name, 160)]), ` ${valueText(flat, unit)}, ${shareText(flat, all)}`]),
      element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Lines of ${shorten(name, 80)}` }, [
        element("table", { class: "code" }, [
          element("thead", {}, [element("tr", {}, ["flat", "cum", "line", "source"].map((title, i) => element("th", { scope: "col", class: i < 3 ? "n" : "" }, [title])))]),
          element("tbody", {}, rows),
        ]),
      ]),
    ]);
  }

  /** Shows a line, if it is there. @param {string} file @param {number} line */
  reveal(file, line) {
    for (const details of this.element.querySelectorAll("details")) {
      const row = details.dataset.file === file && details.querySelector(`tr[data-line="${Number(line)}"]`);
      if (!row) continue;
      details.open = true;
      row.scrollIntoView({ block: "center" });
      for (const other of this.element.querySelectorAll("tr.sought")) other.classList.remove("sought");
      row.classList.add("sought");
      return true;
    }
    return false;
  }
}
