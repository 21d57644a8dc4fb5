// Saving and sharing: the view as PNG and SVG, the selection as CSV and JSON, a link to the state.

/** @param {string} filename @param {Blob} blob */
function download(filename, blob) {
  const address = URL.createObjectURL(blob);
  const link = element("a", { href: address, download: filename, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  say(`Saved ${filename}`);
}

/** @param {string} text @param {string} type */
const textBlob = (text, type) => new Blob([text], { type: `${type};charset=utf-8` });

/** The map as it is seen, painted anew at twice the density. @returns {Promise<Blob>} */
function pictureBlob() {
  const { map, graph, shown, state } = app,
    theme = THEMES[app.theme],
    ratio = 2;
  const canvas = element("canvas", { width: map.width * ratio, height: map.height * ratio });
  const context = canvas.getContext("2d");
  const sprites = new Sprites(),
    colours = palette(graph, state.colour, theme);
  const job = {
    graph,
    shown,
    view: map.view,
    width: map.width,
    height: map.height,
    ratio,
    by: state.colour,
    theme,
    colours,
    sprites,
  };
  const picture = element("canvas", { width: canvas.width, height: canvas.height });
  for (const _ of paintSteps(picture.getContext("2d"), job)) {
    /* no one waits for a frame here */
  }
  context.fillStyle = theme.ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.globalAlpha = map.overlay.lit ? 0.2 : 1;
  context.drawImage(picture, 0, 0);
  context.globalAlpha = 1;
  const lit = element("canvas", { width: canvas.width, height: canvas.height });
  const before = { ratio: map.ratio, top: map.top, texts: map.overlay.texts, sprites: map.sprites };
  // The overlay draws on whatever canvas the map has on top; it is lent one of this density.
  Object.assign(map, { ratio, top: lit, sprites });
  map.overlay.texts = new Map();
  map.overlay.drawnFor = "";
  map.overlay.draw(performance.now() + 1000, true);
  map.overlay.drawnFor = "";
  map.overlay.texts = before.texts;
  Object.assign(map, { ratio: before.ratio, top: before.top, sprites: before.sprites });
  context.drawImage(lit, 0, 0);
  return new Promise((done) => canvas.toBlob((/** @type {Blob} */ blob) => done(blob), "image/png"));
}

function copyLink() {
  const link = linkHere();
  const manual = () => {
    // Where the clipboard may not be written, as in a file opened from disk, the person copies it.
    const field = element("input", {
      type: "text",
      className: "link",
      value: link,
      readOnly: true,
      "aria-label": "Link to this state",
    });
    openMenu(true);
    byId("save").prepend(field);
    field.focus();
    field.select();
    say("Copy the link from the field");
  };
  if (!navigator.clipboard?.writeText) {
    manual();
    return;
  }
  navigator.clipboard.writeText(link).then(() => {
    say("Link copied");
    flash("Link copied");
  }, manual);
}

/** A short notice for those who see. @param {string} words */
function flash(words) {
  const made = element("p", { className: "flash" }, words);
  document.body.append(made);
  setTimeout(() => made.remove(), 1800);
}

/** @param {boolean} open */
function openMenu(open) {
  const menu = byId("save");
  menu.querySelector("input")?.remove();
  menu.hidden = !open;
  byId("open-save").setAttribute("aria-expanded", String(open));
  if (open) menu.querySelector("button")?.focus();
  else if (menu.contains(document.activeElement)) byId("open-save").focus();
}

function startSaving() {
  const { graph } = app,
    menu = byId("save");
  const item = (/** @type {string} */ words, /** @type {() => void} */ act) =>
    element(
      "button",
      {
        type: "button",
        role: "menuitem",
        onclick: () => {
          openMenu(false);
          byId("open-save").focus();
          act();
        },
      },
      words,
    );
  const whenTold = (/** @type {() => void} */ act) => () => {
    app.detailsReady.then(act);
  };
  menu.append(
    item("Copy a link to this view", copyLink),
    item("View as PNG", () => {
      pictureBlob().then((blob) => download("graph.png", blob));
    }),
    item("View as SVG", () =>
      download(
        "graph.svg",
        textBlob(
          svgOf(graph, app.shown, app.map.view, app.map.width, app.map.height, {
            theme: THEMES[app.theme],
            colours: palette(graph, app.state.colour, THEMES[app.theme]),
            by: app.state.colour,
            labels: app.map.labels,
            lit: app.map.overlay.lit,
            litEdges: app.map.overlay.litEdges,
            path: app.path?.edges ?? [],
          }),
          "image/svg+xml",
        ),
      ),
    ),
    item("Nodes shown, as CSV", () =>
      download(
        "nodes.csv",
        textBlob(
          csvOf(rowsOf(graph, app.shown, "nodes"), [
            { key: "id", label: "Id", value: (node) => graph.id[node] },
            ...nodeColumns(graph),
          ]),
          "text/csv",
        ),
      ),
    ),
    item("Connections shown, as CSV", () =>
      download(
        "connections.csv",
        textBlob(
          csvOf(rowsOf(graph, app.shown, "edges"), [
            { key: "fromid", label: "From id", value: (edge) => graph.id[graph.source[edge]] },
            { key: "toid", label: "To id", value: (edge) => graph.id[graph.target[edge]] },
            ...edgeColumns(graph),
          ]),
          "text/csv",
        ),
      ),
    ),
    item(
      "Results shown, as CSV",
      whenTold(() =>
        download("results.csv", textBlob(csvOf(rowsOf(graph, app.shown, "results"), resultColumns(graph)), "text/csv")),
      ),
    ),
    item(
      "All that is shown, as JSON",
      whenTold(() => download("graph.json", textBlob(jsonOf(graph, app.shown), "application/json"))),
    ),
  );
  byId("open-save").addEventListener("click", () => openMenu(menu.hidden));
  menu.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const items = [...menu.querySelectorAll("button")],
      at = items.indexOf(/** @type {any} */ (document.activeElement));
    const step = { ArrowDown: 1, ArrowUp: items.length - 1 }[event.key];
    if (step) {
      event.preventDefault();
      items[(at + step) % items.length].focus();
    }
    if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      items[event.key === "Home" ? 0 : items.length - 1].focus();
    }
    if (event.key === "Escape") {
      event.stopPropagation();
      openMenu(false);
      byId("open-save").focus();
    }
    if (event.key === "Tab") openMenu(false);
  });
  document.addEventListener("pointerdown", (event) => {
    const at = /** @type {Element} */ (event.target);
    if (!menu.hidden && !at.closest("#save, #open-save")) openMenu(false);
  });
}
