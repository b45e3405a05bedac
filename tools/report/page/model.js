// SPDX-License-Identifier: Apache-2.0
// Sums over the tree: what a lens (a value, at a view, compared with another view or not) shows of
// each node and each function.
import { baseName } from "./text.js";

/**
 * @typedef {{view: number, type: number, base: number}} Lens  base -1: compared with nothing
 * @typedef {{self: Float64Array, total: Float64Array}} Sums  by node
 */

const MOST_KEPT = 12; // sums of so many values are kept
const CONFIDENCE = 1.96; // standard errors on each side, for 95 %

export class Model {
  /** @param {import("./format.js").Data} data @param {any} about */
  constructor(data, about) {
    this.data = data;
    this.about = about;
    this.count = data.nodeParent.length;
    /** The first node behind all that is below a node. */
    this.end = this.findEnds();
    /** @type {Map<string, Sums>} */
    this.kept = new Map();
    /** @type {Map<Float64Array, boolean>} whether a column has negative values */
    this.negative = new Map();
    /** @type {Map<number, number>} by view: the allocated bytes that are estimated */
    this.estimatedBytes = new Map();
    this.typeIndex = Object.fromEntries(about.types.map((/** @type {any} */ type, /** @type {number} */ i) => [type.name, i]));
    this.isHeap = ["alloc_objects", "alloc_space", "inuse_objects", "inuse_space"].every((name) => name in this.typeIndex);
  }

  findEnds() {
    const { nodeParent } = this.data;
    const end = new Uint32Array(this.count);
    for (let i = this.count - 1; i >= 0; i--) {
      if (end[i] === 0) end[i] = i + 1;
      const parent = nodeParent[i];
      if (i && end[parent] < end[i]) end[parent] = end[i];
    }
    return end;
  }

  /** @param {number} node */
  functionOf(node) {
    return this.data.frameFunction[this.data.nodeFrame[node]];
  }

  /** @param {number} index */
  functionName(index) {
    return this.data.string(this.data.functionName[index]);
  }

  /** The path of a function's module; "": not known. @param {number} index */
  modulePath(index) {
    const module = this.data.functionModule[index];
    return module ? this.data.string(this.data.moduleName[module - 1]) : "";
  }

  /** @param {number} index */
  moduleName(index) {
    return baseName(this.modulePath(index));
  }

  /** 0: own code, 1: another's, 2: the C or C++ library. @param {number} index */
  owner(index) {
    const module = this.data.functionModule[index];
    return module ? this.data.moduleOwner[module - 1] : 1;
  }

  /** "file.c:12"; "": not known. @param {number} frame */
  placeText(frame) {
    const file = this.data.string(this.data.frameFile[frame]);
    const line = this.data.frameLine[frame];
    return file && line ? `${file}:${line}` : file;
  }

  /** @param {number} view @param {number} type */
  values(view, type) {
    return this.data.values[view][type];
  }

  /** @param {string} key @param {(site: number) => number} value @returns {Sums} */
  sum(key, value) {
    let sums = this.kept.get(key);
    if (sums) {
      this.kept.delete(key);
      this.kept.set(key, sums);
      return sums;
    }
    const { siteNode, nodeParent } = this.data;
    const self = new Float64Array(this.count);
    for (let i = 0; i < siteNode.length; i++) self[siteNode[i]] += value(i);
    const total = self.slice();
    for (let i = this.count - 1; i > 0; i--) total[nodeParent[i]] += total[i];
    sums = { self, total };
    this.kept.set(key, sums);
    if (this.kept.size > MOST_KEPT) this.kept.delete(this.kept.keys().next().value);
    return sums;
  }

  /** @param {number} view @param {number} type */
  sums(view, type) {
    const values = this.values(view, type);
    return this.sum(`${view} ${type}`, (site) => values[site]);
  }

  /** The same without what is negative: a width cannot be. @param {number} view @param {number} type */
  widths(view, type) {
    const values = this.values(view, type);
    let isNegative = this.negative.get(values);
    if (isNegative === undefined) this.negative.set(values, (isNegative = values.some((value) => value < 0)));
    if (!isNegative) return this.sums(view, type);
    return this.sum(`${view} ${type} +`, (site) => Math.max(values[site], 0));
  }

  /** The type of objects that goes with a type of bytes, and the other way round; -1: none.
   * @param {number} type @param {"objects" | "space"} kind */
  partner(type, kind) {
    const [family] = this.about.types[type].name.split("_");
    return this.typeIndex[`${family}_${kind}`] ?? -1;
  }

  // ---- how sure a number is: docs/statistics.md, "One sampled profile" ----

  /** By node the part of a value that is estimated, and the sum of squares of what its marks stand for.
   * @param {number} view @param {number} type @returns {{part: Sums, squares: Sums, all: number} | null} */
  estimated(view, type) {
    const { sampling, interval } = this.about.views[view];
    if (!this.isHeap || (sampling !== "stratified" && sampling !== "poisson")) return null;
    const { siteClass, classes } = this.data;
    const objects = this.values(view, this.partner(type, "objects"));
    const bytes = this.values(view, this.partner(type, "space"));
    const values = this.values(view, type);
    const isBytes = values === bytes;
    const counts = (/** @type {number} */ site) =>
      bytes[site] > 0 && (sampling === "poisson" || classes[siteClass[site]] <= interval);
    const part = this.sum(`${view} ${type} part`, (site) => (counts(site) ? values[site] : 0));
    const squares = isBytes
      ? null
      : this.sum(`${view} ${type} squares`, (site) =>
          counts(site) ? (objects[site] * objects[site] * interval) / bytes[site] : 0);
    let all = this.estimatedBytes.get(view);
    if (all === undefined) {
      all = 0;
      const allocated = this.values(view, this.typeIndex.alloc_space);
      for (let i = 0; i < allocated.length; i++)
        if (allocated[i] > 0 && (sampling === "poisson" || classes[siteClass[i]] <= interval)) all += allocated[i];
      this.estimatedBytes.set(view, all);
    }
    return { part, squares, all };
  }

  /** Half of the 95 % interval of a sum. @param {number} view @param {number} part @param {number} squares
   * @param {number} all @param {boolean} isBytes */
  errorOf(view, part, squares, all, isBytes) {
    const { sampling, interval } = this.about.views[view];
    const isPoisson = sampling === "poisson";
    const marks = all / interval;
    if (marks <= 0 || part <= 0) return 0;
    const variance = isBytes
      ? interval * part * (isPoisson ? 1 : Math.max(1 - part / all, 0))
      : squares - (isPoisson ? 0 : (part * part) / marks);
    return CONFIDENCE * Math.sqrt(Math.max(variance, 0));
  }

  /** The error of what some nodes have together, with all below them. @param {Lens} lens @param {number[]} nodes */
  errorOfNodes(lens, nodes) {
    const { sampling } = this.about.views[lens.view];
    if (!this.isHeap || (sampling !== "stratified" && sampling !== "poisson")) return 0;
    const estimated = /** @type {NonNullable<ReturnType<Model["estimated"]>>} */ (this.estimated(lens.view, lens.type));
    const below = (/** @type {Sums} */ sums) => nodes.reduce((sum, node) => sum + sums.total[node], 0);
    const squares = estimated.squares ? below(estimated.squares) : 0;
    return this.errorOf(lens.view, below(estimated.part), squares, estimated.all, !estimated.squares);
  }

  /** What the sites below some nodes have: a pass over these alone. @param {number[]} nodes @param {Float64Array} values */
  sumBelow(nodes, values) {
    const { siteNode } = this.data;
    let sum = 0;
    for (const node of nodes)
      for (let site = lowerBound(siteNode, node); site < siteNode.length && siteNode[site] < this.end[node]; site++) sum += values[site];
    return sum;
  }

  // ---- functions ----

  /** Calls `visit` for each node that has the key of none above it. @param {(node: number) => number} keyOf
   * a small number; -1: none @param {number} keys @param {(node: number, key: number) => void} visit */
  outermost(keyOf, keys, visit) {
    const until = new Uint32Array(keys);
    for (let node = 1; node < this.count; node++) {
      const key = keyOf(node);
      if (key < 0 || node < until[key]) continue;
      until[key] = this.end[node];
      visit(node, key);
    }
  }

  /** The nodes of a function that are below no other of it. @param {number} index */
  nodesOfFunction(index) {
    /** @type {number[]} */
    const nodes = [];
    this.outermost((node) => (this.functionOf(node) === index ? 0 : -1), 1, (node) => nodes.push(node));
    return nodes;
  }

  /** Self and total of each key. @param {Sums} sums @param {(node: number) => number} keyOf @param {number} keys */
  byKey(sums, keyOf, keys) {
    const flat = new Float64Array(keys);
    const cum = new Float64Array(keys);
    for (let node = 1; node < this.count; node++) {
      const key = keyOf(node);
      if (key >= 0) flat[key] += sums.self[node];
    }
    this.outermost(keyOf, keys, (node, key) => {
      cum[key] += sums.total[node];
    });
    return { flat, cum };
  }

  /** Which functions an expression matches, by name, file or module, and what they have together.
   * @param {RegExp} expression @param {Lens} lens */
  search(expression, lens) {
    const { data } = this;
    const matches = new Uint8Array(data.functionName.length);
    let functions = 0;
    /** @type {Map<number, boolean>} */
    const known = new Map();
    const test = (/** @type {number} */ string) => {
      let matched = known.get(string);
      if (matched === undefined) known.set(string, (matched = expression.test(data.string(string))));
      return matched;
    };
    for (let i = 0; i < matches.length; i++) {
      const module = data.functionModule[i];
      if (test(data.functionName[i]) || (module && test(data.moduleName[module - 1]))) matches[i] = 1;
    }
    for (let i = 0; i < data.frameFile.length; i++)
      if (data.frameFile[i] && test(data.frameFile[i])) matches[data.frameFunction[i]] = 1;
    for (const match of matches) functions += match;
    const { total } = this.widths(lens.view, lens.type);
    let sum = 0;
    this.outermost((node) => (matches[this.functionOf(node)] ? 0 : -1), 1, (node) => (sum += total[node]));
    return { matches, functions, sum, all: total[0] };
  }

  /** Who calls a function and whom it calls, each with what passes through.
   * @param {number} index @param {Lens} lens */
  neighbours(index, lens) {
    const { total } = this.sums(lens.view, lens.type);
    const { nodeParent } = this.data;
    const callers = new Map();
    const callees = new Map();
    const add = (/** @type {Map<number, {until: number, value: number}>} */ map, /** @type {number} */ key, /** @type {number} */ node) => {
      const entry = map.get(key) ?? { until: 0, value: 0 };
      map.set(key, entry);
      if (node < entry.until) return;
      entry.until = this.end[node];
      entry.value += total[node];
    };
    for (let node = 1; node < this.count; node++) {
      const parent = nodeParent[node];
      if (this.functionOf(node) === index) add(callers, parent ? this.functionOf(parent) : -1, node);
      if (parent && this.functionOf(parent) === index) add(callees, this.functionOf(node), node);
    }
    const list = (/** @type {Map<number, {until: number, value: number}>} */ map) =>
      [...map].map(([key, { value }]) => ({ function: key, value })).filter((row) => row.value !== 0)
        .sort((a, b) => b.value - a.value);
    return { callers: list(callers), callees: list(callees) };
  }

  /** Values by class of sizes, of all sites or of those below some nodes. @param {Lens} lens
   * @param {number[] | null} nodes @returns {{bytes: number, value: number}[]} */
  sizes(lens, nodes) {
    const { siteNode, siteClass, classes } = this.data;
    const values = this.values(lens.view, lens.type);
    const sums = new Float64Array(classes.length);
    const ranges = nodes ? nodes.map((node) => [node, this.end[node]]) : [[0, this.count]];
    for (const [from, to] of ranges) {
      let site = lowerBound(siteNode, from);
      for (; site < siteNode.length && siteNode[site] < to; site++) sums[siteClass[site]] += values[site];
    }
    return [...sums].map((value, i) => ({ bytes: classes[i], value })).filter((row) => row.bytes >= 0 && row.value !== 0)
      .sort((a, b) => a.bytes - b.bytes);
  }

  /** Functions of which the base had something and the view has nothing, the largest first.
   * @param {Lens} lens */
  gone(lens) {
    const keys = this.data.functionName.length;
    const keyOf = (/** @type {number} */ node) => this.functionOf(node);
    const now = this.byKey(this.sums(lens.view, lens.type), keyOf, keys);
    const before = this.byKey(this.sums(lens.base, lens.type), keyOf, keys);
    const rows = [];
    for (let i = 0; i < keys; i++)
      if (before.flat[i] > 0 && now.cum[i] === 0) rows.push({ function: i, value: before.flat[i] });
    return rows.sort((a, b) => b.value - a.value);
  }
}

/** The first index whose number is not below `least`. @param {Uint32Array} sorted @param {number} least */
export function lowerBound(sorted, least) {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle] < least) from = middle + 1;
    else to = middle;
  }
  return from;
}
