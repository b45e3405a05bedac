// SPDX-License-Identifier: Apache-2.0
// The flame graph: frames on a canvas, with a pointer or with keys.
import { bytesText, changeText, countText, shareText, shorten, valueText } from "./text.js";
import { element } from "./elements.js";
import { Frames, pathOf } from "./frames.js";

const ROW = 20; // height of a frame
const LEAST_LABEL = 28; // a narrower frame has no text

/** A number from a text, always the same. @param {string} text */
function hash(text) {
  let value = 2166136261;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16777619);
  return (value >>> 0) / 4294967296;
}

export class Flame {
  /**
   * @param {import("./model.js").Model} model
   * @param {{zoomed: (path: number[]) => void, selected: (index: number) => void}} tell
   */
  constructor(model, tell) {
    this.model = model;
    this.tell = tell;
    /** @type {Frames | null} */
    this.frames = null;
    /** @type {any} */
    this.focus = null;
    /** @type {any} */
    this.current = null;
    /** @type {any[]} */
    this.placed = [];
    /** @type {Uint8Array | null} */
    this.matches = null;
    this.isUpward = false;
    /** @type {Map<number, string>} */
    this.colours = new Map();
    /** @type {Map<string, number>} */
    this.letters = new Map();
    this.canvas = element("canvas", {
      tabindex: 0, role: "application", "aria-roledescription": "flame graph", "aria-describedby": "flame-keys",
      "aria-label": "Flame graph: arrow keys move between frames, Enter zooms, Escape goes back",
    });
    this.tip = element("div", { class: "tip", role: "tooltip", hidden: true });
    this.status = element("p", { class: "status", "aria-live": "polite" });
    this.element = element("div", { class: "flame" }, [this.canvas, this.tip, this.status]);
    this.canvas.addEventListener("mousemove", (/** @type {MouseEvent} */ event) => this.point(event));
    this.canvas.addEventListener("mouseleave", () => this.leave());
    this.canvas.addEventListener("click", (/** @type {MouseEvent} */ event) => this.click(event));
    this.canvas.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.key(event));
    this.canvas.addEventListener("focus", () => this.draw());
    this.canvas.addEventListener("blur", () => this.draw());
    new ResizeObserver(() => this.resize()).observe(this.element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.colours.clear();
      this.draw();
    });
  }

  /** @param {import("./model.js").Lens} lens @param {"root" | "leaves" | "function"} from @param {number} chosen
   * @param {number[]} path  of functions, to what is zoomed */
  show(lens, from, chosen, path) {
    this.lens = lens;
    const shown = `${lens.view} ${lens.type} ${lens.base} ${from} ${chosen}`;
    if (shown !== this.shown || !this.frames) {
      this.frames = new Frames(this.model, lens, from, chosen);
      this.colours.clear();
    }
    this.shown = shown;
    this.focus = this.frames.find(path);
    this.current = this.focus;
    this.resize(true);
    this.say(this.focus);
  }

  resize(always = false) {
    const width = Math.floor(this.element.clientWidth);
    if (!this.frames || width <= 0 || (!always && width === this.width)) return;
    this.width = width;
    this.placed = this.frames.layout(this.focus, width);
    let levels = 1;
    for (const at of this.placed) levels = Math.max(levels, at.level + 1);
    this.levels = levels;
    this.draw();
  }

  /** Which functions a search has found; null: there is none. @param {Uint8Array | null} matches */
  highlight(matches) {
    this.matches = matches;
    this.draw();
  }

  /** @param {boolean} isUpward  the root at the bottom */
  turn(isUpward) {
    this.isUpward = isUpward;
    this.draw();
  }

  // ---- drawing ----

  /** @param {number} level */
  top(level) {
    return (this.isUpward ? this.levels - 1 - level : level) * ROW;
  }

  /** @param {any} frame */
  label(frame) {
    if (frame.small) return `(${countText(frame.small)} smaller)`;
    if (frame.function < 0) return "all";
    return this.model.functionName(frame.function);
  }

  /** @param {any} frame */
  colour(frame) {
    const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
    if (frame.small || frame.function < 0) return isDark ? "#6b6660" : "#d9d5ce";
    if (this.lens.base >= 0) return this.changeColour(frame, isDark);
    let colour = this.colours.get(frame.function);
    if (!colour) {
      const owner = this.model.owner(frame.function);
      const module = hash(this.model.modulePath(frame.function));
      const own = hash(this.model.functionName(frame.function));
      const light = (isDark ? 58 : 74) + own * 10;
      // Own code is warm; each library has a cool hue; what belongs to the C and C++ libraries is grey.
      if (owner === 0) colour = `hsl(${16 + own * 30} ${isDark ? 62 : 78}% ${light}%)`;
      else if (owner === 2) colour = `hsl(215 ${8 + own * 6}% ${light}%)`;
      else colour = `hsl(${150 + module * 110} ${isDark ? 30 : 38}% ${light}%)`;
      this.colours.set(frame.function, colour);
    }
    return colour;
  }

  /** Red: more than in the base; blue: less. @param {any} frame @param {boolean} isDark */
  changeColour(frame, isDark) {
    const change = frame.total + frame.base ? (frame.total - frame.base) / Math.max(frame.total, frame.base) : 0;
    const light = isDark ? 66 : 90;
    const strength = Math.sqrt(Math.min(Math.abs(change), 1));
    if (Math.abs(change) < 0.005) return isDark ? "#8d8881" : "#e4e0da";
    return `hsl(${change > 0 ? 8 : 212} ${20 + 60 * strength}% ${light - 18 * strength}%)`;
  }

  draw() {
    if (!this.frames || !this.width) return;
    const ratio = globalThis.devicePixelRatio || 1;
    const height = this.levels * ROW + 1;
    const { canvas } = this;
    // A canvas has a largest size, and a deep stack may be beyond it.
    const shown = Math.min(height, Math.floor(16000 / ratio));
    canvas.width = Math.round(this.width * ratio);
    canvas.height = Math.round(shown * ratio);
    canvas.style.width = `${this.width}px`;
    canvas.style.height = `${shown}px`;
    const pen = canvas.getContext("2d");
    if (!pen) return;
    pen.scale(ratio, ratio);
    pen.font = "12px system-ui, sans-serif";
    pen.textBaseline = "middle";
    const style = getComputedStyle(this.element);
    const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
    const found = style.getPropertyValue("--found");
    const edge = style.getPropertyValue("--edge");
    const focusDepth = this.placed.findIndex((/** @type {any} */ at) => at.frame === this.focus);
    this.placed.forEach((at, i) => {
      const y = this.top(at.level);
      if (y > shown) return;
      const isMatch = this.matches && at.frame.function >= 0 && !at.frame.small && this.matches[at.frame.function];
      pen.globalAlpha = i < focusDepth ? 0.55 : this.matches && !isMatch ? 0.45 : 1;
      pen.fillStyle = isMatch ? found : this.colour(at.frame);
      pen.fillRect(at.x, y, Math.max(at.w - 0.6, 0.4), ROW - 1);
      if (at.w < LEAST_LABEL) return;
      // A frame that stands back is nearly as dark as a dark page.
      pen.fillStyle = isDark && pen.globalAlpha < 1 ? "#ece7e0" : "#1d1a17";
      pen.globalAlpha = 1;
      pen.fillText(this.fit(pen, this.label(at.frame), at.w - 10), at.x + 5, y + ROW / 2);
    });
    pen.globalAlpha = 1;
    const at = this.placed.find((one) => one.frame === this.current);
    if (at && document.activeElement === canvas) {
      pen.strokeStyle = edge;
      pen.lineWidth = 2;
      pen.strokeRect(at.x + 1, this.top(at.level) + 1, Math.max(at.w - 2.6, 1), ROW - 3);
    }
  }

  /** As much of a text as fits.  Characters are measured once each: a graph has thousands of labels.
   * @param {CanvasRenderingContext2D} pen @param {string} text @param {number} width */
  fit(pen, text, width) {
    let used = 0;
    for (let i = 0; i < text.length; i++) {
      used += this.widthOf(pen, text[i]);
      if (used > width) return i > 1 ? this.cut(pen, text, width) : "";
    }
    return text;
  }

  /** @param {CanvasRenderingContext2D} pen @param {string} text @param {number} width */
  cut(pen, text, width) {
    let used = this.widthOf(pen, "\u2026");
    let kept = 0;
    while (used + this.widthOf(pen, text[kept]) <= width) used += this.widthOf(pen, text[kept++]);
    return kept ? `${text.slice(0, kept)}\u2026` : "";
  }

  /** @param {CanvasRenderingContext2D} pen @param {string} letter */
  widthOf(pen, letter) {
    let width = this.letters.get(letter);
    if (width === undefined) this.letters.set(letter, (width = pen.measureText(letter).width));
    return width;
  }

  // ---- what is said of a frame ----

  /** Lines of a tooltip: what, and its value. @param {any} frame @returns {[string, string][]} */
  facts(frame) {
    const { model, lens } = this;
    const type = model.about.types[lens.type];
    const all = /** @type {Frames} */ (this.frames).root.total;
    /** @type {[string, string][]} */
    const facts = [["total", `${valueText(frame.total, type.unit)}, ${shareText(frame.total, all)}`]];
    if (!frame.small) facts.push(["self", valueText(frame.self, type.unit)]);
    if (frame !== this.focus && this.focus !== this.frames?.root)
      facts.push(["of what is zoomed", shareText(frame.total, this.focus.total)]);
    if (lens.base >= 0)
      facts.push(["base", `${valueText(frame.base, type.unit)} (${changeText(frame.total - frame.base, type.unit)})`]);
    if (frame.small || frame.function < 0 || this.frames?.from === "leaves") return facts;
    const error = model.errorOfNodes(lens, frame.nodes);
    if (error) facts.push(["95 % interval", `\u00b1 ${valueText(error, type.unit)}`]);
    const objects = model.partner(lens.type, "objects");
    const space = model.partner(lens.type, "space");
    if (model.isHeap) {
      const count = model.sumBelow(frame.nodes, model.values(lens.view, objects));
      if (count > 0) facts.push(["mean size", bytesText(model.sumBelow(frame.nodes, model.values(lens.view, space)) / count)]);
    }
    const places = [...new Set(frame.nodes.map((/** @type {number} */ node) => model.placeText(model.data.nodeFrame[node])))].filter(Boolean);
    if (places.length) facts.push(["at", places.slice(0, 3).map((place) => shorten(String(place), 90)).join(", ") + (places.length > 3 ? ` and ${places.length - 3} more` : "")]);
    const module = model.moduleName(frame.function);
    if (module) facts.push(["in", shorten(module, 80)]);
    return facts;
  }

  /** @param {any} frame */
  say(frame) {
    const text = this.facts(frame).map(([what, value]) => `${what} ${value}`).join("; ");
    this.status.textContent = `${shorten(this.label(frame), 200)}: ${text}`;
  }

  // ---- pointer ----

  /** @param {MouseEvent} event */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    return this.placed.find((at) => x >= at.x && x < at.x + at.w && y >= this.top(at.level) && y < this.top(at.level) + ROW);
  }

  /** @param {MouseEvent} event */
  point(event) {
    const at = this.at(event);
    this.canvas.classList.toggle("over", Boolean(at));
    if (!at) {
      this.tip.hidden = true;
      return;
    }
    if (this.pointed !== at.frame) {
      this.pointed = at.frame;
      this.tip.replaceChildren(
        element("strong", {}, [shorten(this.label(at.frame), 400)]),
        element("dl", {}, this.facts(at.frame).flatMap(([what, value]) => [element("dt", {}, [what]), element("dd", {}, [value])])),
      );
    }
    this.tip.hidden = false;
    const box = this.element.getBoundingClientRect();
    const left = Math.min(event.clientX - box.left + 14, Math.max(0, box.width - this.tip.offsetWidth - 4));
    this.tip.style.left = `${left}px`;
    this.tip.style.top = `${event.clientY - box.top + 18}px`;
  }

  leave() {
    this.tip.hidden = true;
    this.pointed = null;
  }

  /** @param {MouseEvent} event */
  click(event) {
    const at = this.at(event);
    if (at) this.zoom(at.frame);
  }

  /** @param {any} frame */
  zoom(frame) {
    this.leave();
    this.goto(frame);
    this.tell.zoomed(pathOf(frame));
    if (frame.function >= 0 && !frame.small) this.tell.selected(frame.function);
  }

  /** The same without a word to anybody. @param {any} frame */
  goto(frame) {
    this.focus = frame;
    this.current = frame;
    this.resize(true);
    this.say(frame);
  }

  // ---- keys ----

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.frames) return;
    const inner = this.isUpward ? "ArrowUp" : "ArrowDown";
    const outer = this.isUpward ? "ArrowDown" : "ArrowUp";
    const at = this.placed.find((one) => one.frame === this.current) ?? this.placed[0];
    const middle = at.x + at.w / 2;
    const level = (/** @type {number} */ number) => this.placed.filter((one) => one.level === number);
    let next = null;
    if (event.key === inner) {
      next = level(at.level + 1).find((one) => one.x >= at.x - 0.01 && one.x < at.x + at.w) ?? null;
    } else if (event.key === outer) {
      next = level(at.level - 1).find((one) => one.x <= middle && middle < one.x + one.w) ?? null;
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      const row = level(at.level).sort((a, b) => a.x - b.x);
      next = row[row.indexOf(at) + (event.key === "ArrowRight" ? 1 : -1)] ?? null;
    } else if (event.key === "Home") {
      next = this.placed[0];
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.zoom(this.current);
      return;
    } else {
      return;
    }
    event.preventDefault();
    if (!next) return;
    this.current = next.frame;
    this.say(next.frame);
    this.draw();
  }
}
