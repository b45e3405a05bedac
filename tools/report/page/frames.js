// SPDX-License-Identifier: Apache-2.0
// The frames of a flame graph.  Nodes of one function below one caller are one frame, whatever
// their lines; a frame's children are found when they are asked for, so that of a large tree only
// what is seen is ever made.

export const SMALLEST_SHARE = 0.001; // of what is shown; smaller ones are folded

/**
 * @typedef {object} Frame
 * @property {number} function  -1: the root, or what stands for small ones
 * @property {Frame | null} parent
 * @property {number[]} nodes  of which it is made
 * @property {Float64Array | null} weights  from the leaves: of each of them; else null
 * @property {number[] | null} leaves  from the leaves: where each way began
 * @property {number} self
 * @property {number} total
 * @property {number} base  the same of what is compared with
 * @property {number} small  how many smaller ones it stands for; 0: it is a frame itself
 * @property {Frame[] | null} children  the largest first; null: not asked for yet
 */

/** @param {Frame | null} parent @param {number} key @returns {Frame} */
function makeFrame(parent, key) {
  return {
    function: key, parent, nodes: [], weights: null, leaves: null, self: 0, total: 0, base: 0, small: 0, children: null,
  };
}

export class Frames {
  /** @param {import("./model.js").Model} model @param {import("./model.js").Lens} lens
   * @param {"root" | "leaves" | "function"} from @param {number} chosen  the function, for "function" */
  constructor(model, lens, from, chosen) {
    this.model = model;
    this.lens = lens;
    this.from = from;
    this.sums = model.widths(lens.view, lens.type);
    this.baseSums = lens.base >= 0 ? model.widths(lens.base, lens.type) : null;
    /** @type {Frame} */
    this.root = makeFrame(null, from === "function" ? chosen : -1);
    if (from === "leaves") this.startAtLeaves();
    else this.root.nodes = from === "function" ? model.nodesOfFunction(chosen) : [0];
    if (from !== "leaves") this.addUp(this.root);
  }

  startAtLeaves() {
    const { self } = this.sums;
    const before = this.baseSums?.self;
    const { root, model } = this;
    for (let node = 1; node < model.count; node++)
      if (self[node] > 0 || (before && before[node] > 0)) root.nodes.push(node);
    root.leaves = root.nodes;
    root.total = this.sums.total[0];
    root.base = this.baseSums?.total[0] ?? 0;
    root.self = self[0];
  }

  /** @param {Frame} frame */
  addUp(frame) {
    const { self, total } = this.sums;
    for (const node of frame.nodes) {
      frame.self += self[node];
      frame.total += total[node];
      frame.base += this.baseSums ? this.baseSums.total[node] : 0;
    }
  }

  /** Small frames that were folded when the report was made. @param {Frame} frame */
  foldedCount(frame) {
    const { folded } = this.model.data;
    let count = 0;
    if (folded.size) for (const node of frame.nodes) count += folded.get(node) ?? 0;
    return count;
  }

  /** @param {Frame} frame @returns {Frame[]} */
  childrenOf(frame) {
    if (frame.children) return frame.children;
    const groups = this.from === "leaves" ? this.callersOf(frame) : this.calleesOf(frame);
    for (const child of groups) child.small = this.from === "leaves" ? 0 : this.foldedCount(child);
    frame.children = groups.filter((child) => child.total > 0).sort((a, b) => b.total - a.total || a.function - b.function);
    return frame.children;
  }

  /** @param {Frame} frame */
  calleesOf(frame) {
    const { end, data } = this.model;
    const { total } = this.sums;
    const before = this.baseSums?.total;
    /** @type {Map<number, Frame>} */
    const groups = new Map();
    for (const node of frame.nodes)
      for (let child = node + 1; child < end[node]; child = end[child]) {
        if (!(total[child] > 0) && !(before && before[child] > 0)) continue;
        const key = data.frameFunction[data.nodeFrame[child]];
        let group = groups.get(key);
        if (!group) groups.set(key, (group = makeFrame(frame, key)));
        group.nodes.push(child);
      }
    for (const group of groups.values()) this.addUp(group);
    return [...groups.values()];
  }

  /** @param {Frame} frame */
  callersOf(frame) {
    const { model, root } = this;
    const { self } = this.sums;
    const before = this.baseSums?.self;
    const { nodeParent, nodeFrame, frameFunction } = model.data;
    /** @type {Map<number, Frame>} */
    const groups = new Map();
    frame.nodes.forEach((at, i) => {
      const leaf = /** @type {number[]} */ (frame.leaves)[i];
      const node = frame === root ? at : nodeParent[at];
      if (node === 0) return;
      const key = frameFunction[nodeFrame[node]];
      let group = groups.get(key);
      if (!group) {
        groups.set(key, (group = makeFrame(frame, key)));
        group.leaves = [];
      }
      group.nodes.push(node);
      /** @type {number[]} */ (group.leaves).push(leaf);
      group.total += self[leaf];
      group.base += before ? before[leaf] : 0;
      if (nodeParent[node] === 0) group.self += self[leaf];
    });
    return [...groups.values()];
  }

  /** The children that are wide enough, and one frame for all others. @param {Frame} frame @param {number} least */
  shown(frame, least) {
    const children = this.childrenOf(frame);
    let wide = 0;
    while (wide < children.length && children[wide].total >= least && !children[wide].small) wide++;
    const large = children.slice(0, wide);
    const rest = children.slice(wide);
    for (const child of rest) if (child.total >= least && !child.small) large.push(child);
    const small = rest.filter((child) => child.small || child.total < least);
    if (small.length === 0) return large;
    if (small.length === 1 && !small[0].small && frame.small) return [...large, small[0]];
    const fold = makeFrame(frame, -1);
    for (const child of small) {
      fold.small += child.small || 1;
      fold.total += child.total;
      fold.base += child.base;
    }
    const inside = small.filter((child) => !child.small);
    fold.self = fold.total - inside.reduce((sum, child) => sum + child.total, 0);
    fold.children = inside;
    return [...large, fold];
  }

  /**
   * Where frames are, `width` wide, when `focus` has the whole of it.
   * @param {Frame} focus @param {number} width
   * @returns {{frame: Frame, x: number, w: number, level: number}[]}
   */
  layout(focus, width) {
    const placed = [];
    /** @type {Frame[]} */
    const above = [];
    for (let at = focus.parent; at; at = at.parent) above.unshift(at);
    above.forEach((frame, level) => placed.push({ frame, x: 0, w: width, level }));
    const least = Math.max(focus.total * SMALLEST_SHARE, width > 0 ? focus.total / width : 0);
    const scale = focus.total > 0 ? width / focus.total : 0;
    const queue = [{ frame: focus, x: 0, w: width, level: above.length }];
    for (let next = 0; next < queue.length; next++) {
      const at = queue[next];
      placed.push(at);
      let { x } = at;
      for (const child of this.shown(at.frame, least)) {
        const w = child.total * scale;
        // What stands for small ones is opened by zooming alone.
        if (child.small) placed.push({ frame: child, x, w, level: at.level + 1 });
        else queue.push({ frame: child, x, w, level: at.level + 1 });
        x += w;
      }
    }
    return placed;
  }

  /** The frame that a path of functions leads to, as far as it does. @param {number[]} path */
  find(path) {
    let frame = this.root;
    for (const key of path) {
      const child = this.childrenOf(frame).find((candidate) => candidate.function === key);
      if (!child) break;
      frame = child;
    }
    return frame;
  }
}

/** The functions on the way to a frame, without the root's. @param {Frame} frame */
export function pathOf(frame) {
  const path = [];
  for (let at = frame; at.parent; at = at.parent) if (at.function >= 0) path.unshift(at.function);
  return path;
}
