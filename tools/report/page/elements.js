// SPDX-License-Identifier: Apache-2.0
// Elements of a page.  Names come from foreign profiles: a text is only ever set as a text, and
// nothing here takes markup.

/**
 * @param {string} tag
 * @param {Record<string, any>} [attributes]  a function is a listener: `onclick`
 * @param {(Node | string | null | undefined | false)[]} [content]
 * @returns {any}
 */
export function element(tag, attributes = {}, content = []) {
  const made = document.createElement(tag);
  fill(made, attributes, content);
  return made;
}

/** The same of SVG. @param {string} tag @param {Record<string, any>} [attributes]
 * @param {(Node | string | null | undefined | false)[]} [content] @returns {any} */
export function drawing(tag, attributes = {}, content = []) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  fill(made, attributes, content);
  return made;
}

/** @param {Element} made @param {Record<string, any>} attributes @param {any[]} content */
function fill(made, attributes, content) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  for (const part of content) if (part || part === "") made.append(part);
}

/** A bar of a share of its cell. @param {number} share */
export function bar(share) {
  const made = element("span", { class: "bar", "aria-hidden": "true" });
  made.style.width = `${Math.max(0, Math.min(100, share * 100))}%`;
  return made;
}

/** Gives the reader a file. @param {string} name @param {string} text @param {string} type */
export function download(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = element("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
