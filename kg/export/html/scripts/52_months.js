// The months: how many papers each has, which are shown, and a play button that lets the graph grow.

let playing = 0;

function startMonths() {
  const { graph } = app,
    card = byId("time");
  if (graph.months.length < 2) return;
  card.hidden = false;
  const last = graph.months.length - 1;
  const range = (/** @type {"from" | "to"} */ key, /** @type {string} */ label) => {
    const input = element("input", {
      type: "range",
      min: 0,
      max: last,
      step: 1,
      id: `time-${key}`,
      "aria-label": label,
    });
    input.addEventListener("input", () => {
      stopPlaying();
      const value = Number(input.value),
        { from, to } = app.state.filters;
      filter(key === "from" ? { from: Math.min(value, to) } : { to: Math.max(value, from) }, { replace: true });
    });
    input.addEventListener("change", () =>
      say(
        `${graph.months[app.state.filters.from]} to ${graph.months[app.state.filters.to]}, ${counted(app.shown.nodeCount, "node")}`,
      ),
    );
    return input;
  };
  const play = button("Play through the months", () => (playing ? stopPlaying() : startPlaying()), "play", "play");
  play.id = "play";
  card.append(
    play,
    element(
      "div",
      { className: "track" },
      element("div", { id: "bars", "aria-hidden": "true" }),
      range("from", "First month"),
      range("to", "Last month"),
    ),
    element("span", { id: "span" }),
    button(
      "All months",
      () => {
        stopPlaying();
        filter({ from: 0, to: last });
      },
      "close",
      "all",
    ),
  );
  const bars = byId("bars");
  const chosen = { from: -1 };
  // A click on a bar shows that month alone; dragging over several shows them all.
  const at = (/** @type {PointerEvent} */ event) => {
    const { left, width } = bars.getBoundingClientRect();
    return Math.min(Math.max(Math.floor(((event.clientX - left) / width) * graph.months.length), 0), last);
  };
  bars.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    stopPlaying();
    bars.setPointerCapture(event.pointerId);
    chosen.from = at(event);
    filter({ from: chosen.from, to: chosen.from });
  });
  bars.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    if (chosen.from < 0) return;
    const month = at(event),
      from = Math.min(month, chosen.from),
      to = Math.max(month, chosen.from);
    if (from !== app.state.filters.from || to !== app.state.filters.to) filter({ from, to }, { replace: true });
  });
  for (const end of ["pointerup", "pointercancel"])
    bars.addEventListener(end, () => {
      chosen.from = -1;
    });
}

function showMonths() {
  const {
    graph,
    shown,
    state: { filters },
  } = app;
  if (graph.months.length < 2) return;
  const most = Math.max(...shown.months, 1),
    bars = byId("bars");
  if (bars.children.length !== graph.months.length) {
    bars.replaceChildren(
      ...graph.months.map((month) => {
        const bar = element("i", {});
        bar.dataset.month = month;
        return bar;
      }),
    );
  }
  [...bars.children].forEach((bar, i) => {
    /** @type {any} */ (bar).style.height = `${shown.months[i] ? 8 + (92 * shown.months[i]) / most : 2}%`;
    bar.classList.toggle("off", i < filters.from || i > filters.to);
    /** @type {any} */ (bar).title = `${graph.months[i]}: ${counted(shown.months[i], "paper")}`;
  });
  byId("time-from").value = filters.from;
  byId("time-to").value = filters.to;
  for (const key of ["from", "to"])
    byId(`time-${key}`).setAttribute("aria-valuetext", graph.months[/** @type {any} */ (filters)[key]]);
  const from = graph.months[filters.from],
    to = graph.months[filters.to];
  byId("span").textContent = from === to ? from : `${from} – ${to}`;
  byId("time").querySelector(".all").hidden = filters.from === 0 && filters.to === graph.months.length - 1;
}

function startPlaying() {
  const { graph } = app,
    last = graph.months.length - 1;
  let { from, to } = app.state.filters;
  // All months: let the graph grow from the first. A part of them: let that window wander.
  const grows = from === 0 && to === last;
  const wide = to - from;
  if (grows) to = 0;
  else if (to === last) {
    from = 0;
    to = wide;
  }
  const begun = app.state.filters;
  filter({ from, to });
  const button = byId("play");
  button.classList.add("on");
  button.replaceChildren(icon("pause"), element("span", { className: "unseen" }, "Stop"));
  const pace = Math.min(Math.max(9000 / graph.months.length, 130), 900);
  playing = window.setInterval(() => {
    if (app.map.box.dataset.state === "painting") return; // let people see each month
    to += 1;
    if (!grows) from += 1;
    if (to > last) {
      stopPlaying();
      if (!grows) filter({ from: begun.from, to: begun.to }, { replace: true });
      return;
    }
    filter({ from, to }, { replace: true });
  }, pace);
}

function stopPlaying() {
  if (!playing) return;
  clearInterval(playing);
  playing = 0;
  const button = byId("play");
  button.classList.remove("on");
  button.replaceChildren(icon("play"), element("span", { className: "unseen" }, "Play through the months"));
  say(
    `${app.graph.months[app.state.filters.from]} to ${app.graph.months[app.state.filters.to]}, ${counted(app.shown.nodeCount, "node")}`,
  );
}
