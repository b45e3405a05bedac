// SPDX-License-Identifier: Apache-2.0
// What could be changed: from lifetimes, where they were recorded, else from sizes alone.
import { bytesText, countText, shareText, shorten } from "./text.js";
import { element } from "./elements.js";

// Nothing is said of less.
export const LEAST_SHARE = 0.05; // of all allocations
export const LEAST_OBJECTS = 1000;
const SMALL_BYTES = 64;
const ALIKE = 0.9; // of a site's objects are of one size

/** What a stack's allocation is in disguise, and the node whose code called that: the outermost that is known counts, and a
 * container less than what is put into it. @param {import("./model.js").Model} model @param {number} node */
function disguiseOf(model, node) {
  const { data, about } = model;
  let found = 0;
  for (; node; node = data.nodeParent[node]) {
    const index = model.functionOf(node);
    const known = data.functionDisguise[index];
    if (known) {
      if (!found || about.disguises[known - 1].write || !about.disguises[found - 1].write) found = known;
    } else if (model.owner(index) !== 2 && !/^(std|__gnu_cxx)::/.test(model.functionName(index))) {
      return found ? { node, kind: found - 1 } : null;
    }
  }
  return null;
}

/** Allocations that a library's function made for who called it. @param {import("./model.js").Model} model */
export function disguised(model) {
  if (!model.isHeap) return [];
  const { data, typeIndex } = model;
  const objects = model.values(0, typeIndex.alloc_objects);
  let all = 0;
  /** @type {Map<string, {frame: number, kind: number, objects: number, share: number}>} */
  const found = new Map();
  for (let i = 0; i < objects.length; i++) {
    if (!(objects[i] > 0)) continue;
    all += objects[i];
    const disguise = disguiseOf(model, data.siteNode[i]);
    if (!disguise) continue;
    const frame = data.nodeFrame[disguise.node];
    const key = `${frame} ${disguise.kind}`;
    const entry = found.get(key) ?? { frame, kind: disguise.kind, objects: 0, share: 0 };
    entry.objects += objects[i];
    found.set(key, entry);
  }
  for (const entry of found.values()) entry.share = entry.objects / all;
  return [...found.values()].filter((entry) => entry.objects >= LEAST_OBJECTS && entry.share >= LEAST_SHARE)
    .sort((a, b) => b.objects - a.objects);
}

/** Call sites that allocate many small objects of one size. @param {import("./model.js").Model} model */
export function hints(model) {
  if (!model.isHeap) return [];
  const { data, typeIndex } = model;
  const objects = model.values(0, typeIndex.alloc_objects);
  let all = 0;
  /** @type {Map<number, {sum: number, most: number, bytes: number}>} */
  const sites = new Map();
  /** @type {Map<string, number>} */
  const bySize = new Map();
  for (let i = 0; i < objects.length; i++) {
    if (objects[i] > 0) all += objects[i];
    if (!data.siteNode[i] || !(objects[i] > 0) || disguiseOf(model, data.siteNode[i])) continue;
    const frame = data.nodeFrame[data.siteNode[i]];
    const entry = sites.get(frame) ?? { sum: 0, most: 0, bytes: -1 };
    sites.set(frame, entry);
    entry.sum += objects[i];
    const key = `${frame} ${data.siteClass[i]}`;
    const count = (bySize.get(key) ?? 0) + objects[i];
    bySize.set(key, count);
    if (count > entry.most) {
      entry.most = count;
      entry.bytes = data.classes[data.siteClass[i]];
    }
  }
  return [...sites].filter(([, { sum, most, bytes }]) =>
    sum >= LEAST_OBJECTS && sum >= all * LEAST_SHARE && bytes > 0 && bytes <= SMALL_BYTES && most >= sum * ALIKE)
    .map(([frame, { sum, bytes }]) => ({ frame, objects: sum, bytes, share: sum / all }))
    .sort((a, b) => b.objects - a.objects);
}

export class Advice {
  /** @param {import("./model.js").Model} model
   * @param {{search: (name: string) => void, source: (file: string, line: number) => boolean}} tell */
  constructor(model, tell) {
    this.model = model;
    this.tell = tell;
    const { about } = model;
    this.element = element("div", { class: "advice" }, about.hasLifetimes ? this.fromLifetimes() : this.fromSizes());
  }

  fromLifetimes() {
    const { advice } = this.model.about;
    if (advice.length === 0) return [element("p", { class: "note" }, ["No change would save half a percent of the allocations."])];
    return [element("ol", {}, advice.map((/** @type {any} */ one) => this.card(
      one.kind, one.write,
      [
        ["because", one.because],
        one.by && ["by way of", one.by],
        ["allocations", `${countText(one.objects)}, ${shareText(one.share, 1)} of all`],
        one.savesObjects > 0 && ["saves", `${countText(one.savesObjects)} allocations, ${bytesText(one.savesBytes)}`],
        ["confidence", one.confidence],
      ],
      one.function, one.file, one.line,
    )))];
  }

  fromSizes() {
    const { model } = this;
    if (!model.isHeap) return [element("p", { class: "note" }, ["There is no advice about profiles of this kind."])];
    const rows = hints(model);
    const calls = disguised(model);
    return [
      element("p", { class: "note" }, [
        "This recording does not say how long blocks live. To know which need not be allocated: ",
        element("code", {}, ["memprof run --advise -o app.pb.gz -- ./app"]),
      ]),
      calls.length > 0 && element("ol", {}, calls.map((row) => {
        const index = model.data.frameFunction[row.frame];
        const { name, write } = model.about.disguises[row.kind];
        return this.card(
          "disguise", `${name}: ${write || "give it its room at once, or keep it from one use to the next"}`,
          [["allocations", `${countText(row.objects)}, ${shareText(row.share, 1)} of all`], ["worth a look", "does what it gives live longer than the call?"]],
          model.functionName(index), model.data.string(model.data.frameFile[row.frame]), model.data.frameLine[row.frame],
        );
      })),
      rows.length > 0 && element("ol", {}, rows.map((row) => {
        const index = model.data.frameFunction[row.frame];
        return this.card(
          "small", `many small objects: ${countText(row.objects)} of at most ${bytesText(row.bytes)}`,
          [["share", `${shareText(row.share, 1)} of all allocations`], ["worth a look", "can they be kept in an array, in a larger object, or in a pool?"]],
          model.functionName(index), model.data.string(model.data.frameFile[row.frame]), model.data.frameLine[row.frame],
        );
      })),
    ];
  }

  /** @param {string} kind @param {string} title @param {any[]} facts @param {string} name @param {string} file @param {number} line */
  card(kind, title, facts, name, file, line) {
    const place = file ? `${file}:${line}` : "";
    return element("li", {}, [
      element("h3", {}, [element("span", { class: "kind" }, [kind]), " ", shorten(title, 300)]),
      element("p", {}, [
        element("button", { type: "button", class: "link", onclick: () => this.tell.search(name) }, [shorten(name, 160)]),
        " ",
        place && element("button", { type: "button", class: "link where", onclick: () => this.tell.source(file, line) }, [shorten(place, 120)]),
      ]),
      element("dl", {}, facts.filter(Boolean).flatMap(([what, text]) => [element("dt", {}, [what]), element("dd", {}, [shorten(String(text), 600)])])),
    ]);
  }
}
