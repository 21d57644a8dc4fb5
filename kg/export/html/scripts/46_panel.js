// The panel: what a node is, who says so, in which words, and where one can go from it.

const MOST_SHOWN = 6; //: rows of a group before "show all"

/** Nodes visited, for the panel's own back and forward. */
const trail = { nodes: /** @type {number[]} */ ([]), at: -1 };

/** @param {number} node */
function visited(node) {
  if (trail.nodes[trail.at] === node) return;
  trail.nodes = [...trail.nodes.slice(0, trail.at + 1), node].slice(-100);
  trail.at = trail.nodes.length - 1;
}

/** @param {number} step */
function alongTrail(step) {
  const node = trail.nodes[trail.at + step];
  if (node === undefined) return;
  trail.at += step;
  go({ node: app.graph.id[node] });
  byId("panel").focus({ preventScroll: true });
}

/** @param {number} node -1 to close @param {boolean} fresh whether another node than before */
function showPanel(node, fresh) {
  const panel = byId("panel");
  if (node < 0) {
    if (panel.contains(document.activeElement)) byId("map").focus({ preventScroll: true });
    panel.hidden = true;
    panel.replaceChildren();
    document.body.classList.remove("with-panel");
    return;
  }
  visited(node);
  const top = fresh ? 0 : panel.scrollTop;
  document.body.classList.add("with-panel");
  panel.hidden = false;
  panel.replaceChildren(panelHead(node), panelBody(node));
  panel.scrollTop = top;
  if (!app.graph.details)
    app.detailsReady.then(() => {
      if (app.selected === node) showPanel(node, false);
    });
}

/** @param {number} node */
function panelHead(node) {
  const { graph } = app,
    kind = graph.kinds[graph.kind[node]];
  const back = button("Back to the node before", () => alongTrail(-1), "back"),
    on = button("Forward again", () => alongTrail(1), "forward");
  back.disabled = trail.at <= 0;
  on.disabled = trail.at >= trail.nodes.length - 1;
  const around = app.state.filters.around === node;
  const only = button(
    around ? "Show the whole graph again" : "Only what is around it",
    () => {
      filter({ around: around ? -1 : node, hops: 1 });
      app.map.look(app.map.fitting(rowsOf(graph, app.shown, "nodes")), { fly: true });
    },
    "around",
  );
  only.setAttribute("aria-pressed", String(around));
  return element(
    "header",
    { className: "panel-head" },
    element("div", { className: "grip", "aria-hidden": "true" }),
    element(
      "div",
      { className: "row" },
      back,
      on,
      element("span", { className: "space" }),
      button(
        "Centre on the map",
        () => {
          if (app.state.mode !== "map") go({ mode: "map" });
          app.map.bring(node, true);
        },
        "centre",
      ),
      only,
      button("Path from here", () => startPathFrom(node), "path"),
      button("Copy a link to this", copyLink, "link"),
      button("Close details (Escape)", () => go({ node: "" }), "close"),
    ),
    element("p", { className: "kind" }, kindSign(graph.kind[node], 18), ` ${kind.label}`),
    element("h2", {}, nameText(graph.name[node])),
  );
}

/** @param {number} node */
function panelBody(node) {
  const { graph } = app,
    body = element("div", { className: "panel-body" });
  if (!app.shown.nodes[node]) {
    body.append(
      element(
        "p",
        { className: "notice" },
        "The filters hide this node on the map. ",
        button("Show everything", () => filter(noFilters(graph)), "", "quiet"),
      ),
    );
  }
  body.append(...(isPaper(graph, node) ? aboutPaper(node) : aboutEntity(node)));
  if (graph.details) body.append(...resultsTable(node));
  body.append(...groupsOf(node), ...beyond(node));
  return body;
}

/** @param {number} node @returns {any[]} */
function aboutPaper(node) {
  const { graph } = app,
    { details } = graph,
    paper = graph.paperOf[node],
    parts = [];
  if (details) {
    const authors = details.authors[paper].map((author) => {
      const known = details.authorNodes[author];
      return known >= 0
        ? element(
            "button",
            { type: "button", className: "inline", onclick: () => choose(known, { focus: true }) },
            nameText(details.authorNames[author]),
          )
        : nameText(details.authorNames[author]);
    });
    if (authors.length)
      parts.push(
        element("p", { className: "authors" }, ...authors.flatMap((author, i) => (i ? [", ", author] : [author]))),
      );
  }
  const facts = [graph.dates[paper], graph.paperCategories[paper].map((one) => graph.categories[one]).join(" ")].filter(
    Boolean,
  );
  if (facts.length) parts.push(element("p", { className: "facts" }, facts.join(" · ")));
  if (details?.urls[node])
    parts.push(element("p", { className: "links" }, webLink(details.urls[node], "Read the paper")));
  const map = paperMap(node);
  if (map) parts.push(map);
  return parts;
}

/** @param {number} node @returns {any[]} */
function aboutEntity(node) {
  const { graph } = app,
    { details } = graph,
    parts = [];
  const facts = [];
  if (graph.support[node]) facts.push(`in ${counted(graph.support[node], "paper")}`);
  const months = monthsOf(graph, node),
    first = months.findIndex(Boolean),
    last = months.findLastIndex(Boolean);
  if (first >= 0) facts.push(first === last ? graph.months[first] : `${graph.months[first]} to ${graph.months[last]}`);
  if (details?.linkKinds.get(node)) facts.push(`${details.linkKinds.get(node)} link`);
  parts.push(element("p", { className: "facts" }, facts.join(" · ")));
  if (last > first && months.length > 2)
    parts.push(sparkline(months, `Papers a month, ${graph.months[first]} to ${graph.months[last]}`));
  if (details) {
    const notes = [];
    const votes = details.types.get(node);
    if (votes)
      notes.push(
        `Also read as ${votes.map(([kind, papers]) => `${graph.kinds[kind].label} (${counted(papers, "paper")})`).join(", ")}.`,
      );
    if (details.ambiguous.has(node))
      notes.push("A short form that no paper spells out: it may stand for several things.");
    if (notes.length) parts.push(element("p", { className: "notes" }, notes.join(" ")));
    if (details.urls[node]) parts.push(element("p", { className: "links" }, webLink(details.urls[node])));
    const aliases = otherSpellings(graph.name[node], details.aliases[node]);
    if (aliases.length)
      parts.push(
        element("h3", {}, "Also written"),
        element("ul", { className: "aliases" }, ...aliases.map((alias) => element("li", {}, nameText(alias)))),
      );
  }
  const community = graph.community[node];
  if (community >= 0 && graph.communities.name[community]) {
    parts.push(
      element(
        "p",
        { className: "community" },
        element("span", { className: `hue hue-${community % COMMUNITY_HUES.length}` }),
        "among ",
        nameText(graph.communities.name[community]),
      ),
    );
  }
  return parts;
}

/** A web address becomes a link, anything else stays text: nothing in a record may run as script. @param {string} url @param {string} [words] */
function webLink(url, words = "") {
  if (!/^https?:\/\//i.test(url)) return element("span", { className: "url" }, nameText(url));
  return element(
    "a",
    { href: url, target: "_blank", rel: "noopener noreferrer" },
    nameText(words || shortened(url.replace(/^https?:\/\/(www\.)?/i, "").replace(/\/$/, ""), 80)),
    icon("out"),
  );
}

/** How many papers a month, small. @param {number[]} counts @param {string} words */
function sparkline(counts, words) {
  const most = Math.max(...counts),
    step = 300 / counts.length;
  return svgElement(
    "svg",
    { viewBox: "0 0 300 34", class: "sparkline", role: "img", "aria-label": words, preserveAspectRatio: "none" },
    ...counts.map((count, i) =>
      svgElement("rect", {
        x: (i * step).toFixed(2),
        y: (33 - (32 * count) / most).toFixed(2),
        width: Math.max(step * 0.82, 0.6).toFixed(2),
        height: ((32 * count) / most + (count ? 1 : 0.4)).toFixed(2),
      }),
    ),
  );
}
