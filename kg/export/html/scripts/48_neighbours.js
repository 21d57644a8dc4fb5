// In the panel: results, and neighbours by what joins them, each with the sentences that say so.

/** @param {number} node @returns {any[]} */
function resultsTable(node) {
  const { graph } = app,
    details = /** @type {Details} */ (graph.details);
  const mine = (details.resultsOf.get(node) ?? []).map((i) => details.results[i]);
  if (!mine.length) return [];
  const name = (/** @type {number} */ one) => (one < 0 || one === node ? "" : graph.name[one]);
  const heads = ["what", "metric", "value", "on", "against"];
  const rows = mine.map((one) => [
    name(one.subject),
    one.metric === node ? "" : one.metricText,
    one.value,
    name(one.dataset),
    name(one.baseline),
  ]);
  const ends = (/** @type {Result} */ one) => [one.subject, -1, -1, one.dataset, one.baseline];
  // Only columns that say something: not the node itself in every row, and nothing that is empty.
  const told = heads.map((_, column) => column === 2 || rows.some((row) => row[column]));
  const link = (/** @type {string} */ text, /** @type {number} */ end, most = 44) =>
    element(
      "button",
      { type: "button", className: "inline", title: text, onclick: () => choose(end, { focus: true }) },
      nameText(shortened(text, most)),
    );
  const cell = (/** @type {string} */ text, /** @type {number} */ end, /** @type {number} */ column) =>
    element("td", { className: column === 2 ? "value" : "" }, end >= 0 && text ? link(text, end) : nameIfAny(text));
  // The paper stands below its numbers: beside them the panel has no room for a title.
  const source = (/** @type {Result} */ { paper }) => {
    const end = graph.paperNode[paper];
    return end === node
      ? null
      : element(
          "tr",
          { className: "of" },
          element("td", { colSpan: told.filter(Boolean).length }, link(graph.name[end], end, 120)),
        );
  };
  const body = element("tbody", {});
  const show = (/** @type {number} */ from, /** @type {number} */ to) => {
    for (const [r, row] of rows.slice(from, to).entries()) {
      const result = mine[from + r];
      body.append(element("tr", {}, ...row.map((text, i) => (told[i] ? cell(text, ends(result)[i], i) : null))));
      body.append(...[source(result)].filter((one) => one !== null));
    }
  };
  show(0, MOST_SHOWN);
  const table = element(
    "table",
    {},
    element(
      "thead",
      {},
      element("tr", {}, ...heads.filter((_, i) => told[i]).map((head) => element("th", { scope: "col" }, head))),
    ),
    body,
  );
  const more =
    rows.length > MOST_SHOWN
      ? button(
          `Show ${many(rows.length - MOST_SHOWN)} more`,
          () => {
            show(MOST_SHOWN, rows.length);
            more.remove();
          },
          "",
          "quiet",
        )
      : null;
  return [
    element("h3", {}, "Results ", element("span", { className: "count" }, many(rows.length))),
    element("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": "Results" }, table),
    ...(more ? [more] : []),
  ];
}

/** @param {string} text */
const nameIfAny = (text) => (text ? nameText(text) : "");

/** Neighbours by what joins them, roles first. @param {number} node @returns {any[]} */
function groupsOf(node) {
  const { graph } = app;
  /** @type {Map<string, {title: string, edges: number[], order: number}>} */
  const groups = new Map();
  for (const edge of edgesOf(graph, node)) {
    const kind = graph.edgeKinds[graph.edgeKind[edge]],
      forward = graph.source[edge] === node;
    const title = groupTitle(graph, kind, forward, isPaper(graph, node));
    const key = `${kind.name} ${forward}`;
    const group = groups.get(key) ?? {
      title,
      edges: [],
      order:
        graph.edgeKind[edge] * 2 + Number(!forward) + (kind.group === "relation" && !isPaper(graph, node) ? -0.5 : 0),
    };
    group.edges.push(edge);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => a.order - b.order).map(({ title, edges }) => group(node, title, edges));
}

/** How a group of edges reads from a node's side. @param {Graph} graph @param {EdgeKind} kind @param {boolean} forward @param {boolean} paper */
function groupTitle(graph, kind, forward, paper) {
  const title = (/** @type {string} */ words) => words[0].toUpperCase() + words.slice(1);
  if (forward) return title(kind.label);
  if (kind.group === "role")
    return (
      {
        proposes: "Proposed by",
        compares: "Compared against by",
        uses: "Used by",
        addresses: "Addressed by",
        mentions: "Mentioned by",
      }[kind.name] ?? `${title(kind.label)} this`
    );
  return (
    {
      provides: "Provided by",
      builds_on: "Built on by",
      cites: "Cited by",
      written_by: "Wrote",
      broader: "Variants",
      implemented_by: "Implements",
      based_on: "Basis of",
      part_of: "Parts",
      is_a: "Kinds of it",
      used_for: "Done with",
      evaluated_on: "Evaluated on it",
      trained_on: "Trained on it",
      outperforms: "Outperformed by",
    }[kind.name] ?? (paper ? title(kind.label) : `What ${kind.label} this`)
  );
}

/** @param {number} node @param {string} title @param {number[]} edges */
function group(node, title, edges) {
  const { graph } = app;
  const date = (/** @type {number} */ edge) => {
    const paper = graph.paperOf[otherEnd(graph, edge, node)];
    return paper >= 0 ? graph.dates[paper] : "";
  };
  // Papers newest first, others most supported first.
  edges.sort(
    (a, b) =>
      (date(a) < date(b) ? 1 : date(a) > date(b) ? -1 : 0) ||
      graph.edgeSupport[b] - graph.edgeSupport[a] ||
      graph.degree[otherEnd(graph, b, node)] - graph.degree[otherEnd(graph, a, node)] ||
      a - b,
  );
  const list = element("ul", { className: "rows" });
  const show = (/** @type {number} */ from, /** @type {number} */ to) => {
    const rows = edges.slice(from, to).map((edge) => neighbourRow(node, edge));
    list.append(...rows);
    return rows;
  };
  show(0, MOST_SHOWN);
  const made = element(
    "section",
    { className: "group" },
    element("h3", {}, title, " ", element("span", { className: "count" }, many(edges.length))),
    list,
  );
  let next = MOST_SHOWN;
  if (edges.length > next) {
    const step = 40;
    const words = () =>
      edges.length - next > step
        ? `Show ${step} more of ${many(edges.length - next)}`
        : `Show ${many(edges.length - next)} more`;
    const more = button(
      words(),
      () => {
        const rows = show(next, next + step);
        next += step;
        if (next >= edges.length) more.remove();
        else more.textContent = words();
        rows[0]?.querySelector("button")?.focus();
      },
      "",
      "quiet",
    );
    made.append(more);
  }
  return made;
}

/** @param {number} node @param {number} edge */
function neighbourRow(node, edge) {
  const { graph } = app,
    other = otherEnd(graph, edge, node),
    paper = graph.paperOf[other];
  const facts =
    paper >= 0
      ? graph.dates[paper].slice(0, 7)
      : graph.edgeSupport[edge] > 1
        ? `${many(graph.edgeSupport[edge])} papers`
        : "";
  const walk = element(
    "button",
    { type: "button", className: "walk", onclick: () => choose(other, { focus: true }) },
    kindSign(graph.kind[other]),
    nameText(graph.name[other]),
  );
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
  const { graph } = app,
    { details } = graph;
  if (!details) return [];
  const evidence = evidenceOf(graph, edge),
    said = evidence.filter(({ sentence, paper }) => sentence >= 0 && paper >= 0);
  const names = ends.filter((end) => !isPaper(graph, end)).flatMap((end) => [graph.name[end], ...details.aliases[end]]);
  /** @type {any[]} */ const made = [];
  if (!evidence.length && server) made.push(askEvidence(edge, names));
  for (const { paper, sentence } of said.slice(0, most))
    made.push(quotation(paper, sentence, names, ends.includes(graph.paperNode[paper])));
  const rest = said.length - most + (details.evidenceMore.get(edge) ?? 0);
  if (rest > 0 && said.length > most) {
    const more = button(
      `${counted(said.length - most, "more sentence", "more sentences")}`,
      () => {
        more.replaceWith(
          ...said
            .slice(most)
            .map((one) => quotation(one.paper, one.sentence, names, ends.includes(graph.paperNode[one.paper]))),
        );
      },
      "",
      "quiet small",
    );
    made.push(more);
  }
  return made;
}

/** @param {number} paper @param {number} sentence @param {string[]} names @param {boolean} own whether the paper stands above already */
function quotation(paper, sentence, names, own) {
  const { graph } = app,
    node = graph.paperNode[paper];
  const quote = element("blockquote", {});
  sentenceText(paper, sentence).then((text) => {
    if (text === null) {
      quote.className = "absent";
      quote.append("The sentence is not in this file.");
      return;
    }
    for (const piece of markedPieces(text.replace(/\s+/g, " "), names))
      quote.append(piece.marked ? element("mark", {}, piece.text) : piece.text);
    quote.dir = "auto";
  });
  if (own) return quote;
  return element(
    "div",
    {},
    quote,
    element(
      "p",
      { className: "source" },
      element(
        "button",
        { type: "button", className: "inline", onclick: () => choose(node, { focus: true }) },
        nameText(shortened(graph.name[node], 90)),
      ),
      graph.dates[paper] ? ` · ${graph.dates[paper].slice(0, 7)}` : "",
    ),
  );
}
