// Going from one state of the page to the next: the address, the history, and every part that shows the state.

let viewTimer = 0;

/** The address of a state, as a whole link. */
const linkHere = () =>
  location.href.split("#")[0] + (fragmentOf(app.graph, app.state) ? `#${fragmentOf(app.graph, app.state)}` : "");

/** Changes the state. With `replace`, Back passes over the step; with `closer`, the map comes near the chosen node.
 * @param {Partial<State>} patch @param {{replace?: boolean, closer?: boolean}} [how] */
function go(patch, { replace = false, closer = false } = {}) {
  const before = app.state;
  app.state = { ...before, ...patch };
  writeAddress(replace);
  showState(before, false, closer);
}

/** @param {boolean} replace */
function writeAddress(replace) {
  clearTimeout(viewTimer);
  const link = linkHere();
  if (link === location.href) return;
  try {
    if (replace) history.replaceState(null, "", link);
    else history.pushState(null, "", link);
  } catch {
    // Browsers refuse too many changes in a short while; the state itself is not lost.
  }
}

/** After the hand has moved the map: the address follows once it rests. */
function viewMoved() {
  clearTimeout(viewTimer);
  viewTimer = setTimeout(() => {
    app.state.view = { ...(app.map.flight?.to ?? app.map.view) };
    writeAddress(true);
  }, 350);
}

/** Takes the state from the address, as after Back or where someone edited it. */
function followAddress() {
  const before = app.state;
  app.state = stateOf(app.graph, location.hash);
  showState(before, true);
}

/** @param {Filters} a @param {Filters} b */
const sameFilters = (a, b) => JSON.stringify(a, setsAsLists) === JSON.stringify(b, setsAsLists);

/** @param {string} _ @param {any} value */
const setsAsLists = (_, value) => (value instanceof Set ? [...value].sort((a, b) => a - b) : value);

/** Brings all parts of the page to the state. @param {State | null} before null: at the start @param {boolean} [followed] from the address @param {boolean} [closer] */
function showState(before, followed = false, closer = false) {
  const { state, graph, map } = app;
  const filtered = !before || !sameFilters(before.filters, state.filters);
  const node = graph.numberOf.get(state.node) ?? -1;
  const chosen = !before || before.node !== state.node;
  if (filtered) {
    app.shown = applyFilters(graph, state.filters);
    showCounts();
  }
  app.selected = node;
  document.title = (node >= 0 ? `${shortened(plainText(graph.name[node]), 80)} · ` : "") + byId("title").textContent;
  const path = JSON.stringify(state.path);
  if (filtered || !before || JSON.stringify(before.path) !== path) showPath(before !== null);
  if (chosen || filtered) showPanel(node, chosen && before !== null);
  makeRoom();
  if (!before || before.mode !== state.mode) showMode();
  if (filtered || !before || before.colour !== state.colour) showLegend();
  if (filtered) showMonths();
  if (filtered || !before || before.mode !== state.mode || before.rows !== state.rows || before.sort !== state.sort)
    showRows();
  map.overlay.light();
  if (!before || before.colour !== state.colour) map.dressed();
  else if (filtered) map.changed();
  const asked = followed || !before ? state.view : null;
  if (asked) map.look(asked, { fly: before !== null });
  else if (!before) {
    map.whole = map.fittingAll();
    map.look(node >= 0 ? map.view : map.whole);
    if (node >= 0) map.bring(node, true);
    else if (app.path) map.look(map.fittingPath(app.path.nodes));
  } else if (followed && !state.view && before.view && node < 0) map.look(map.whole, { fly: true });
  else if (chosen && node >= 0) map.bring(node, false, closer);
  map.ask();
}

let gaveRoom = false; // whether the legend was closed for the path and the panel

/** Path and panel side by side leave the map no room beside the legend: it closes until one of them goes. */
function makeRoom() {
  const both = app.state.path !== null && !byId("panel").hidden;
  const open = document.body.classList.contains("with-legend");
  if (both && !gaveRoom && open && window.innerWidth < 1500) {
    gaveRoom = true;
    openLegend(false, false);
  } else if (!both && gaveRoom) {
    gaveRoom = false;
    openLegend(true, false);
  }
}

/** Chooses a node and opens its panel. @param {number} node @param {{focus?: boolean}} [how] */
function choose(node, { focus = false } = {}) {
  if (node === app.selected && !byId("panel").hidden) {
    if (focus) byId("panel").focus();
    return;
  }
  visited(node);
  app.map.hovered = -1; // the map may move away under a hand that rests
  go({ node: app.graph.id[node] }, { closer: focus });
  say(
    `${app.graph.kinds[app.graph.kind[node]].label} ${app.graph.name[node].slice(0, 200)}, ${counted(app.graph.degree[node], "connection")}`,
  );
  if (focus) byId("panel").focus({ preventScroll: true });
}

/** Changes the filters. @param {Partial<Filters>} patch @param {{replace?: boolean}} [how] */
function filter(patch, how) {
  go({ filters: { ...app.state.filters, ...patch } }, how);
  const { nodeCount, edgeCount } = app.shown;
  if (!how?.replace)
    say(
      nodeCount
        ? `${counted(nodeCount, "node")} and ${counted(edgeCount, "connection")} shown`
        : "Nothing is left: the filters hide every node",
    );
}

function showCounts() {
  const { shown, graph } = app;
  const all = shown.nodeCount === graph.count && shown.edgeCount === graph.edgeCount;
  byId("counts").textContent = all
    ? `${counted(shown.nodeCount, "node")} · ${counted(shown.edgeCount, "connection")}`
    : `${many(shown.nodeCount)} of ${counted(graph.count, "node")} · ${many(shown.edgeCount)} of ${counted(graph.edgeCount, "connection")}`;
  const empty = byId("empty");
  empty.hidden = shown.nodeCount > 0;
  if (!empty.hidden) {
    empty.replaceChildren(
      ...(graph.count
        ? [
            element("p", {}, "Nothing is left: the filters hide every node."),
            button("Show everything", () => filter(noFilters(graph))),
          ]
        : [element("p", {}, "This graph is empty: no paper was read when it was built.")]),
    );
  }
}

function showMode() {
  const { mode } = app.state;
  document.body.dataset.mode = mode;
  byId("map").inert = mode !== "map";
  byId("rows").hidden = mode === "map";
  for (const made of document.querySelectorAll("#modes button")) {
    made.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (made).dataset.mode === mode));
  }
}
