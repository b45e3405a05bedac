// SPDX-License-Identifier: Apache-2.0
// The one module that knows what the data of a report looks like (tools/report/data.h).

const VERSION = 3;

/**
 * @typedef {object} Data
 * @property {(index: number) => string} string
 * @property {Uint32Array} moduleName  strings
 * @property {Uint32Array} moduleOwner  0: own code, 1: another's, 2: the C or C++ library
 * @property {Uint32Array} functionName  strings
 * @property {Uint32Array} functionModule  module + 1; 0: none
 * @property {Uint32Array} functionDisguise  index + 1 in what the page says of disguises; 0: none
 * @property {Uint32Array} frameFunction
 * @property {Uint32Array} frameFile  strings
 * @property {Uint32Array} frameLine
 * @property {Uint32Array} nodeParent  node 0 is the root; nodes stand in the order of a walk
 * @property {Uint32Array} nodeFrame
 * @property {Map<number, number>} folded  by node: how many small ones it stands for
 * @property {Float64Array} classes  the label `bytes`; class 0: none
 * @property {Uint32Array} siteNode  ascending
 * @property {Uint32Array} siteClass
 * @property {Float64Array[][]} values  by view and type, one for each site
 * @property {{ms: Float64Array, inuse: Float64Array, bytes: Float64Array, objects: Float64Array}} points
 * @property {{file: number, first: number, lines: string[]}[]} sources
 */

/** @param {string} base64 */
async function inflate(base64) {
  const text = atob(base64);
  const packed = new Uint8Array(text.length);
  for (let i = 0; i < packed.length; i++) packed[i] = text.charCodeAt(i);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  number() {
    const { bytes } = this;
    let byte = bytes[this.at++];
    if (byte < 128) return byte;
    let value = byte & 127;
    let scale = 128;
    do {
      byte = bytes[this.at++];
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte > 127);
    if (byte === undefined) throw new Error("the data of this report is incomplete");
    return value;
  }

  signed() {
    const number = this.number();
    return number % 2 ? -(number + 1) / 2 : number / 2;
  }

  /** @param {number} count */
  numbers(count) {
    const column = new Uint32Array(count);
    for (let i = 0; i < count; i++) column[i] = this.number();
    return column;
  }

  /** @param {number} count */
  signedNumbers(count) {
    const column = new Float64Array(count);
    for (let i = 0; i < count; i++) column[i] = this.signed();
    return column;
  }

  /** Sums of what is written as differences. @param {number} count */
  running(count) {
    const column = this.signedNumbers(count);
    for (let i = 1; i < count; i++) column[i] += column[i - 1];
    return column;
  }

  text() {
    const end = this.bytes.indexOf(0, this.at);
    const from = this.at;
    this.at = end + 1;
    return new TextDecoder().decode(this.bytes.subarray(from, end));
  }

  /** Sums of what is written as differences, none of them negative. @param {number} count */
  ascending(count) {
    const column = this.numbers(count);
    for (let i = 1; i < count; i++) column[i] += column[i - 1];
    return column;
  }

  /** Texts of which each has its beginning from the one before; they are decoded when they are asked for. @param {number} count */
  texts(count) {
    const { bytes } = this;
    const shared = this.numbers(count);
    const rests = new Uint32Array(count + 1);
    let total = 0;
    for (let i = 0; i < count; i++) {
      rests[i] = this.at;
      this.at = bytes.indexOf(0, this.at) + 1;
      total += shared[i] + this.at - 1 - rests[i];
    }
    rests[count] = this.at;
    const whole = new Uint8Array(total);
    const starts = new Float64Array(count + 1);
    for (let i = 0; i < count; i++) {
      const from = starts[i];
      if (i) whole.copyWithin(from, starts[i - 1], starts[i - 1] + shared[i]);
      whole.set(bytes.subarray(rests[i], rests[i + 1] - 1), from + shared[i]);
      starts[i + 1] = from + shared[i] + rests[i + 1] - 1 - rests[i];
    }
    const known = new Array(count);
    const decoder = new TextDecoder();
    return (/** @type {number} */ index) => (known[index] ??= decoder.decode(whole.subarray(starts[index], starts[index + 1])));
  }
}

/** @param {Reader} reader */
function readFrames(reader) {
  const frameFunction = reader.ascending(reader.number());
  const count = frameFunction.length;
  const frameFile = Uint32Array.from(reader.running(count));
  const frameLine = reader.numbers(count);
  for (let i = 1; i < count; i++) {
    if (frameFunction[i] === frameFunction[i - 1] && frameFile[i] === frameFile[i - 1]) frameLine[i] += frameLine[i - 1];
  }
  return { frameFunction, frameFile, frameLine };
}

/** @param {Reader} reader @param {number} frames */
function readNodes(reader, frames) {
  const count = reader.number();
  const nodeParent = new Uint32Array(count + 1);
  const nodeFrame = new Uint32Array(count + 1);
  for (let i = 1; i <= count; i++) nodeParent[i] = i - reader.number();
  for (let i = 1; i <= count; i++) nodeFrame[i] = reader.number();
  const fresh = reader.numbers(reader.number());
  /** What was called in each frame so far; the last one stands for the root. @type {number[][]} */
  const calls = Array.from({ length: frames + 1 }, () => []);
  let taken = 0;
  for (let i = 1; i <= count; i++) {
    const called = calls[nodeParent[i] ? nodeFrame[nodeParent[i]] : frames];
    const rank = nodeFrame[i];
    if (rank === 0) called.push(fresh[taken++]);
    nodeFrame[i] = called[(rank || called.length) - 1];
  }
  const places = reader.numbers(reader.number());
  const counts = reader.numbers(places.length);
  const folded = new Map();
  let node = 0;
  places.forEach((step, i) => {
    node += step;
    folded.set(node, counts[i]);
  });
  return { nodeParent, nodeFrame, folded };
}

/** @param {Reader} reader @param {number} views @param {number} types */
function readSites(reader, views, types) {
  const classCount = reader.number();
  const classes = new Float64Array(classCount + 1);
  classes[0] = -1;
  for (let i = 1; i <= classCount; i++) classes[i] = reader.signed();
  const count = reader.number();
  const siteNode = reader.ascending(count);
  const siteClass = reader.numbers(count);
  /** @type {Float64Array[][]} */
  const values = [];
  for (let view = 0; view < views; view++) {
    values.push([]);
    for (let type = 0; type < types; type++) {
      const column = reader.signedNumbers(count);
      if (view) for (let i = 0; i < count; i++) column[i] += values[0][type][i];
      values[view].push(column);
    }
  }
  return { classes, siteNode, siteClass, values };
}

/** @param {Reader} reader */
function readSources(reader) {
  const count = reader.number();
  const files = reader.numbers(count);
  const firsts = reader.numbers(count);
  reader.numbers(count);
  return Array.from(files, (file, i) => ({
    file,
    first: firsts[i],
    lines: reader.text().replace(/\n$/, "").split("\n"),
  }));
}

/** @param {Uint8Array} bytes @param {number} views @param {number} types @returns {Data} */
export function readColumns(bytes, views, types) {
  const reader = new Reader(bytes);
  if (reader.number() !== VERSION) throw new Error("this report is of another version");
  const string = reader.texts(reader.number());
  const moduleName = reader.numbers(reader.number());
  const moduleOwner = reader.numbers(moduleName.length);
  const functionName = reader.ascending(reader.number());
  const functionModule = reader.numbers(functionName.length);
  const functionDisguise = reader.numbers(functionName.length);
  const frames = readFrames(reader);
  const nodes = readNodes(reader, frames.frameFunction.length);
  const sites = readSites(reader, views, types);
  const pointCount = reader.number();
  const points = {
    ms: reader.running(pointCount),
    inuse: reader.running(pointCount),
    bytes: reader.running(pointCount),
    objects: reader.running(pointCount),
  };
  const sources = readSources(reader);
  return {
    string, moduleName, moduleOwner, functionName, functionModule, functionDisguise, ...frames,
    ...nodes, ...sites, points, sources,
  };
}

/** What the page holds. @returns {Promise<{about: any, data: Data}>} */
export async function readPage() {
  const about = JSON.parse(document.getElementById("about")?.textContent ?? "");
  const bytes = await inflate(document.getElementById("data")?.textContent ?? "");
  return { about, data: readColumns(bytes, about.views.length, about.types.length) };
}
