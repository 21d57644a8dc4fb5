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
  if (!app.graph.details) app.detailsReady.then(() => { if (app.selected === node) showPanel(node, false); });
}

/** @param {number} node */
function panelHead(node) {
  const { graph } = app, kind = graph.kinds[graph.kind[node]];
  const back = button("Back to the node before", () => alongTrail(-1), "back"), on = button("Forward again", () => alongTrail(1), "forward");
  back.disabled = trail.at <= 0;
  on.disabled = trail.at >= trail.nodes.length - 1;
  const around = app.state.filters.around === node;
  const only = button(around ? "Show the whole graph again" : "Only what is around it", () => {
    filter({ around: around ? -1 : node, hops: 1 });
    app.map.look(app.map.fitting(rowsOf(graph, app.shown, "nodes")), { fly: true });
  }, "around");
  only.setAttribute("aria-pressed", String(around));
  return element("header", { className: "panel-head" }, element("div", { className: "grip", "aria-hidden": "true" }),
    element("div", { className: "row" }, back, on, element("span", { className: "space" }),
      button("Centre on the map", () => { if (app.state.mode !== "map") go({ mode: "map" }); app.map.bring(node, true); }, "centre"), only,
      button("Path from here", () => startPathFrom(node), "path"), button("Copy a link to this", copyLink, "link"),
      button("Close details (Escape)", () => go({ node: "" }), "close")),
    element("p", { className: "kind" }, kindSign(graph.kind[node], 18), ` ${kind.label}`), element("h2", {}, nameText(graph.name[node])));
}

/** @param {number} node */
function panelBody(node) {
  const { graph } = app, body = element("div", { className: "panel-body" });
  if (!app.shown.nodes[node]) {
    body.append(element("p", { className: "notice" }, "The filters hide this node on the map. ", button("Show everything", () => filter(noFilters(graph)), "", "quiet")));
  }
  body.append(...(isPaper(graph, node) ? aboutPaper(node) : aboutEntity(node)));
  if (graph.details) body.append(...resultsTable(node));
  body.append(...groupsOf(node), ...beyond(node));
  return body;
}

/** @param {number} node @returns {any[]} */
function aboutPaper(node) {
  const { graph } = app, { details } = graph, paper = graph.paperOf[node], parts = [];
  if (details) {
    const authors = details.authors[paper].map((author) => {
      const known = details.authorNodes[author];
      return known >= 0 ? element("button", { type: "button", className: "inline", onclick: () => choose(known, { focus: true }) }, nameText(details.authorNames[author])) : nameText(details.authorNames[author]);
    });
    if (authors.length) parts.push(element("p", { className: "authors" }, ...authors.flatMap((author, i) => (i ? [", ", author] : [author]))));
  }
  const facts = [graph.dates[paper], graph.paperCategories[paper].map((one) => graph.categories[one]).join(" ")].filter(Boolean);
  if (facts.length) parts.push(element("p", { className: "facts" }, facts.join(" · ")));
  if (details?.urls[node]) parts.push(element("p", { className: "links" }, webLink(details.urls[node], "Read the paper")));
  const map = paperMap(node);
  if (map) parts.push(map);
  return parts;
}

/** @param {number} node @returns {any[]} */
function aboutEntity(node) {
  const { graph } = app, { details } = graph, parts = [];
  const facts = [];
  if (graph.support[node]) facts.push(`in ${counted(graph.support[node], "paper")}`);
  const months = monthsOf(graph, node), first = months.findIndex(Boolean), last = months.findLastIndex(Boolean);
  if (first >= 0) facts.push(first === last ? graph.months[first] : `${graph.months[first]} to ${graph.months[last]}`);
  if (details?.linkKinds.get(node)) facts.push(`${details.linkKinds.get(node)} link`);
  parts.push(element("p", { className: "facts" }, facts.join(" · ")));
  if (last > first && months.length > 2) parts.push(sparkline(months, `Papers a month, ${graph.months[first]} to ${graph.months[last]}`));
  if (details) {
    const notes = [];
    const votes = details.types.get(node);
    if (votes) notes.push(`Also read as ${votes.map(([kind, papers]) => `${graph.kinds[kind].label} (${counted(papers, "paper")})`).join(", ")}.`);
    if (details.ambiguous.has(node)) notes.push("A short form that no paper spells out: it may stand for several things.");
    if (notes.length) parts.push(element("p", { className: "notes" }, notes.join(" ")));
    if (details.urls[node]) parts.push(element("p", { className: "links" }, webLink(details.urls[node])));
    const aliases = otherSpellings(graph.name[node], details.aliases[node]);
    if (aliases.length) parts.push(element("h3", {}, "Also written"), element("ul", { className: "aliases" }, ...aliases.map((alias) => element("li", {}, nameText(alias)))));
  }
  const community = graph.community[node];
  if (community >= 0 && graph.communities.name[community]) {
    parts.push(element("p", { className: "community" }, element("span", { className: `hue hue-${community % COMMUNITY_HUES.length}` }), "among ", nameText(graph.communities.name[community])));
  }
  return parts;
}

/** A web address becomes a link, anything else stays text: nothing in a record may run as script. @param {string} url @param {string} [words] */
function webLink(url, words = "") {
  if (!/^https?:\/\//i.test(url)) return element("span", { className: "url" }, nameText(url));
  return element("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, nameText(words || shortened(url.replace(/^https?:\/\/(www\.)?/i, "").replace(/\/$/, ""), 80)), icon("out"));
}

/** @param {number} node @returns {any[]} */
function resultsTable(node) {
  const { graph } = app, details = /** @type {Details} */ (graph.details);
  const mine = (details.resultsOf.get(node) ?? []).map((i) => details.results[i]);
  if (!mine.length) return [];
  const name = (/** @type {number} */ one) => (one < 0 || one === node ? "" : graph.name[one]);
  const heads = ["what", "metric", "value", "on", "against", "in"];
  const rows = mine.map((one) => [name(one.subject), one.metric === node ? "" : one.metricText, one.value, name(one.dataset), name(one.baseline), name(graph.paperNode[one.paper])]);
  const ends = (/** @type {Result} */ one) => [one.subject, -1, -1, one.dataset, one.baseline, graph.paperNode[one.paper]];
  // Only columns that say something: not the node itself in every row, and nothing that is empty.
  const told = heads.map((_, column) => column === 2 || rows.some((row) => row[column]));
  const cell = (/** @type {string} */ text, /** @type {number} */ end, /** @type {number} */ column) => element("td", { className: column === 2 ? "value" : "" },
    end >= 0 && text ? element("button", { type: "button", className: "inline", title: text, onclick: () => choose(end, { focus: true }) }, nameText(shortened(text, 44))) : nameIfAny(text));
  const body = element("tbody", {});
  const show = (/** @type {number} */ from, /** @type {number} */ to) => body.append(...rows.slice(from, to).map((row, r) =>
    element("tr", {}, ...row.map((text, i) => (told[i] ? cell(text, ends(mine[from + r])[i], i) : null)))));
  show(0, MOST_SHOWN);
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...heads.filter((_, i) => told[i]).map((head) => element("th", { scope: "col" }, head)))), body);
  const more = rows.length > MOST_SHOWN ? button(`Show ${many(rows.length - MOST_SHOWN)} more`, () => { show(MOST_SHOWN, rows.length); more.remove(); }, "", "quiet") : null;
  return [element("h3", {}, "Results ", element("span", { className: "count" }, many(rows.length))), element("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": "Results" }, table), ...(more ? [more] : [])];
}

/** @param {string} text */
const nameIfAny = (text) => (text ? nameText(text) : "");

/** Neighbours by what joins them, roles first. @param {number} node @returns {any[]} */
function groupsOf(node) {
  const { graph } = app;
  /** @type {Map<string, {title: string, edges: number[], order: number}>} */
  const groups = new Map();
  for (const edge of edgesOf(graph, node)) {
    const kind = graph.edgeKinds[graph.edgeKind[edge]], forward = graph.source[edge] === node;
    const title = groupTitle(graph, kind, forward, isPaper(graph, node));
    const key = `${kind.name} ${forward}`;
    const group = groups.get(key) ?? { title, edges: [], order: graph.edgeKind[edge] * 2 + Number(!forward) + (kind.group === "relation" && !isPaper(graph, node) ? -0.5 : 0) };
    group.edges.push(edge);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => a.order - b.order).map(({ title, edges }) => group(node, title, edges));
}

/** How a group of edges reads from a node's side. @param {Graph} graph @param {EdgeKind} kind @param {boolean} forward @param {boolean} paper */
function groupTitle(graph, kind, forward, paper) {
  const title = (/** @type {string} */ words) => words[0].toUpperCase() + words.slice(1);
  if (forward) return title(kind.label);
  if (kind.group === "role") return { proposes: "Proposed by", compares: "Compared against by", uses: "Used by", addresses: "Addressed by", mentions: "Mentioned by" }[kind.name] ?? `${title(kind.label)} this`;
  return { provides: "Provided by", builds_on: "Built on by", cites: "Cited by", written_by: "Wrote", broader: "Variants", implemented_by: "Implements", based_on: "Basis of",
    part_of: "Parts", is_a: "Kinds of it", used_for: "Done with", evaluated_on: "Evaluated on it", trained_on: "Trained on it", outperforms: "Outperformed by" }[kind.name]
    ?? (paper ? title(kind.label) : `What ${kind.label} this`);
}

/** @param {number} node @param {string} title @param {number[]} edges */
function group(node, title, edges) {
  const { graph } = app;
  const date = (/** @type {number} */ edge) => { const paper = graph.paperOf[otherEnd(graph, edge, node)]; return paper >= 0 ? graph.dates[paper] : ""; };
  // Papers newest first, others most supported first.
  edges.sort((a, b) => (date(a) < date(b) ? 1 : date(a) > date(b) ? -1 : 0) || graph.edgeSupport[b] - graph.edgeSupport[a]
    || graph.degree[otherEnd(graph, b, node)] - graph.degree[otherEnd(graph, a, node)] || a - b);
  const list = element("ul", { className: "rows" });
  const show = (/** @type {number} */ from, /** @type {number} */ to) => {
    const rows = edges.slice(from, to).map((edge) => neighbourRow(node, edge));
    list.append(...rows);
    return rows;
  };
  show(0, MOST_SHOWN);
  const made = element("section", { className: "group" }, element("h3", {}, title, " ", element("span", { className: "count" }, many(edges.length))), list);
  let next = MOST_SHOWN;
  if (edges.length > next) {
    const step = 40;
    const words = () => (edges.length - next > step ? `Show ${step} more of ${many(edges.length - next)}` : `Show ${many(edges.length - next)} more`);
    const more = button(words(), () => {
      const rows = show(next, next + step);
      next += step;
      if (next >= edges.length) more.remove(); else more.textContent = words();
      rows[0]?.querySelector("button")?.focus();
    }, "", "quiet");
    made.append(more);
  }
  return made;
}

/** @param {number} node @param {number} edge */
function neighbourRow(node, edge) {
  const { graph } = app, other = otherEnd(graph, edge, node), paper = graph.paperOf[other];
  const facts = paper >= 0 ? graph.dates[paper].slice(0, 7) : graph.edgeSupport[edge] > 1 ? `${many(graph.edgeSupport[edge])} papers` : "";
  const walk = element("button", { type: "button", className: "walk", onclick: () => choose(other, { focus: true }) }, kindSign(graph.kind[other]), nameText(graph.name[other]));
  walk.addEventListener("pointerenter", () => app.map.hover(other));
  walk.addEventListener("pointerleave", () => app.map.hover(-1));
  const line = element("div", { className: "line" }, walk, element("span", { className: "when" }, facts));
  const url = graph.details?.urls[other] ?? "";
  if (/^https?:\/\//i.test(url)) {
    const link = webLink(url);
    link.replaceChildren(icon("out"));
    link.className = "leave";
    link.setAttribute("aria-label", `Open ${plainText(graph.name[other]).slice(0, 120)} in a new tab`);
    line.append(link);
  }
  const row = element("li", {}, line);
  row.append(...sentencesOf(edge, [node, other], isPaper(graph, node) ? 1 : 2));
  return row;
}

/** The sentences that say so, with the names marked. @param {number} edge @param {number[]} ends @param {number} most */
function sentencesOf(edge, ends, most) {
  const { graph } = app, { details } = graph;
  if (!details) return [];
  const evidence = evidenceOf(graph, edge), said = evidence.filter(({ sentence, paper }) => sentence >= 0 && paper >= 0);
  const names = ends.filter((end) => !isPaper(graph, end)).flatMap((end) => [graph.name[end], ...details.aliases[end]]);
  /** @type {any[]} */ const made = [];
  if (!evidence.length && server) made.push(askEvidence(edge, names));
  for (const { paper, sentence } of said.slice(0, most)) made.push(quotation(paper, sentence, names, ends.includes(graph.paperNode[paper])));
  const rest = said.length - most + (details.evidenceMore.get(edge) ?? 0);
  if (rest > 0 && said.length > most) {
    const more = button(`${counted(said.length - most, "more sentence", "more sentences")}`, () => {
      more.replaceWith(...said.slice(most).map((one) => quotation(one.paper, one.sentence, names, ends.includes(graph.paperNode[one.paper]))));
    }, "", "quiet small");
    made.push(more);
  }
  return made;
}

/** @param {number} paper @param {number} sentence @param {string[]} names @param {boolean} own whether the paper stands above already */
function quotation(paper, sentence, names, own) {
  const { graph } = app, node = graph.paperNode[paper];
  const quote = element("blockquote", {});
  sentenceText(paper, sentence).then((text) => {
    if (text === null) { quote.className = "absent"; quote.append("The sentence is not in this file."); return; }
    for (const piece of markedPieces(text.replace(/\s+/g, " "), names)) quote.append(piece.marked ? element("mark", {}, piece.text) : piece.text);
    quote.dir = "auto";
  });
  if (own) return quote;
  return element("div", {}, quote, element("p", { className: "source" }, element("button", { type: "button", className: "inline", onclick: () => choose(node, { focus: true }) }, nameText(shortened(graph.name[node], 90))),
    graph.dates[paper] ? ` · ${graph.dates[paper].slice(0, 7)}` : ""));
}

/** How many papers a month, small. @param {number[]} counts @param {string} words */
function sparkline(counts, words) {
  const most = Math.max(...counts), step = 300 / counts.length;
  return svgElement("svg", { viewBox: "0 0 300 34", class: "sparkline", role: "img", "aria-label": words, preserveAspectRatio: "none" },
    ...counts.map((count, i) => svgElement("rect", { x: (i * step).toFixed(2), y: (33 - (32 * count) / most).toFixed(2), width: Math.max(step * 0.82, 0.6).toFixed(2), height: ((32 * count) / most + (count ? 1 : 0.4)).toFixed(2) })));
}
