// Finding nodes by what people type: names, aliases, titles, in any case, with or without accents and hyphens.

/**
 * Every name once, folded, in one long string: a hit's place tells the entry by binary search.
 * @typedef {{text: string, squashed: string, offsets: Int32Array, squashedOffsets: Int32Array, nodes: Int32Array,
 *   labels: string[], own: Uint8Array}} Index
 */

/** Letters and digits in lower case, all else a space. @param {string} text */
function foldText(text) {
  const plain = /^[\x20-\x7e]*$/.test(text) ? text : text.normalize("NFKD").replace(/\p{M}+/gu, "");
  return plain
    .toLowerCase()
    .replace(/[^\p{L}\p{N}+#]+/gu, " ")
    .trim();
}

/** @param {Graph} graph @returns {Index} */
function searchIndex(graph) {
  /** @type {string[]} */ const folded = [];
  /** @type {number[]} */ const nodes = [];
  /** @type {string[]} */ const labels = [];
  /** @type {number[]} */ const own = [];
  const add = (/** @type {number} */ node, /** @type {string} */ label, /** @type {number} */ isName) => {
    const text = foldText(label.length > 400 ? label.slice(0, 400) : label);
    if (!text) return;
    folded.push(text);
    nodes.push(node);
    labels.push(label);
    own.push(isName);
  };
  for (const node of graph.byWeight) {
    add(node, graph.name[node], 1);
    for (const alias of graph.details?.aliases[node] ?? []) add(node, alias, 0);
    if (isPaper(graph, node)) add(node, graph.id[node].slice("paper/".length), 0);
  }
  const squashed = folded.map((text) => text.replaceAll(" ", ""));
  const offsets = (/** @type {string[]} */ texts) => starts(texts.map((text) => text.length + 1));
  return {
    text: `\n${folded.join("\n")}\n`,
    squashed: `\n${squashed.join("\n")}\n`,
    offsets: offsets(folded),
    squashedOffsets: offsets(squashed),
    nodes: Int32Array.from(nodes),
    labels,
    own: Uint8Array.from(own),
  };
}

/** The entry that a place in the long string belongs to. @param {Int32Array} offsets @param {number} place */
function entryAt(offsets, place) {
  let low = 0,
    high = offsets.length - 1;
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (offsets[middle] <= place) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * The best matches: whole names first, then beginnings, beginnings of words, then anything within; among equals
 * the best connected. Each node once, with the label that matched.
 * @param {Graph} graph @param {Index} index @param {string} query @param {number} [most]
 * @returns {{node: number, label: string, own: boolean}[]}
 */
function searchNodes(graph, index, query, most = 12) {
  const words = foldText(query);
  if (!words) return [];
  const found = hits(graph, index, words, index.text, index.offsets, most);
  const run = words.replaceAll(" ", "");
  // "res net 50" and "resnet50" are the same to people; so are words in another order.
  if (found.length < most && run.length > 2)
    merge(found, hits(graph, index, run, index.squashed, index.squashedOffsets, most), most);
  if (found.length < most && words.includes(" ")) merge(found, allWords(graph, index, words.split(" "), most), most);
  return found;
}

/** @param {{node: number}[]} found @param {any[]} others @param {number} most */
function merge(found, others, most) {
  const seen = new Set(found.map((match) => match.node));
  for (const other of others)
    if (found.length < most && !seen.has(other.node)) {
      found.push(other);
      seen.add(other.node);
    }
}

/**
 * @param {Graph} graph @param {Index} index @param {string} words @param {string} text
 * @param {Int32Array} offsets @param {number} most
 */
function hits(graph, index, words, text, offsets, most) {
  /** @type {Map<number, {entry: number, rank: number}>} */
  const best = new Map();
  const tries = 20000; // one letter stands everywhere; entries come best connected first, so the rest is not missed
  let place = text.indexOf(words);
  for (let i = 0; i < tries && place >= 0; i += 1) {
    const entry = entryAt(offsets, place - 1);
    const before = text[place - 1],
      after = text[place + words.length];
    const rank =
      before === "\n"
        ? after === "\n"
          ? 0
          : after === " "
            ? 1
            : 2
        : before === " "
          ? after === " " || after === "\n"
            ? 3
            : 4
          : 5;
    const node = index.nodes[entry],
      known = best.get(node);
    const better = rank + (index.own[entry] ? 0 : 0.5);
    if (!known || better < known.rank) best.set(node, { entry, rank: better });
    place = text.indexOf(words, place + 1);
  }
  return [...best]
    .sort(([a, left], [b, right]) => left.rank - right.rank || graph.degree[b] - graph.degree[a] || a - b)
    .slice(0, most)
    .map(([node, { entry }]) => ({ node, label: index.labels[entry], own: index.own[entry] === 1 }));
}

/** @param {Graph} graph @param {Index} index @param {string[]} words @param {number} most */
function allWords(graph, index, words, most) {
  const longest = words.reduce((a, b) => (b.length > a.length ? b : a));
  const found = [];
  const seen = new Set();
  for (
    let place = index.text.indexOf(longest);
    place >= 0 && found.length < most;
    place = index.text.indexOf(longest, place + 1)
  ) {
    const entry = entryAt(index.offsets, place - 1),
      node = index.nodes[entry];
    const whole = index.text.slice(index.offsets[entry] + 1, index.offsets[entry + 1]);
    if (!seen.has(node) && words.every((word) => whole.includes(word))) {
      seen.add(node);
      found.push({ node, label: index.labels[entry], own: index.own[entry] === 1 });
    }
  }
  return found;
}
