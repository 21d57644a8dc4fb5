// The state of the page as the part of its address behind "#", so that a link leads back to it.

/**
 * @typedef {object} State
 * @property {string} node id; "" for none
 * @property {"map" | "list" | "table"} mode
 * @property {"type" | "community"} colour
 * @property {Filters} filters
 * @property {[string, string] | null} path ids of its ends; the second may be ""
 * @property {View | null} view null: as it comes
 * @property {string} rows which table: nodes, edges, results
 * @property {string} sort column, with "-" before it for descending; "" for the usual order
 */

/** Of a large graph one sees communities from afar, of a small one what each node is. @param {Graph} graph @returns {"type" | "community"} */
const firstColour = (graph) =>
  graph.count > 1500 && graph.communities.name.filter(Boolean).length > 3 ? "community" : "type";

/** @param {Graph} graph @returns {State} */
const firstState = (graph) => ({
  node: "",
  mode: "map",
  colour: firstColour(graph),
  filters: firstFilters(graph),
  path: null,
  view: null,
  rows: "nodes",
  sort: "",
});

/** @param {Graph} graph @param {State} state */
function fragmentOf(graph, state) {
  const { filters } = state;
  const parts = new URLSearchParams();
  const set = (/** @type {string} */ key, /** @type {string} */ value) => {
    if (value) parts.set(key, value);
  };
  const names = (/** @type {Set<number>} */ hidden, /** @type {string[]} */ all) =>
    [...hidden].sort((a, b) => a - b).map((i) => all[i] ?? "none");
  set("node", state.node);
  if (state.mode !== "map") set("mode", state.mode);
  if (state.colour !== firstColour(graph)) set("colour", state.colour);
  // "-" where nothing is hidden, though at first something is.
  if (!sameSet(filters.kinds, firstFilters(graph).kinds))
    set(
      "hide",
      names(
        filters.kinds,
        graph.kinds.map((kind) => kind.name),
      ).join(",") || "-",
    );
  set(
    "without",
    names(
      filters.edgeKinds,
      graph.edgeKinds.map((kind) => kind.name),
    ).join(","),
  );
  for (const name of names(filters.communities, graph.communities.name)) parts.append("group", name);
  set("nocategory", names(filters.categories, graph.categories).join(","));
  if (filters.from > 0) set("from", graph.months[filters.from]);
  if (filters.to < graph.months.length - 1) set("to", graph.months[filters.to]);
  if (filters.support > 1) set("support", String(filters.support));
  if (filters.degree > 0) set("degree", String(filters.degree));
  if (filters.around >= 0) {
    set("around", graph.id[filters.around]);
    if (filters.hops !== 1) set("hops", String(filters.hops));
  }
  if (state.path) parts.append("path", state.path[0]);
  if (state.path && state.path[1]) parts.append("path", state.path[1]);
  if (state.rows !== "nodes") set("rows", state.rows);
  set("sort", state.sort);
  if (state.view)
    set("view", [state.view.x.toFixed(0), state.view.y.toFixed(0), state.view.scale.toPrecision(4)].join(","));
  return parts.toString().replace(/%2F/g, "/").replace(/%2C/g, ",").replace(/%3A/g, ":");
}

/** What an address asks for; what it does not know of this graph is passed over. @param {Graph} graph @param {string} fragment @returns {State} */
function stateOf(graph, fragment) {
  const parts = new URLSearchParams(fragment.replace(/^#/, ""));
  const state = firstState(graph);
  const { filters } = state;
  const indexes = (/** @type {string[]} */ names, /** @type {string[]} */ all) =>
    new Set(
      names.map((name) => (name === "none" ? -1 : all.indexOf(name))).filter((i, at) => i >= 0 || names[at] === "none"),
    );
  const list = (/** @type {string} */ key) => (parts.get(key) ?? "").split(",").filter(Boolean);
  const whole = (/** @type {string} */ key, /** @type {number} */ otherwise) => {
    const value = Number.parseInt(parts.get(key) ?? "", 10);
    return value >= 0 && value < 1e9 ? value : otherwise;
  };
  const node = parts.get("node") ?? "";
  if (graph.numberOf.has(node)) state.node = node;
  const mode = parts.get("mode");
  if (mode === "list" || mode === "table") state.mode = mode;
  const colour = parts.get("colour");
  if (colour === "type" || colour === "community") state.colour = colour;
  if (parts.has("hide"))
    filters.kinds = indexes(
      list("hide"),
      graph.kinds.map((kind) => kind.name),
    );
  filters.edgeKinds = indexes(
    list("without"),
    graph.edgeKinds.map((kind) => kind.name),
  );
  filters.communities = indexes(parts.getAll("group"), graph.communities.name);
  filters.categories = indexes(list("nocategory"), graph.categories);
  const from = graph.months.indexOf(parts.get("from") ?? ""),
    to = graph.months.indexOf(parts.get("to") ?? "");
  if (from >= 0) filters.from = from;
  if (to >= filters.from) filters.to = to;
  filters.support = Math.max(whole("support", 1), 1);
  filters.degree = whole("degree", 0);
  filters.around = graph.numberOf.get(parts.get("around") ?? "") ?? -1;
  filters.hops = Math.min(Math.max(whole("hops", 1), 1), 3);
  const ends = parts.getAll("path").filter((id) => graph.numberOf.has(id));
  if (ends.length) state.path = [ends[0], ends[1] ?? ""];
  if (["edges", "results"].includes(parts.get("rows") ?? "")) state.rows = /** @type {string} */ (parts.get("rows"));
  if (/^-?[a-z]+$/.test(parts.get("sort") ?? "")) state.sort = /** @type {string} */ (parts.get("sort"));
  const view = (parts.get("view") ?? "").split(",").map(Number);
  if (view.length === 3 && view.every(Number.isFinite) && view[2] > 0)
    state.view = { x: view[0], y: view[1], scale: view[2] };
  return state;
}
