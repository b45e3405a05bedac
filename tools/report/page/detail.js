// SPDX-License-Identifier: Apache-2.0
// One function: who calls it, whom it calls, and the sizes of what is allocated there.
import { bytesText, changeText, countText, shareText, shorten, valueText } from "./text.js";
import { bar, element } from "./elements.js";

const NEIGHBOURS = 50;

export class Detail {
  /** @param {import("./model.js").Model} model
   * @param {{select: (index: number) => void, flame: (index: number) => void}} tell */
  constructor(model, tell) {
    this.model = model;
    this.tell = tell;
    this.index = -1;
    this.element = element("div", { class: "detail" });
  }

  /** @param {import("./model.js").Lens} lens @param {number} index  -1: none is chosen */
  show(lens, index) {
    this.lens = lens;
    this.index = index;
    const { model } = this;
    if (index < 0) {
      this.element.replaceChildren(
        element("p", { class: "note" }, ["Choose a function in the table or the flame graph. These are the sizes of all objects."]),
        this.sizes(null),
      );
      return;
    }
    const nodes = model.nodesOfFunction(index);
    const { total } = model.sums(lens.view, lens.type);
    const sum = nodes.reduce((value, node) => value + total[node], 0);
    const { callers, callees } = model.neighbours(index, lens);
    this.element.replaceChildren(
      this.head(index, nodes, sum),
      element("div", { class: "two" }, [this.list("Called by", callers, sum), this.list("Calls", callees, sum)]),
      this.sizes(nodes),
    );
  }

  /** @param {number} index @param {number[]} nodes @param {number} sum */
  head(index, nodes, sum) {
    const { model, lens } = this;
    const { unit } = model.about.types[lens.type];
    const all = model.sums(lens.view, lens.type).total[0];
    const frames = new Set();
    for (let node = 1; node < model.count; node++) if (model.functionOf(node) === index) frames.add(model.data.nodeFrame[node]);
    const places = [...frames].map((frame) => model.placeText(frame)).filter(Boolean);
    const before = lens.base >= 0 ? model.sums(lens.base, lens.type).total : null;
    const base = before ? nodes.reduce((value, node) => value + before[node], 0) : 0;
    const error = model.errorOfNodes(lens, nodes);
    return element("div", { class: "chosen" }, [
      element("h3", {}, [shorten(model.functionName(index), 400)]),
      element("p", {}, [
        `${valueText(sum, unit)}${error ? ` \u00b1 ${valueText(error, unit)}` : ""}, ${shareText(sum, all)} with all it calls`,
        before && `; base ${valueText(base, unit)} (${changeText(sum - base, unit)})`,
      ]),
      element("p", { class: "where" }, [
        [model.moduleName(index), places.slice(0, 4).map((place) => shorten(place, 120)).join(", ")].filter(Boolean).join(" \u00b7 "),
        places.length > 4 && ` and ${places.length - 4} more`,
      ]),
      element("button", { type: "button", onclick: () => this.tell.flame(index) }, ["Flame graph from here"]),
    ]);
  }

  /** @param {string} title @param {{function: number, value: number}[]} rows @param {number} sum */
  list(title, rows, sum) {
    const { unit } = this.model.about.types[this.lens.type];
    return element("section", {}, [
      element("h4", {}, [title]),
      rows.length === 0 && element("p", { class: "note" }, ["nobody"]),
      rows.length > 0 && element("table", { class: "rows" }, [element("tbody", {}, rows.slice(0, NEIGHBOURS).map((row) => element("tr", {}, [
        element("td", { class: "n" }, [valueText(row.value, unit)]),
        element("td", { class: "n" }, [shareText(row.value, sum), bar(sum ? row.value / sum : 0)]),
        element("td", { class: "name" }, [row.function < 0 ? "(the root)" : element("button", {
          type: "button", class: "link", onclick: () => this.tell.select(row.function),
        }, [shorten(this.model.functionName(row.function), 120)])]),
      ])))]),
      rows.length > NEIGHBOURS && element("p", { class: "note" }, [`and ${countText(rows.length - NEIGHBOURS)} more`]),
    ]);
  }

  /** @param {number[] | null} nodes */
  sizes(nodes) {
    const { model, lens } = this;
    const { unit, label } = model.about.types[lens.type];
    const rows = model.sizes(lens, nodes);
    const most = rows.reduce((value, row) => Math.max(value, row.value), 0);
    const sum = rows.reduce((value, row) => value + row.value, 0);
    if (rows.length === 0) return element("p", { class: "note" }, ["The profile does not tell the sizes of objects here."]);
    return element("section", { class: "sizes" }, [
      element("h4", {}, [`Sizes: ${label.toLowerCase()} by the size of objects`]),
      element("table", { class: "rows" }, [
        element("thead", {}, [element("tr", {}, ["up to", label.toLowerCase(), "%", ""].map((title, i) => element("th", { scope: "col", class: i < 3 ? "n" : "" }, [title])))]),
        element("tbody", {}, rows.map((row) => element("tr", {}, [
          element("td", { class: "n" }, [bytesText(row.bytes)]),
          element("td", { class: "n" }, [valueText(row.value, unit)]),
          element("td", { class: "n" }, [shareText(row.value, sum)]),
          element("td", { class: "long" }, [bar(most ? row.value / most : 0)]),
        ]))),
      ]),
    ]);
  }
}
