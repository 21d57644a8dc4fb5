// Which nodes and edges the filters leave.

/** Nothing left out. @param {Graph} graph @returns {Filters} */
function noFilters(graph) {
  return {
    kinds: new Set(),
    edgeKinds: new Set(),
    communities: new Set(),
    categories: new Set(),
    from: 0,
    to: Math.max(graph.months.length - 1, 0),
    support: 1,
    degree: 0,
    around: -1,
    hops: 1,
  };
}

/**
 * What a person sees first. In a large graph authors are half of all nodes, and each hangs on a paper or two: they
 * wait in the legend until they are asked for.
 * @param {Graph} graph @returns {Filters}
 */
function firstFilters(graph) {
  const author = graph.kinds.findIndex((kind) => kind.name === "AUTHOR");
  const authors = graph.kind.reduce((sum, kind) => sum + Number(kind === author), 0);
  const filters = noFilters(graph);
  if (graph.count > 3000 && authors > graph.count / 4) filters.kinds.add(author);
  return filters;
}

/** @param {Set<number>} a @param {Set<number>} b */
const sameSet = (a, b) => a.size === b.size && [...a].every((one) => b.has(one));

/** How many filters differ from what a person sees first. @param {Graph} graph @param {Filters} filters */
function filtersOn(graph, filters) {
  const none = firstFilters(graph);
  return (
    Number(!sameSet(filters.kinds, none.kinds)) +
    Number(filters.edgeKinds.size > 0) +
    Number(filters.communities.size > 0) +
    Number(filters.categories.size > 0) +
    Number(filters.from !== none.from || filters.to !== none.to) +
    Number(filters.support > 1) +
    Number(filters.degree > 0) +
    Number(filters.around >= 0)
  );
}

/**
 * Papers inside the months and categories asked for. A paper without a date passes only while all months do,
 * a paper without a category while any category does.
 * @param {Graph} graph @param {Filters} filters @returns {{month: Uint8Array, category: Uint8Array}}
 */
function papersIn(graph, filters) {
  const all = filters.from === 0 && filters.to >= graph.months.length - 1;
  const month = Uint8Array.from(graph.paperMonth, (at) =>
    Number(at < 0 ? all : at >= filters.from && at <= filters.to),
  );
  const category = Uint8Array.from(graph.paperCategories, (own) =>
    Number(!own.length || own.some((one) => !filters.categories.has(one))),
  );
  return { month, category };
}

/** @param {Graph} graph @param {Filters} filters @returns {Shown} */
function applyFilters(graph, filters) {
  const { count, edgeCount, source, target, edgeKind, paperOf } = graph;
  const papers = papersIn(graph, filters);
  const narrowed = papers.month.includes(0) || papers.category.includes(0);
  const wanted = Uint8Array.from(papers.month, (inMonth, paper) => inMonth & papers.category[paper]);

  // What papers in range speak of: a node, or a relation that one of them states.
  const spoken = new Uint8Array(count).fill(narrowed ? 0 : 1);
  const stated = new Uint8Array(edgeCount).fill(1);
  if (narrowed) {
    for (let edge = 0; edge < edgeCount; edge += 1) {
      const paper = paperOf[source[edge]];
      if (paper >= 0) {
        stated[edge] = wanted[paper];
        if (wanted[paper]) {
          spoken[source[edge]] = 1;
          spoken[target[edge]] = 1;
        }
      } else if (graph.details) {
        const evidence = evidenceOf(graph, edge);
        if (evidence.length) stated[edge] = Number(evidence.some(({ paper: by }) => wanted[by]));
      }
    }
    graph.paperNode.forEach((node, paper) => {
      spoken[node] = wanted[paper];
    });
  }
  const near = filters.around >= 0 ? nearby(graph, filters.around, filters.hops) : null;

  // All filters but those by kind and community, which the legend counts under.
  const passing = new Uint8Array(count);
  for (let node = 0; node < count; node += 1) {
    passing[node] = Number(
      spoken[node] &&
        graph.degree[node] >= filters.degree &&
        (paperOf[node] >= 0 || graph.support[node] >= filters.support) &&
        (!near || near.has(node)),
    );
  }
  const nodes = Uint8Array.from(passing, (one, node) =>
    Number(one && !filters.kinds.has(graph.kind[node]) && !filters.communities.has(graph.community[node])),
  );
  const edges = new Uint8Array(edgeCount);
  const edgeKinds = new Array(graph.edgeKinds.length).fill(0);
  const held = new Uint8Array(count);
  for (let edge = 0; edge < edgeCount; edge += 1) {
    if (!stated[edge] || !nodes[source[edge]] || !nodes[target[edge]]) continue;
    edgeKinds[edgeKind[edge]] += 1;
    if (filters.edgeKinds.has(edgeKind[edge])) continue;
    edges[edge] = 1;
    held[source[edge]] = held[target[edge]] = 1;
  }
  // Without any of their edges, nodes that hang on a hidden role or relation say nothing.
  if (filters.edgeKinds.size) {
    for (let node = 0; node < count; node += 1) if (nodes[node] && !held[node] && graph.degree[node]) nodes[node] = 0;
  }
  const sum = (/** @type {Uint8Array} */ bytes) => bytes.reduce((total, one) => total + one, 0);
  return {
    nodes,
    edges,
    nodeCount: sum(nodes),
    edgeCount: sum(edges),
    edgeKinds,
    ...legendCounts(graph, filters, passing, papers),
  };
}

/**
 * @param {Graph} graph @param {Filters} filters @param {Uint8Array} passing
 * @param {{month: Uint8Array, category: Uint8Array}} papers
 */
function legendCounts(graph, filters, passing, papers) {
  const kinds = new Array(graph.kinds.length).fill(0);
  const communities = new Array(graph.communities.name.length).fill(0);
  for (let node = 0; node < graph.count; node += 1) {
    if (!passing[node]) continue;
    if (!filters.communities.has(graph.community[node])) kinds[graph.kind[node]] += 1;
    if (graph.community[node] >= 0 && !filters.kinds.has(graph.kind[node])) communities[graph.community[node]] += 1;
  }
  const categories = new Array(graph.categories.length).fill(0);
  const months = new Array(graph.months.length).fill(0);
  graph.paperNode.forEach((_, paper) => {
    if (papers.month[paper])
      graph.paperCategories[paper].forEach((one) => {
        categories[one] += 1;
      });
    if (papers.category[paper] && graph.paperMonth[paper] >= 0) months[graph.paperMonth[paper]] += 1;
  });
  return { kinds, communities, categories, months };
}
