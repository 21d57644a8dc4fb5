// Small questions to a graph.

/** The node at the other end of an edge. @param {Graph} graph @param {number} edge @param {number} node */
const otherEnd = (graph, edge, node) => (graph.source[edge] === node ? graph.target[edge] : graph.source[edge]);

/** A node's edges. @param {Graph} graph @param {number} node */
const edgesOf = (graph, node) => graph.touching.subarray(graph.first[node], graph.first[node + 1]);

/** Whether a node is a paper. @param {Graph} graph @param {number} node */
const isPaper = (graph, node) => graph.paperOf[node] >= 0;

/**
 * Nodes within so many steps along shown edges, the node itself among them.
 * @param {Graph} graph @param {number} node @param {number} hops @param {Uint8Array | null} shown edges
 */
function nearby(graph, node, hops, shown = null) {
  const found = new Set([node]);
  let ring = [node];
  for (let step = 0; step < hops; step += 1) {
    const next = [];
    for (const at of ring) {
      for (const edge of edgesOf(graph, at)) {
        if (shown && !shown[edge]) continue;
        const other = otherEnd(graph, edge, at);
        if (!found.has(other)) {
          found.add(other);
          next.push(other);
        }
      }
    }
    ring = next;
  }
  return found;
}

/** A node's best connected neighbours. @param {Graph} graph @param {number} node @param {Uint8Array} shown edges @param {number} most */
function bestNeighbours(graph, node, shown, most) {
  /** @type {number[]} */ const best = [];
  const better = (/** @type {number} */ a, /** @type {number} */ b) => graph.degree[b] - graph.degree[a] || a - b;
  for (const edge of edgesOf(graph, node)) {
    const other = otherEnd(graph, edge, node);
    if (!shown[edge] || other === node || best.includes(other)) continue;
    // A hub has thousands of neighbours: only those that may stay are put in order.
    if (best.length === most && better(other, best[most - 1]) > 0) continue;
    best.push(other);
    best.sort(better);
    best.length = Math.min(best.length, most);
  }
  return best;
}

/**
 * A piece of an edge's evidence: the paper that says so and the sentence's number in it.
 * @param {Graph} graph @param {number} edge @returns {{paper: number, sentence: number, rule: string}[]}
 */
function evidenceOf(graph, edge) {
  const { details } = graph;
  if (!details) return [];
  const made = [];
  for (let i = details.evidenceFirst[edge]; i < details.evidenceFirst[edge + 1]; i += 1) {
    const paper = details.evidencePaper[i];
    made.push({
      paper: paper === 0 ? graph.paperOf[graph.source[edge]] : paper - 1,
      sentence: details.evidenceSentence[i],
      rule: details.rules[details.evidenceRule[i]],
    });
  }
  return made;
}

/**
 * Where a sentence stands in its paper's text (title, newline, abstract).
 * @param {Details} details @param {number} paper @param {number} sentence
 */
function sentencePlace(details, paper, sentence) {
  const i = details.sentenceFirst[paper] + sentence;
  return { start: details.sentenceStart[i], end: details.sentenceStart[i] + details.sentenceLength[i] };
}

/**
 * A text cut where any of the names stands in it: pieces that are a name are marked. Names count as whole words.
 * @param {string} text @param {string[]} names @returns {{text: string, marked: boolean}[]}
 */
function markedPieces(text, names) {
  const wanted = [...new Set(names.filter((name) => name.length > 1 && name.length < 200))].sort(
    (a, b) => b.length - a.length,
  );
  if (!wanted.length) return [{ text, marked: false }];
  const any = wanted.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+")).join("|");
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${any})(?![\\p{L}\\p{N}])`, "giu");
  const pieces = [];
  let last = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > last) pieces.push({ text: text.slice(last, match.index), marked: false });
    pieces.push({ text: match[0], marked: true });
    last = match.index + match[0].length;
  }
  if (last < text.length) pieces.push({ text: text.slice(last), marked: false });
  return pieces;
}

/** Aliases worth showing: not those that differ from the name, or from one another, in case and blanks alone.
 * @param {string} name @param {string[]} aliases */
function otherSpellings(name, aliases) {
  const plain = (/** @type {string} */ text) => text.toLowerCase().replace(/\s+/g, " ").trim();
  const seen = new Set([plain(name)]);
  return aliases.filter((alias) => !seen.has(plain(alias)) && seen.add(plain(alias)));
}

/** How many papers of each month name a node. @param {Graph} graph @param {number} node */
function monthsOf(graph, node) {
  const counts = new Array(graph.months.length).fill(0);
  const seen = new Set();
  for (const edge of edgesOf(graph, node)) {
    const paper = graph.paperOf[graph.source[edge]];
    if (paper < 0 || graph.source[edge] === node || seen.has(paper)) continue;
    seen.add(paper);
    if (graph.paperMonth[paper] >= 0) counts[graph.paperMonth[paper]] += 1;
  }
  return counts;
}

/** A text no longer than so many characters, cut at the end. @param {string} text @param {number} most */
function shortened(text, most) {
  const letters = Array.from(text.length > most * 4 ? text.slice(0, most * 4) : text);
  return letters.length <= most
    ? letters.join("")
    : `${letters
        .slice(0, most - 1)
        .join("")
        .trimEnd()}…`;
}

/** Control characters and direction overrides may not change what stands around them on a canvas. @param {string} text */
const plainText = (text) =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, " ").trim();
