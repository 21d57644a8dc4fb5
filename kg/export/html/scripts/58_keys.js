// The keyboard, and the help that says what it does.

const KEYS = [
  ["/", "search"],
  ["Enter", "open the node that is marked"],
  ["← ↑ → ↓", "on the map: walk to the neighbour on that side, or move the map where no node is chosen"],
  ["Shift ← ↑ → ↓", "move the map"],
  ["+  −  0", "closer, farther, whole map"],
  ["Escape", "close what is open, then let go of the node"],
  ["[  ]", "back to the node before, forward again"],
  ["m  l  t", "map, list, table"],
  ["f", "legend and filters"],
  ["p", "path between two nodes"],
  ["s", "save or share"],
  ["c", "colour by type or community"],
  ["d", "dark or light"],
  ["?", "this help"],
];

/** Single letters can be switched off: dictation software types them by mistake. */
let letters = true;

function startHelp() {
  const help = byId("help");
  const toggle = element("input", {
    type: "checkbox",
    checked: true,
    onchange: () => {
      letters = toggle.checked;
    },
  });
  help.append(
    element(
      "div",
      { className: "head" },
      element("h2", { id: "help-title" }, "What this page can do"),
      button("Close help", () => help.close(), "close"),
    ),
    element(
      "p",
      {},
      "Each shape is something that papers name, or a paper itself; a line joins two where a text says so. Click a shape to read what it is and the sentences that say so. Drag to move, turn the wheel or pinch to zoom. The address follows what you see: send it, or keep it as a bookmark.",
    ),
    element(
      "dl",
      {},
      ...KEYS.flatMap(([keys, does]) => [
        element("dt", {}, ...keys.split(/ {2}/).map((key) => element("kbd", {}, key))),
        element("dd", {}, does),
      ]),
    ),
    element("label", { className: "check" }, toggle, " single letters as keys"),
  );
  help.addEventListener("click", (/** @type {any} */ event) => {
    if (event.target === help) help.close();
  });
  byId("open-help").addEventListener("click", () => help.showModal());
}

/** Closes one thing: the innermost that is open. */
function closeInnermost() {
  if (!byId("save").hidden) openMenu(false);
  else if (playing) stopPlaying();
  else if (narrow() && !byId("legend").classList.contains("closed")) {
    openLegend(false);
    byId("open-legend").focus();
  } else if (app.state.node) go({ node: "" });
  else if (app.state.path) closePath();
  else if (app.state.filters.around >= 0) filter({ around: -1 });
  else if (app.state.mode !== "map") go({ mode: "map" });
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const at = /** @type {HTMLElement} */ (event.target);
  const types = at.matches("input:not([type=checkbox], [type=range]), textarea");
  if (event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
  if (event.key === "Escape") {
    closeInnermost();
    return;
  }
  if (types) return;
  const arrow = /** @type {Record<string, number[]>} */ ({
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  })[event.key];
  if (arrow && at.id === "map") {
    event.preventDefault();
    walkBy(arrow[0], arrow[1], event.shiftKey);
    return;
  }
  const act = /** @type {Record<string, () => void>} */ ({
    "/": () => {
      byId("query").focus();
      byId("query").select();
    },
    "?": () => byId("help").showModal(),
    "+": () => zoomBy(1.4),
    "=": () => zoomBy(1.4),
    "-": () => zoomBy(1 / 1.4),
    0: wholeMap,
    "[": () => alongTrail(-1),
    "]": () => alongTrail(1),
    m: () => go({ mode: "map" }),
    l: () => go({ mode: "list" }),
    t: () => go({ mode: "table" }),
    f: () => {
      const open = byId("legend").classList.contains("closed");
      openLegend(open);
      if (!open) byId("open-legend").focus();
    },
    p: openPath,
    s: () => openMenu(true),
    c: () => go({ colour: app.state.colour === "type" ? "community" : "type" }),
    d: switchTheme,
  })[event.key];
  if (!act || (/[a-z]/.test(event.key) && !letters) || (at.matches("input[type=range]") && /[0+=-]/.test(event.key)))
    return;
  event.preventDefault();
  act();
}

/** @param {number} dx @param {number} dy @param {boolean} shift */
function walkBy(dx, dy, shift) {
  const { map, selected } = app;
  if (shift || selected < 0 || !app.shown.nodes[selected]) {
    map.pan(-dx * 80, -dy * 80);
    return;
  }
  const next = neighbourTowards(selected, dx, dy);
  if (next >= 0) choose(next);
  else say("No neighbour on that side");
}

/** @param {number} factor */
function zoomBy(factor) {
  const { map } = app,
    { left, right, top, bottom } = map.free();
  map.look(zoomed(map.view, map.width, map.height, (left + right) / 2, (top + bottom) / 2, factor, map.limits), {
    fly: true,
  });
  viewMoved();
}

function wholeMap() {
  app.map.whole = app.map.fittingAll();
  app.map.look(app.map.whole, { fly: true });
  viewMoved();
}
