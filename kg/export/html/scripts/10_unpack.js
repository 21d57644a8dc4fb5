// The data elements as a graph in columns.

/** @param {string} text @returns {Uint8Array} */
function bytesOfBase64(text) {
  const native = /** @type {any} */ (Uint8Array).fromBase64;
  if (native) return native(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** JSON from base64 of zlib. @param {string} text @returns {Promise<any>} */
async function unpackText(text) {
  const bytes = bytesOfBase64(text.trim());
  const stream = new Blob([/** @type {any} */ (bytes)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

/** An id's tail for a name in ASCII. @param {string} name */
function slugOf(name) {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

/** Numbers that stand as differences from the one before. @param {number[]} steps @returns {Int32Array} */
function summed(steps) {
  const made = new Int32Array(steps.length);
  let value = 0;
  for (let i = 0; i < steps.length; i += 1) made[i] = value += steps[i];
  return made;
}

/** Where each group begins, from the groups' sizes; one longer than these. @param {number[]} sizes */
function starts(sizes) {
  const made = new Int32Array(sizes.length + 1);
  for (let i = 0; i < sizes.length; i += 1) made[i + 1] = made[i] + sizes[i];
  return made;
}

/** All months from the first to the last, or none. @param {string[]} dates @returns {string[]} */
function monthsBetween(dates) {
  const known = dates
    .map((date) => date.slice(0, 7))
    .filter((month) => /^\d{4}-(0[1-9]|1[0-2])$/.test(month))
    .sort();
  if (!known.length) return [];
  const months = [];
  let [year, month] = known[0].split("-").map(Number);
  const last = known[known.length - 1];
  // A mistyped year may not make the slider thousands of months long.
  for (let i = 0; i < 2400; i += 1) {
    const name = `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}`;
    months.push(name);
    if (name === last) return months;
    month += 1;
    if (month > 12) {
      month = 1;
      year += 1;
    }
  }
  return [...new Set(known)];
}

/** A shape's radius: hubs are larger, though never so large that they cover their neighbours. @param {number} degree */
const radiusOf = (degree) => Math.min(5 + 2.1 * Math.log2(1 + degree), 24);

/** The graph that the core block describes. @param {any} core @returns {Graph} */
function graphOf(core) {
  const { nodes, edges, kinds, edgeKinds } = core;
  const count = nodes.name.length;
  const slugs = kinds.map((/** @type {Kind} */ kind) => `${kind.name.toLowerCase()}/`);
  const id = nodes.id.map((/** @type {any} */ given, /** @type {number} */ node) =>
    given === 0 ? slugs[nodes.kind[node]] + slugOf(nodes.name[node]) : given,
  );
  const source = summed(edges.source);
  const target = new Int32Array(source.length);
  for (let edge = 0; edge < source.length; edge += 1) {
    const before = edge > 0 && source[edge] === source[edge - 1] ? target[edge - 1] : 0;
    target[edge] = before + edges.target[edge];
  }
  const paper = kinds.findIndex((/** @type {Kind} */ kind) => kind.name === "PAPER");
  const paperOf = new Int32Array(count).fill(-1);
  /** @type {number[]} */
  const paperNode = [];
  for (let node = 0; node < count; node += 1) {
    if (nodes.kind[node] === paper) {
      paperOf[node] = paperNode.length;
      paperNode.push(node);
    }
  }
  const months = monthsBetween(core.dates);
  const monthIndex = new Map(months.map((month, index) => [month, index]));
  /** @type {any} */
  const graph = {
    meta: core.meta,
    kinds,
    edgeKinds,
    categories: core.categories,
    communities: core.communities,
    count,
    id,
    name: nodes.name,
    kind: Uint8Array.from(nodes.kind),
    x: Float32Array.from(nodes.x),
    y: Float32Array.from(nodes.y),
    community: Int32Array.from(nodes.community),
    support: Int32Array.from(nodes.support),
    more: nodes.more.length ? Int32Array.from(nodes.more) : new Int32Array(count),
    paperOf,
    paperNode,
    dates: core.dates,
    months,
    paperMonth: Int32Array.from(core.dates, (/** @type {string} */ date) => monthIndex.get(date.slice(0, 7)) ?? -1),
    paperCategories: core.paperCategories,
    edgeCount: source.length,
    source,
    target,
    edgeKind: Uint8Array.from(edges.kind),
    edgeSupport: Int32Array.from(edges.support),
    confidence: Uint8Array.from(edges.confidence),
    numberOf: new Map(id.map((/** @type {string} */ text, /** @type {number} */ node) => [text, node])),
    details: null,
  };
  return withNeighbours(graph);
}

/** Fills the columns that follow from the edges. @param {any} graph @returns {Graph} */
function withNeighbours(graph) {
  const { count, edgeCount, source, target, kinds, kind } = graph;
  const degree = new Int32Array(count);
  for (let edge = 0; edge < edgeCount; edge += 1) {
    degree[source[edge]] += 1;
    if (target[edge] !== source[edge]) degree[target[edge]] += 1;
  }
  const first = new Int32Array(count + 1);
  for (let node = 0; node < count; node += 1) first[node + 1] = first[node] + degree[node];
  const next = first.slice(0, count);
  const touching = new Int32Array(first[count]);
  for (let edge = 0; edge < edgeCount; edge += 1) {
    touching[next[source[edge]]++] = edge;
    if (target[edge] !== source[edge]) touching[next[target[edge]]++] = edge;
  }
  // Names of things tell more on a map than titles and authors do.
  const telling = kinds.map(
    (/** @type {Kind} */ one) => ({ PAPER: 0.6, AUTHOR: 0.25, PAGE: 0.3, REPOSITORY: 0.5 })[one.name] ?? 1,
  );
  const weight = Float32Array.from(degree, (many, node) => many * telling[kind[node]]);
  const byWeight = Int32Array.from({ length: count }, (_, node) => node).sort((a, b) => weight[b] - weight[a] || a - b);
  const radius = Float32Array.from(degree, radiusOf);
  return Object.assign(graph, { degree, first, touching, byWeight, radius });
}

/** Texts of nodes and edges, from the details block. @param {Graph} graph @param {any} raw @returns {Details} */
function detailsOf(graph, raw) {
  const urls = raw.urls.map((/** @type {any} */ url, /** @type {number} */ node) => {
    if (url !== 0) return url;
    const tail = graph.id[node].slice(graph.id[node].indexOf("/") + 1);
    return (graph.paperOf[node] >= 0 ? "https://arxiv.org/abs/" : "https://") + tail;
  });
  const sentenceFirst = starts(raw.sentences.count);
  const sentenceStart = new Int32Array(raw.sentences.start.length);
  for (let paper = 0; paper + 1 < sentenceFirst.length; paper += 1) {
    let offset = 0;
    for (let i = sentenceFirst[paper]; i < sentenceFirst[paper + 1]; i += 1)
      sentenceStart[i] = offset += raw.sentences.start[i];
  }
  const { evidence } = raw;
  const columns = raw.results;
  const results = columns.paper.map((/** @type {number} */ paper, /** @type {number} */ i) => ({
    paper,
    subject: columns.subject[i],
    metric: columns.metric[i],
    metricText: columns.metricText[i] === 0 ? graph.name[columns.metric[i]] : columns.metricText[i],
    value: columns.value[i],
    unit: columns.unit[i],
    dataset: columns.dataset[i],
    baseline: columns.baseline[i],
    sentence: columns.sentence[i],
  }));
  /** @type {Map<number, number[]>} */
  const resultsOf = new Map();
  results.forEach((/** @type {Result} */ result, /** @type {number} */ i) => {
    const ends = [graph.paperNode[result.paper], result.subject, result.metric, result.dataset, result.baseline];
    for (const node of new Set(ends)) {
      if (node === undefined || node < 0) continue;
      const known = resultsOf.get(node);
      if (known) known.push(i);
      else resultsOf.set(node, [i]);
    }
  });
  return {
    aliases: raw.aliases,
    urls,
    authorNames: raw.authorNames,
    authors: raw.authors,
    authorNodes: raw.authorNodes,
    types: new Map(raw.types),
    ambiguous: new Set(raw.ambiguous),
    linkKinds: new Map(raw.linkKinds),
    concepts: new Map(raw.concepts),
    rules: raw.rules,
    sentenceFirst,
    sentenceStart,
    sentenceLength: Int32Array.from(raw.sentences.length),
    evidenceFirst: starts(evidence.count),
    evidencePaper: Int32Array.from(evidence.paper),
    evidenceSentence: Int32Array.from(evidence.sentence),
    evidenceRule: Int32Array.from(evidence.rule),
    evidenceMore: new Map(evidence.more),
    results,
    resultsOf,
  };
}
