// SPDX-License-Identifier: Apache-2.0
// Run by node --test, in a directory with what modules-do-what-they-say.sh made.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inflateSync } from "node:zlib";

const from = (name) => import(`${process.env.MODULES}/${name}.js`);
const { readColumns } = await from("format");
const { Model } = await from("model");
const { Frames, pathOf } = await from("frames");
const { bytesText, countText, shareText, shorten } = await from("text");
const { hints, disguised } = await from("advice");

function open(name) {
  const about = JSON.parse(readFileSync(`${name}.about`, "utf8"));
  const bytes = new Uint8Array(inflateSync(Buffer.from(readFileSync(`${name}.data`, "utf8"), "base64")));
  return new Model(readColumns(bytes, about.views.length, about.types.length), about);
}
const model = open("one");
const lens = { view: 0, type: model.typeIndex.inuse_space, base: -1 };
const index = (name) => Array.from(model.data.functionName).findIndex((_, i) => model.functionName(i) === name);
const names = (frames) => frames.map((frame) => (frame.small ? `(${frame.small})` : model.functionName(frame.function)));

test("numbers are read by people", () => {
  assert.equal(bytesText(1536), "1.50 kB");
  assert.equal(bytesText(-5), "-5 B");
  assert.equal(countText(1234567), "1\u202f234\u202f567");
  assert.equal(shareText(1, 3), "33.3 %");
  assert.equal(shareText(1, 0), "0 %");
  assert.equal(shorten("abcdefghij", 5).length, 5);
});

test("sums are the profile's", () => {
  assert.equal(model.sums(0, lens.type).total[0], 29503);
  const { flat, cum } = model.byKey(model.sums(0, lens.type), (node) => model.functionOf(node), model.data.functionName.length);
  assert.equal(flat[index("work")], 500);
  assert.equal(cum[index("work")], 29500, "recursion counts once");
  assert.equal(cum[index("again")], 20000, "inlined frames are frames");
});

test("a frame has all lines of its function, and small ones are folded", () => {
  const frames = new Frames(model, lens, "root", -1);
  const placed = frames.layout(frames.root, 1000);
  const row = (placed, level) => names(placed.filter((at) => at.level === level).sort((a, b) => a.x - b.x).map((at) => at.frame));
  assert.deepEqual(row(placed, 1), ["main"]);
  assert.deepEqual(row(placed, 2), ["work", "(2)"]);
  const widths = placed.filter((at) => at.level === 2).reduce((sum, at) => sum + at.w, 0);
  assert.ok(Math.abs(widths - 1000) < 1e-6, "nothing is dropped");
  const fold = placed.find((at) => at.frame.small).frame;
  assert.deepEqual(row(frames.layout(fold, 1000), 3), ["tiny2", "tiny1"]);
  const keep = placed.find((at) => at.level === 4 && at.frame.total === 20000).frame;
  assert.equal(frames.find(pathOf(keep)), keep);
});

test("from the leaves and from a function", () => {
  const leaves = new Frames(model, lens, "leaves", -1);
  assert.deepEqual(names(leaves.childrenOf(leaves.root)), ["keep", "other", "work", "tiny2", "tiny1"]);
  assert.deepEqual(names(leaves.childrenOf(leaves.childrenOf(leaves.root)[0])), ["again"]);
  const below = new Frames(model, lens, "function", index("work"));
  assert.equal(below.root.total, 29500);
  assert.deepEqual(names(below.childrenOf(below.root)), ["again", "other", "work"]);
});

test("a search has the share of what it matches, each byte once", () => {
  const found = model.search(/^work$|keep/u, lens);
  assert.equal(found.functions, 2);
  assert.equal(found.sum, 29500);
  assert.equal(model.search(/libb/u, lens).sum, 9000, "by module");
  assert.equal(model.search(/b\.c/u, lens).sum, 9000, "by file");
});

test("callers and callees", () => {
  const { callers, callees } = model.neighbours(index("work"), lens);
  assert.deepEqual(callers.map((row) => [model.functionName(row.function), row.value]), [["main", 29500], ["work", 500]]);
  assert.deepEqual(callees.map((row) => row.value), [20000, 9000, 500]);
});

test("a folded tree has the same sums", () => {
  const folded = open("folded");
  assert.equal(folded.sums(0, lens.type).total[0], 29503);
  assert.ok(folded.count < model.count);
  let small = 0;
  for (const count of folded.data.folded.values()) small += count;
  assert.equal(small, folded.about.folded);
});

test("nothing is said of what is small", () => {
  assert.deepEqual(hints(model), []);
});

test("allocations in disguise are those of who called", () => {
  const many = open("disguised");
  const rows = disguised(many).map((row) => [many.about.disguises[row.kind].name, many.functionName(many.data.frameFunction[row.frame]), row.objects]);
  assert.deepEqual(rows, [["strdup", "copy", 50000], ["std::function", "call", 30000]]);
});

test("damaged data is refused", () => {
  const bytes = new Uint8Array(inflateSync(Buffer.from(readFileSync("one.data", "utf8"), "base64")));
  assert.throws(() => readColumns(bytes.subarray(0, bytes.length / 2), 1, 4));
  bytes[0] = 9;
  assert.throws(() => readColumns(bytes, 1, 4), /another version/);
});
