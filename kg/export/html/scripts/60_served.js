// Where `kg serve` serves the page: names and neighbours that the file does not hold, asked of the server.

/** Where the server answers, "" for a file opened from disk. */
const server = document.querySelector('meta[name="kg-server"]')?.getAttribute("content") ?? "";

/** @param {string} what @param {Record<string, string | number>} parameters @returns {Promise<any>} */
async function ask(what, parameters) {
  const query = new URLSearchParams(Object.entries(parameters).map(([key, value]) => [key, String(value)]));
  const answer = await fetch(`${server}${what}?${query}`);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error ?? `status ${answer.status}`);
  return body;
}

let searchTimer = 0;

/** Asks the server for more matches, if there is one. @param {string} query @param {() => boolean} wanted @param {(found: {node: number, label: string, own: boolean}[]) => void} found */
function searchServer(query, wanted, found) {
  clearTimeout(searchTimer);
  if (!server || query.trim().length < 2) return;
  searchTimer = window.setTimeout(async () => {
    try {
      const { nodes } = await ask("search", { q: query, limit: 12 });
      if (!wanted()) return;
      const fresh = nodes.filter((/** @type {any} */ node) => !app.graph.numberOf.has(node.id));
      if (fresh.length) addToGraph(fresh, []);
      found(
        nodes
          .map((/** @type {any} */ node) => ({
            node: app.graph.numberOf.get(node.id) ?? -1,
            label: node.name,
            own: true,
          }))
          .filter((/** @type {any} */ one) => one.node >= 0),
      );
    } catch {
      // The file's own matches stand; a server that has gone away takes nothing from the page.
    }
  }, 180);
}

/**
 * A graph with more nodes and edges; what it had keeps its numbers. New nodes stand around the one they came with.
 * @param {Graph} graph @param {any[]} nodes @param {any[]} edges as the server gives them @param {number} [centre]
 * @returns {Graph}
 */
function grown(graph, nodes, edges, centre = -1) {
  const fresh = nodes.filter(
    ({ id, kind }) => !graph.numberOf.has(id) && graph.kinds.some((known) => known.name === kind),
  );
  fresh.forEach(({ id }, i) => graph.numberOf.set(id, graph.count + i));
  const kindOf = (/** @type {string} */ name) => graph.kinds.findIndex((kind) => kind.name === name);
  const joined = (/** @type {any} */ Column, /** @type {any} */ old, /** @type {any[]} */ more) => {
    const made = new Column(old.length + more.length);
    made.set(old);
    made.set(more, old.length);
    return made;
  };
  const places = fresh.map((_, i) => {
    // A spiral of sunflower seeds: even, without overlap, and the same each time.
    const angle = i * 2.399963,
      away = 50 + 26 * Math.sqrt(i + 1);
    return centre < 0
      ? { x: 0, y: 0 }
      : { x: graph.x[centre] + away * Math.cos(angle), y: graph.y[centre] + away * Math.sin(angle) };
  });
  const known = new Set(
    Array.from(
      { length: graph.edgeCount },
      (_, edge) => `${graph.source[edge]} ${graph.target[edge]} ${graph.edgeKind[edge]}`,
    ),
  );
  const more = edges
    .map((edge) => ({
      ...edge,
      a: graph.numberOf.get(edge.source) ?? -1,
      b: graph.numberOf.get(edge.target) ?? -1,
      k: graph.edgeKinds.findIndex((kind) => kind.name === edge.kind),
    }))
    .filter(({ a, b, k }) => a >= 0 && b >= 0 && k >= 0 && !known.has(`${a} ${b} ${k}`));
  const paper = kindOf("PAPER"),
    paperOf = joined(
      Int32Array,
      graph.paperOf,
      fresh.map(() => -1),
    );
  const paperNode = [...graph.paperNode],
    dates = [...graph.dates],
    paperCategories = [...graph.paperCategories];
  /** @type {number[]} */ const months = [];
  fresh.forEach(({ kind, date = "" }, i) => {
    if (kindOf(kind) !== paper) return;
    paperOf[graph.count + i] = paperNode.length;
    paperNode.push(graph.count + i);
    dates.push(date);
    paperCategories.push([]);
    months.push(graph.months.indexOf(date.slice(0, 7)));
  });
  return withNeighbours({
    ...graph,
    count: graph.count + fresh.length,
    id: [...graph.id, ...fresh.map(({ id }) => id)],
    name: [...graph.name, ...fresh.map(({ name }) => name)],
    kind: joined(
      Uint8Array,
      graph.kind,
      fresh.map(({ kind }) => kindOf(kind)),
    ),
    x: joined(
      Float32Array,
      graph.x,
      places.map(({ x }) => x),
    ),
    y: joined(
      Float32Array,
      graph.y,
      places.map(({ y }) => y),
    ),
    community: joined(
      Int32Array,
      graph.community,
      fresh.map(() => (centre < 0 ? -1 : graph.community[centre])),
    ),
    support: joined(
      Int32Array,
      graph.support,
      fresh.map(({ papers }) => papers ?? 0),
    ),
    more: joined(
      Int32Array,
      graph.more,
      fresh.map(() => 0),
    ),
    paperOf,
    paperNode,
    dates,
    paperCategories,
    paperMonth: joined(Int32Array, graph.paperMonth, months),
    edgeCount: graph.edgeCount + more.length,
    source: joined(
      Int32Array,
      graph.source,
      more.map(({ a }) => a),
    ),
    target: joined(
      Int32Array,
      graph.target,
      more.map(({ b }) => b),
    ),
    edgeKind: joined(
      Uint8Array,
      graph.edgeKind,
      more.map(({ k }) => k),
    ),
    edgeSupport: joined(
      Int32Array,
      graph.edgeSupport,
      more.map(({ support }) => support ?? 0),
    ),
    confidence: joined(
      Uint8Array,
      graph.confidence,
      more.map(({ confidence }) => Math.round((confidence ?? 1) * 100)),
    ),
    details: graph.details && grownDetails(graph.details, fresh, more.length, months.length),
  });
}

/** @param {Details} details @param {any[]} nodes @param {number} edges @param {number} papers @returns {Details} */
function grownDetails(details, nodes, edges, papers) {
  const longer = (/** @type {Int32Array} */ starts_, /** @type {number} */ by) => {
    const made = new Int32Array(starts_.length + by).fill(starts_[starts_.length - 1]);
    made.set(starts_);
    return made;
  };
  return {
    ...details,
    aliases: [...details.aliases, ...nodes.map(() => [])],
    urls: [...details.urls, ...nodes.map(() => "")],
    authors: [...details.authors, ...Array.from({ length: papers }, () => [])],
    sentenceFirst: longer(details.sentenceFirst, papers),
    evidenceFirst: longer(details.evidenceFirst, edges),
  };
}

/** @param {any[]} nodes @param {any[]} edges @param {number} [centre] */
function addToGraph(nodes, edges, centre = -1) {
  app.graph = grown(app.graph, nodes, edges, centre);
  app.index = null;
  app.shown = applyFilters(app.graph, app.state.filters);
  app.map.grid = gridOf(app.graph.x, app.graph.y);
  app.map.changed();
}

/** What a node has beyond this file: a button where a server can tell, else how to see it. @param {number} node @returns {any[]} */
function beyond(node) {
  const { graph } = app;
  if (server) {
    const load = button(
      "Load neighbours from the server",
      async () => {
        load.disabled = true;
        load.textContent = "Loading…";
        try {
          const { nodes, edges, leftOut } = await ask("neighbours", { id: graph.id[node], hops: 1, limit: 200 });
          const before = app.graph.count;
          addToGraph(nodes, edges, node);
          await tellNode(node);
          showCounts();
          showLegend();
          showPanel(node, false);
          app.map.overlay.light();
          const loaded = app.graph.count - before;
          const words = loaded ? `${counted(loaded, "node")} loaded` : "All its neighbours were here already";
          say(words + (leftOut ? `, ${many(leftOut)} left out` : ""));
          flash(words);
        } catch (error) {
          load.disabled = false;
          load.textContent = `The server did not answer (${/** @type {Error} */ (error).message}). Try again`;
        }
      },
      "",
      "quiet load",
    );
    return [load];
  }
  if (!graph.more[node]) return [];
  return [
    element(
      "p",
      { className: "notice" },
      `${counted(graph.more[node], "more connection")} of this node ${graph.more[node] === 1 ? "is" : "are"} not in this file. `,
      "To see all: ",
      element("code", {}, graph.meta.how),
    ),
  ];
}

/** Fetches what the file does not say of a node. @param {number} node */
async function tellNode(node) {
  const { details, id } = app.graph;
  if (!details || details.aliases[node].length || details.urls[node]) return;
  const told = await ask("node", { id: id[node] });
  details.aliases[node] = (told.aliases ?? [])
    .filter((/** @type {string} */ alias) => alias !== app.graph.name[node])
    .slice(0, 12);
  details.urls[node] = told.url ?? "";
}

/** A button that fetches the sentences of an edge that the file does not hold. @param {number} edge @param {string[]} names */
function askEvidence(edge, names) {
  const { graph } = app;
  const load = button(
    "Show the sentences",
    async () => {
      try {
        const { evidence } = await ask("evidence", {
          source: graph.id[graph.source[edge]],
          target: graph.id[graph.target[edge]],
          kind: graph.edgeKinds[graph.edgeKind[edge]].name,
        });
        const said = evidence.filter((/** @type {any} */ one) => one.sentence).slice(0, 5);
        load.replaceWith(
          ...(said.length
            ? said.map((/** @type {any} */ one) =>
                element(
                  "div",
                  {},
                  element(
                    "blockquote",
                    { dir: "auto" },
                    ...markedPieces(one.sentence.replace(/\s+/g, " "), names).map((piece) =>
                      piece.marked ? element("mark", {}, piece.text) : piece.text,
                    ),
                  ),
                  element("p", { className: "source" }, nameText(shortened(one.title ?? "", 90))),
                ),
              )
            : ["The paper's record says so."]),
        );
      } catch (error) {
        load.textContent = `The server did not answer (${/** @type {Error} */ (error).message}). Try again`;
      }
    },
    "",
    "quiet small",
  );
  return load;
}
