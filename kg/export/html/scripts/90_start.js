// The beginning: unpack, draw, then make the rest ready while the person looks.

/** Called after the first whole picture; nothing after that. */
let firstPicture = () => {};

/** @type {Promise<void>} */
const pictured = new Promise((done) => {
  firstPicture = () => {
    firstPicture = () => {};
    byId("loading").remove();
    document.body.dataset.ready = "map";
    performance.mark("kg-first-picture");
    done();
  };
});

/** The details and the texts stand after the script. @type {Promise<void>} */
const wholeFile = new Promise((done) => {
  if (document.readyState !== "loading") done();
  else document.addEventListener("DOMContentLoaded", () => done());
});

async function start() {
  byId("title").textContent = document.title;
  try {
    app.graph = graphOf(await unpackElement("core"));
  } catch (error) {
    byId("loading").textContent =
      typeof DecompressionStream === "undefined"
        ? "This browser is too old for this page: it cannot unpack the data. Any browser since 2023 can."
        : `The data of this page cannot be read (${/** @type {Error} */ (error).message}). The file may be cut off: build or copy it again.`;
    return;
  }
  dressTheme();
  dressPage();
  app.state = stateOf(app.graph, location.hash);
  app.shown = applyFilters(app.graph, app.state.filters);
  /** @type {(value?: any) => void} */ let told = () => {};
  app.detailsReady = new Promise((done) => {
    told = done;
  });
  startLegend();
  startMonths();
  app.map = new MapView(byId("map"));
  startSearch();
  startSaving();
  startHelp();
  listen();
  showState(null);
  // The details wait for the first picture: people look before they read.
  if (app.state.mode === "map") await pictured;
  else firstPicture();
  await wholeFile;
  app.graph.details = detailsOf(app.graph, await unpackElement("details"));
  app.index = null;
  told();
  const { from, to } = app.state.filters;
  if (from > 0 || to < app.graph.months.length - 1) showState({ ...app.state, filters: noFilters(app.graph) });
  document.body.dataset.ready = "all";
  // Ready before the first letter is typed.
  const idle = window.requestIdleCallback ?? ((/** @type {() => void} */ act) => setTimeout(act, 300));
  idle(
    () => {
      app.index ??= searchIndex(app.graph);
    },
    { timeout: 4000 },
  );
}

function listen() {
  listenToHands(app.map);
  document.addEventListener("keydown", onKey);
  window.addEventListener("popstate", followAddress);
  window.addEventListener("hashchange", () => {
    if (linkHere() !== location.href) followAddress();
  });
  systemDark.addEventListener("change", () => {
    dressTheme();
    app.map.dressed();
  });
  window.addEventListener("resize", fillRows);
  byId("theme").addEventListener("click", switchTheme);
  byId("open-path").addEventListener("click", openPath);
  byId("zoom-in").addEventListener("click", () => zoomBy(1.5));
  byId("zoom-out").addEventListener("click", () => zoomBy(1 / 1.5));
  byId("whole").addEventListener("click", wholeMap);
  for (const made of document.querySelectorAll("#modes button")) {
    made.addEventListener("click", () =>
      go({ mode: /** @type {any} */ (/** @type {HTMLElement} */ (made).dataset.mode) }),
    );
  }
  dragSheet(byId("panel"));
}

/** On a phone the panel is a sheet: its grip is pulled up to read, down to close. @param {any} panel */
function dragSheet(panel) {
  let from = 0,
    height = 0;
  panel.addEventListener("pointerdown", (/** @type {any} */ event) => {
    if (!narrow() || !event.target.closest(".grip")) return;
    from = event.clientY;
    height = panel.getBoundingClientRect().height;
    event.target.setPointerCapture(event.pointerId);
  });
  panel.addEventListener("pointermove", (/** @type {any} */ event) => {
    if (height) panel.style.height = `${Math.max(height + from - event.clientY, 80)}px`;
  });
  const end = () => {
    if (!height) return;
    const now = panel.getBoundingClientRect().height;
    height = 0;
    panel.style.height = "";
    if (now < window.innerHeight * 0.24) go({ node: "" });
    else panel.classList.toggle("tall", now > window.innerHeight * 0.62);
  };
  panel.addEventListener("pointerup", end);
  panel.addEventListener("pointercancel", end);
}

start();
