// SPDX-License-Identifier: Apache-2.0
// What was in use over time, how fast it was allocated, and marks that lead to other views.
import { bytesText, durationText } from "./text.js";
import { drawing, element } from "./elements.js";

const WIDTH = 1000;
const HEIGHT = 150;
const RATE_HEIGHT = 44;
const SPANS = [
  ["all", "whole run", Infinity],
  ["hour", "last hour", 3600e3],
  ["ten", "last 10 min", 600e3],
  ["one", "last minute", 60e3],
];

export class Timeline {
  /** @param {import("./model.js").Model} model @param {(view: number) => void} choose */
  constructor(model, choose) {
    this.model = model;
    this.choose = choose;
    this.points = model.data.points;
    this.isLogarithmic = false;
    this.span = Infinity;
    this.view = 0;
    this.element = element("section", { class: "panel timeline", "aria-label": "In use over time" });
    this.plot = element("div", { class: "plot" });
    this.reading = element("p", { class: "reading", "aria-live": "polite" });
    this.element.append(
      element("div", { class: "panel-head" }, [element("h2", {}, ["In use over time"]), this.controls()]),
      this.plot,
      this.reading,
    );
  }

  get isEmpty() {
    return this.points.ms.length === 0;
  }

  controls() {
    const last = this.points.ms[this.points.ms.length - 1] ?? 0;
    const spans = SPANS.filter(([, , ms]) => ms === Infinity || Number(ms) < last);
    const choice = element(
      "select",
      { id: "time-shown", "aria-label": "Time shown", onchange: (/** @type {any} */ event) => ((this.span = Number(event.target.value)), this.draw()) },
      spans.map(([, label, ms]) => element("option", { value: ms }, [label])),
    );
    const toggle = element("button", { type: "button", "aria-pressed": "false" }, ["log time"]);
    toggle.addEventListener("click", () => {
      this.isLogarithmic = !this.isLogarithmic;
      toggle.setAttribute("aria-pressed", String(this.isLogarithmic));
      this.draw();
    });
    return element("div", { class: "controls" }, [spans.length > 1 && choice, toggle]);
  }

  /** @param {number} view */
  select(view) {
    this.view = view;
    this.draw();
  }

  /** Where a moment is drawn. @param {number} ms */
  x(ms) {
    const end = this.points.ms[this.points.ms.length - 1];
    const from = Math.max(this.points.ms[0], end - this.span);
    if (!this.isLogarithmic) return end > from ? ((ms - from) / (end - from)) * WIDTH : 0;
    // The newest has the most room: the axis is the age, from a hundredth of the whole on.
    const unit = Math.max((end - from) / 1000, 1);
    return WIDTH * (1 - Math.log1p(Math.max(end - ms, 0) / unit) / Math.log1p((end - from) / unit));
  }

  draw() {
    if (this.isEmpty) return;
    const { ms, inuse } = this.points;
    const { peakBytes, views } = this.model.about;
    let most = 0;
    for (const value of inuse) most = Math.max(most, value);
    for (const view of views) if (view.kind === "peak") most = Math.max(most, peakBytes);
    const y = (/** @type {number} */ value) => HEIGHT - (most ? (value / most) * (HEIGHT - 14) : 0);
    const steps = [];
    let first = true;
    for (let i = 0; i < ms.length; i++) {
      const at = this.x(ms[i]).toFixed(1);
      if (Number(at) < -WIDTH) continue;
      if (!first && this.model.about.wholeTimeline) steps.push(`L${at} ${y(inuse[i - 1]).toFixed(1)}`);
      steps.push(`${first ? "M" : "L"}${at} ${y(inuse[i]).toFixed(1)}`);
      first = false;
    }
    const line = steps.join("");
    const svg = drawing("svg", {
      viewBox: `0 0 ${WIDTH} ${HEIGHT + RATE_HEIGHT + 8}`, preserveAspectRatio: "none", role: "img",
      "aria-label": `In use from the beginning to ${durationText(ms[ms.length - 1])} after it; the most was ${bytesText(most)}`,
    }, [
      drawing("path", { class: "area", d: `${line}L${WIDTH} ${HEIGHT}L${this.x(ms[0]).toFixed(1)} ${HEIGHT}Z` }),
      drawing("path", { class: "line", d: line, "vector-effect": "non-scaling-stroke" }),
      drawing("path", { class: "rate", d: this.ratePath() }),
    ]);
    svg.addEventListener("mousemove", (/** @type {MouseEvent} */ event) => this.read(event));
    svg.addEventListener("mouseleave", () => this.sayRange(most));
    this.plot.replaceChildren(svg, ...this.marks());
    this.sayRange(most);
  }

  /** @param {number} most */
  sayRange(most) {
    const { ms } = this.points;
    const kind = this.model.about.wholeTimeline ? "" : " Known at the marks alone: the line between them is drawn, not measured.";
    this.reading.textContent = `Most: ${bytesText(most)}. Length: ${durationText(ms[ms.length - 1])}. Below: bytes allocated per second.${kind}`;
  }

  ratePath() {
    const { ms, bytes } = this.points;
    const rates = [];
    let most = 0;
    for (let i = 1; i < ms.length; i++) {
      const rate = ms[i] > ms[i - 1] ? Math.max((bytes[i] - bytes[i - 1]) / (ms[i] - ms[i - 1]), 0) : 0;
      rates.push(rate);
      most = Math.max(most, rate);
    }
    const bottom = HEIGHT + 8 + RATE_HEIGHT;
    let path = "";
    rates.forEach((rate, i) => {
      const from = Math.max(this.x(ms[i]), 0);
      const to = this.x(ms[i + 1]);
      if (to > from && rate > 0) {
        const top = (bottom - (rate / most) * RATE_HEIGHT).toFixed(1);
        path += `M${from.toFixed(1)} ${bottom}V${top}H${to.toFixed(1)}V${bottom}Z`;
      }
    });
    return path;
  }

  /** Buttons where views are. */
  marks() {
    const { views, peakBytes } = this.model.about;
    return views.map((/** @type {any} */ view, /** @type {number} */ i) => {
      if (view.ms === undefined || view.kind === "base") return null;
      const x = this.x(view.ms) / WIDTH;
      if (x < 0 || x > 1.0001) return null;
      const name = view.kind === "peak" ? `peak ${bytesText(peakBytes)}` : view.kind === "snapshot" ? "snapshot" : this.model.about.process ? "now" : "end";
      const mark = element("button", {
        type: "button", class: `mark ${view.kind}`, "aria-pressed": String(i === this.view),
        title: `${name}, ${durationText(view.ms)}`, "aria-label": `Show ${name}, at ${durationText(view.ms)}`,
        onclick: () => this.choose(i),
      });
      mark.style.left = `${x * 100}%`;
      return mark;
    }).filter(Boolean);
  }

  /** What was in use where the pointer is. @param {MouseEvent} event */
  read(event) {
    const box = this.plot.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * WIDTH;
    const { ms, inuse } = this.points;
    let i = 0;
    while (i + 1 < ms.length && this.x(ms[i + 1]) <= x) i++;
    this.reading.textContent = `${bytesText(inuse[i])} in use after ${durationText(ms[i])}`;
  }
}
