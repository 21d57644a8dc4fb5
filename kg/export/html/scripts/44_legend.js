// The legend: what shapes and colours mean, how many there are, and switches for each.

const MOST_ROWS = 12; //: rows of a section before "more"
/** @type {Set<string>} */
const opened = new Set(); // sections whose every row is shown

/** @param {string} title @param {string} key @param {boolean} open @param {any[]} children */
function section(title, key, open, ...children) {
  return element(
    "details",
    { open, "data-section": key },
    element("summary", {}, element("h2", {}, title)),
    ...children,
  );
}

/**
 * Rows that switch values on and off, each with its count.
 * @param {string} key of the filter @param {{index: number, label: string, total: number, sign?: any, value: string}[]} rows
 */
function switches(key, rows) {
  const box = element("div", { className: "switches", role: "group", "data-key": key });
  rows
    .filter(({ total }) => total > 0)
    .forEach(({ index, label, sign, value }, at) => {
      const input = element("input", { type: "checkbox", value, checked: true });
      input.addEventListener("change", () => {
        const hidden = new Set(/** @type {any} */ (app.state.filters)[key]);
        if (input.checked) hidden.delete(index);
        else hidden.add(index);
        filter({ [key]: hidden });
      });
      const only = element(
        "button",
        {
          type: "button",
          className: "only",
          onclick: () => {
            const hidden = /** @type {Set<number>} */ (/** @type {any} */ (app.state.filters)[key]);
            const others = rows.map((row) => row.index).filter((other) => other !== index);
            const alone = !hidden.has(index) && others.every((other) => hidden.has(other));
            filter({ [key]: new Set(alone ? [] : others) });
          },
        },
        "only",
      );
      only.setAttribute("aria-label", `only ${label}`);
      const row = element(
        "div",
        { className: "switch", "data-index": index },
        element("label", {}, input, sign ?? "", nameText(label, "label"), element("span", { className: "count" })),
        only,
      );
      if (at >= MOST_ROWS && !opened.has(key)) row.hidden = true;
      box.append(row);
    });
  const rest = box.children.length - MOST_ROWS;
  if (rest > 0 && !opened.has(key)) {
    const more = button(
      `${rest} more`,
      () => {
        opened.add(key);
        for (const row of box.children) /** @type {any} */ (row).hidden = false;
        more.remove();
      },
      "",
      "quiet",
    );
    box.append(more);
  }
  return box;
}

/** @param {string} label @param {"support" | "degree"} key @param {number} least @param {number} most */
function threshold(label, key, least, most) {
  const output = element("output", {});
  const input = element("input", {
    type: "range",
    min: least,
    max: Math.max(most, least + 1),
    step: 1,
    "data-key": key,
    "aria-label": label,
  });
  input.addEventListener("input", () => filter({ [key]: Number(input.value) }, { replace: true }));
  input.addEventListener("change", () => say(`${counted(app.shown.nodeCount, "node")} shown`));
  return element("label", { className: "threshold" }, element("span", {}, label), input, output);
}

/** How much a value must at least be for only some to have it: a slider to the very top would be of no use. @param {Int32Array} values */
function usefulTop(values) {
  const sorted = values.slice().sort();
  return Math.min(Math.max(sorted[Math.max(sorted.length - 6, 0)] ?? 1, 5), 60);
}

function startLegend() {
  const { graph } = app;
  const tally = (/** @type {ArrayLike<number>} */ column, /** @type {number} */ length) => {
    const counts = new Array(length).fill(0);
    for (let i = 0; i < column.length; i += 1) if (column[i] >= 0) counts[column[i]] += 1;
    return counts;
  };
  const kinds = tally(graph.kind, graph.kinds.length),
    edgeKinds = tally(graph.edgeKind, graph.edgeKinds.length);
  const categories = tally(graph.paperCategories.flat(), graph.categories.length);
  const edgeSection = (/** @type {string} */ title, /** @type {string[]} */ groups, /** @type {boolean} */ open) => {
    const rows = graph.edgeKinds.map((kind, index) => ({
      index,
      label: kind.label,
      total: groups.includes(kind.group) ? edgeKinds[index] : 0,
      value: kind.name,
    }));
    return rows.some(({ total }) => total) ? section(title, groups[0], open, switches("edgeKinds", rows)) : null;
  };
  const colours = element(
    "div",
    { id: "colours", role: "group", "aria-label": "Colour by" },
    ...["type", "community"].map((by) =>
      element(
        "button",
        { type: "button", "data-by": by, onclick: () => go({ colour: /** @type {any} */ (by) }) },
        by === "type" ? "Type" : "Community",
      ),
    ),
  );
  const entitySupport = graph.support.filter((_, node) => !isPaper(graph, node));
  const parts = [
    element(
      "div",
      { className: "head" },
      element("h2", {}, "Colour by"),
      colours,
      button(
        "Close legend",
        () => {
          openLegend(false);
          byId("open-legend").focus();
        },
        "close",
        "close",
      ),
    ),
    element(
      "p",
      { id: "reset-box" },
      button("Reset filters", () => filter(firstFilters(graph)), "", "quiet"),
    ),
    section(
      "Nodes",
      "kinds",
      true,
      switches(
        "kinds",
        graph.kinds.map((kind, index) => ({
          index,
          label: kind.plural,
          total: kinds[index],
          sign: kindSign(index),
          value: kind.name,
        })),
      ),
    ),
    edgeSection("Roles in papers", ["role"], true),
    edgeSection("Relations", ["relation"], true),
    edgeSection("Links and records", ["link", "record"], false),
    graph.communities.name.length > 1
      ? section(
          "Communities",
          "communities",
          false,
          switches(
            "communities",
            graph.communities.name.map((name, index) => ({
              index,
              label: name || "(no name)",
              total: graph.communities.size[index],
              value: name,
              sign: element("span", { className: `hue hue-${index % COMMUNITY_HUES.length}` }),
            })),
          ),
        )
      : null,
    graph.categories.length > 1
      ? section(
          "Categories",
          "categories",
          false,
          switches(
            "categories",
            graph.categories.map((name, index) => ({ index, label: name, total: categories[index], value: name })),
          ),
        )
      : null,
    section(
      "At least",
      "least",
      true,
      threshold("papers that name it", "support", 1, usefulTop(entitySupport)),
      threshold("connections", "degree", 0, usefulTop(graph.degree)),
    ),
    leftOutNote(),
  ];
  byId("legend").replaceChildren(...parts.filter((part) => part !== null));
  byId("open-legend").addEventListener("click", () => openLegend(byId("legend").classList.contains("closed")));
  openLegend(window.innerWidth > 900 && window.innerHeight > 500, false);
}

/** What the file does not hold, and how to see it; nothing where it holds all. */
function leftOutNote() {
  const { leftOut = {}, whole, texts, how } = app.graph.meta;
  const notes = [];
  if (leftOut.nodes || leftOut.edges) {
    const kinds = Object.entries(leftOut.kinds ?? {}).map(
      ([name, count]) =>
        `${many(/** @type {number} */ (count))} ${app.graph.kinds.find((kind) => kind.name === name)?.plural ?? name}`,
    );
    notes.push(
      `This page holds the best supported part: ${many(app.graph.count)} of ${counted(whole.papers + whole.entities, "node")}. ` +
        `Left out for size: ${kinds.join(", ") || counted(leftOut.nodes ?? 0, "node")}${leftOut.edges ? `, ${counted(leftOut.edges, "connection")}` : ""}.`,
    );
  }
  if (texts === "sentences") notes.push("Of the abstracts it holds the sentences that are evidence.");
  if (texts === "none") notes.push("It holds no sentences, for size.");
  if (!notes.length) return null;
  const made = element("p", { id: "left-out" }, `${notes.join(" ")} To see all: `, element("code", {}, how));
  return made;
}

/** @param {boolean} open @param {boolean} [tell] */
function openLegend(open, tell = true) {
  byId("legend").classList.toggle("closed", !open);
  byId("legend").inert = !open;
  byId("open-legend").setAttribute("aria-expanded", String(open));
  document.body.classList.toggle("with-legend", open);
  if (tell && open) byId("legend").querySelector("button, input, summary")?.focus({ preventScroll: true });
}

/** Brings counts and switches to the state. */
function showLegend() {
  const {
    state: { filters, colour },
    shown,
    graph,
  } = app;
  const legend = byId("legend");
  for (const made of legend.querySelectorAll("#colours button"))
    made.setAttribute("aria-pressed", String(made.dataset.by === colour));
  document.body.dataset.colour = colour;
  // What the colours mean stands first.
  const communities = legend.querySelector("[data-section=communities]"),
    kinds = legend.querySelector("[data-section=kinds]");
  if (communities && communities.dataset.colour !== colour) {
    communities.dataset.colour = colour;
    communities.open = colour === "community";
    if (colour === "community") kinds.before(communities);
    else legend.querySelector("[data-section=least]").before(communities);
  }
  byId("reset-box").hidden = filtersOn(graph, filters) === 0;
  byId("open-legend").dataset.on = filtersOn(graph, filters) || "";
  for (const key of ["kinds", "edgeKinds", "communities", "categories"]) {
    const hidden = /** @type {any} */ (filters)[key];
    for (const row of legend.querySelectorAll(`[data-key="${key}"] .switch`)) {
      const index = Number(row.dataset.index),
        count = /** @type {any} */ (shown)[key][index];
      row.querySelector("input").checked = !hidden.has(index);
      row.querySelector(".count").textContent = many(count);
      row.classList.toggle("nothing", count === 0);
    }
  }
  for (const input of legend.querySelectorAll("input[type=range]")) {
    input.value = /** @type {any} */ (filters)[input.dataset.key];
    input.nextElementSibling.textContent = input.value;
  }
}
