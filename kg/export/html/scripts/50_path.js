// The path between two nodes, and the sentences along it.

/** @type {Set<number>} */
let avoided = new Set(); // nodes of the paths already seen, when another one is asked for

/** Whether the next click on the map ends the path. */
const pathWaits = () => app.state.path !== null && app.state.path[1] === "" && !byId("path").hidden;

/** @param {number} node */
function startPathFrom(node) {
  avoided = new Set();
  go({ path: [app.graph.id[node], ""], mode: "map" });
  byId("path-to").focus();
}

/** @param {number} node */
function choosePathEnd(node) {
  const from = app.state.path?.[0] ?? "";
  avoided = new Set();
  if (from === "") go({ path: [app.graph.id[node], ""] });
  else go({ path: [from, app.graph.id[node]], node: "" });
  fitPath();
}

function fitPath() {
  if (app.path) app.map.look(app.map.fittingPath(app.path.nodes), { fly: true });
  viewMoved();
}

function openPath() {
  if (app.state.path) {
    closePath();
    return;
  }
  go({ path: [app.selected >= 0 ? app.graph.id[app.selected] : "", ""] });
  byId(app.selected >= 0 ? "path-to" : "path-from").focus();
}

function closePath() {
  go({ path: null });
  byId("open-path").focus({ preventScroll: true });
}

/** @param {string} id @param {string} label @param {string} given @param {(node: number) => void} take */
function endField(id, label, given, take) {
  const { graph } = app,
    node = graph.numberOf.get(given);
  const field = element("input", {
    type: "text",
    id,
    autocomplete: "off",
    spellcheck: false,
    maxLength: 300,
    role: "combobox",
    "aria-expanded": "false",
    "aria-autocomplete": "list",
    "aria-controls": `${id}-matches`,
    "aria-label": label,
    placeholder: "type a name or click the map",
    value: node === undefined ? "" : shortened(graph.name[node], 200),
  });
  const list = element("ul", {
    id: `${id}-matches`,
    className: "matches",
    role: "listbox",
    "aria-label": "Matches",
    hidden: true,
  });
  completes(field, list, take);
  return element(
    "div",
    { className: "end" },
    element("span", { className: "label", "aria-hidden": "true" }, label),
    field,
    list,
  );
}

/** @param {boolean} fresh whether the person waits for it (not at the start) */
function showPath(fresh) {
  const { state, graph, shown } = app,
    card = byId("path");
  byId("open-path").setAttribute("aria-expanded", String(state.path !== null));
  card.hidden = state.path === null;
  document.body.classList.toggle("with-path", state.path !== null);
  app.path = null;
  if (!state.path) {
    card.replaceChildren();
    return;
  }
  const [from, to] = state.path.map((id) => graph.numberOf.get(id) ?? -1);
  const set = (/** @type {[string, string]} */ path) => {
    avoided = new Set();
    go({ path, ...(path[0] && path[1] ? { node: "" } : {}) });
    fitPath();
    const next = path[0] && path[1] ? byId("path").querySelector("ol button") : byId(path[0] ? "path-to" : "path-from");
    next?.focus();
  };
  card.replaceChildren(
    element(
      "div",
      { className: "head" },
      element("h2", {}, "Path between two nodes"),
      button("Swap the ends", () => set([state.path?.[1] ?? "", state.path?.[0] ?? ""]), "swap"),
      button("Close the path", closePath, "close"),
    ),
    endField("path-from", "From", state.path[0], (node) => set([graph.id[node], state.path?.[1] ?? ""])),
    endField("path-to", "To", state.path[1], (node) => set([state.path?.[0] ?? "", graph.id[node]])),
  );
  if (from < 0 || to < 0) {
    card.append(
      element(
        "p",
        { className: "facts" },
        "Choose two nodes: the shortest telling way between them is lit, with the sentences along it.",
      ),
    );
    return;
  }
  app.path = shortestPath(graph, from, to, shown.edges, avoided);
  if (!app.path) {
    card.append(
      element(
        "p",
        { className: "notice" },
        filtersOn(graph, state.filters)
          ? "Nothing shown joins them. Filters may hide the way. "
          : "Nothing joins them in this graph.",
        filtersOn(graph, state.filters) ? button("Show everything", () => filter(noFilters(graph)), "", "quiet") : "",
      ),
    );
    if (fresh) say("No path");
    return;
  }
  if (fresh) say(`A path of ${counted(app.path.edges.length, "step")}`);
  card.append(
    pathSteps(app.path),
    button(
      "Another way",
      () => {
        app.path?.nodes.slice(1, -1).forEach((node) => avoided.add(node));
        showPath(true);
        app.map.overlay.light();
        fitPath();
      },
      "",
      "quiet",
    ),
  );
  if (!graph.details)
    app.detailsReady.then(() => {
      if (app.path) showPath(false);
    });
}

/** @param {{nodes: number[], edges: number[]}} path */
function pathSteps({ nodes, edges }) {
  const { graph } = app;
  return element(
    "ol",
    { className: "steps" },
    ...nodes.flatMap((node, i) => {
      const row = element(
        "li",
        { className: "stop" },
        element(
          "button",
          { type: "button", className: "walk", onclick: () => choose(node) },
          kindSign(graph.kind[node]),
          nameText(shortened(graph.name[node], 140)),
        ),
      );
      if (i === edges.length) return [row];
      const edge = edges[i],
        forward = graph.source[edge] === node,
        kind = graph.edgeKinds[graph.edgeKind[edge]];
      const words = forward ? kind.label : groupTitle(graph, kind, false, isPaper(graph, node)).toLowerCase();
      return [
        row,
        element(
          "li",
          { className: "step" },
          element("span", { className: "label" }, words),
          ...sentencesOf(edge, [node, nodes[i + 1]], 1),
        ),
      ];
    }),
  );
}
