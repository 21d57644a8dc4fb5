// The selection as rows: for the table and list views, and as CSV, JSON and SVG.

/** @typedef {{key: string, label: string, number?: boolean, value: (row: number) => string | number}} Column */

/** Columns of the nodes. @param {Graph} graph @returns {Column[]} */
function nodeColumns(graph) {
  return [
    { key: "name", label: "Name", value: (node) => graph.name[node] },
    { key: "type", label: "Type", value: (node) => graph.kinds[graph.kind[node]].label },
    { key: "papers", label: "Papers", number: true, value: (node) => graph.support[node] },
    { key: "edges", label: "Connections", number: true, value: (node) => graph.degree[node] + graph.more[node] },
    { key: "date", label: "Date", value: (node) => (isPaper(graph, node) ? graph.dates[graph.paperOf[node]] : "") },
    { key: "community", label: "Community", value: (node) => graph.communities.name[graph.community[node]] ?? "" },
  ];
}

/** Columns of the edges. @param {Graph} graph @returns {Column[]} */
function edgeColumns(graph) {
  return [
    { key: "from", label: "From", value: (edge) => graph.name[graph.source[edge]] },
    { key: "relation", label: "Relation", value: (edge) => graph.edgeKinds[graph.edgeKind[edge]].label },
    { key: "to", label: "To", value: (edge) => graph.name[graph.target[edge]] },
    { key: "papers", label: "Papers", number: true, value: (edge) => graph.edgeSupport[edge] },
    { key: "confidence", label: "Confidence, %", number: true, value: (edge) => graph.confidence[edge] },
  ];
}

/** Columns of the results. @param {Graph} graph @returns {Column[]} */
function resultColumns(graph) {
  const result = (/** @type {number} */ row) => /** @type {Details} */ (graph.details).results[row];
  const name = (/** @type {number} */ node) => (node < 0 ? "" : graph.name[node]);
  return [
    { key: "what", label: "What", value: (row) => name(result(row).subject) },
    { key: "metric", label: "Metric", value: (row) => result(row).metricText },
    { key: "value", label: "Value", number: true, value: (row) => result(row).value },
    { key: "on", label: "On", value: (row) => name(result(row).dataset) },
    { key: "against", label: "Against", value: (row) => name(result(row).baseline) },
    { key: "paper", label: "Paper", value: (row) => graph.name[graph.paperNode[result(row).paper]] },
  ];
}

/** The node that a row of a table opens. @param {Graph} graph @param {string} table @param {number} row */
function nodeOfRow(graph, table, row) {
  if (table === "nodes") return row;
  if (table === "edges") return graph.source[row];
  const result = /** @type {Details} */ (graph.details).results[row];
  return result.subject >= 0 ? result.subject : graph.paperNode[result.paper];
}

/** Rows of the selection, most telling first. @param {Graph} graph @param {Shown} shown @param {string} table @returns {Int32Array} */
function rowsOf(graph, shown, table) {
  if (table === "nodes") return graph.byWeight.filter((node) => shown.nodes[node]);
  if (table === "edges") {
    const rows = Int32Array.from({ length: graph.edgeCount }, (_, edge) => edge).filter((edge) => shown.edges[edge]);
    return rows.sort((a, b) => graph.edgeSupport[b] - graph.edgeSupport[a] || a - b);
  }
  const results = graph.details?.results ?? [];
  return Int32Array.from(results.keys()).filter((row) => {
    const { paper, subject } = results[row];
    return shown.nodes[graph.paperNode[paper]] || (subject >= 0 && shown.nodes[subject]);
  });
}

/** Numbers by size, texts as a dictionary has them, empty ones last. @param {Int32Array} rows @param {Column[]} columns @param {string} sort */
function sortedRows(rows, columns, sort) {
  const down = sort.startsWith("-");
  const column = columns.find(({ key }) => key === sort.replace("-", ""));
  if (!column) return rows;
  // A dictionary's order takes seconds for a hundred thousand names; so many are sorted by their letters alone.
  const dictionary = new Intl.Collator("en", { numeric: true, sensitivity: "base" }),
    large = rows.length > 20000;
  const compare = large
    ? (/** @type {any} */ a, /** @type {any} */ b) => (a < b ? -1 : a > b ? 1 : 0)
    : dictionary.compare;
  const values = new Map(
    Array.from(rows, (row) => {
      const value = column.value(row);
      return [row, large && typeof value === "string" ? value.toLowerCase() : value];
    }),
  );
  const size = (/** @type {any} */ value) =>
    typeof value === "number" ? value : Number.parseFloat(String(value).replaceAll(",", ""));
  return rows.slice().sort((a, b) => {
    const left = values.get(a) ?? "",
      right = values.get(b) ?? "";
    if (left === "" || right === "") return Number(left === "") - Number(right === "") || a - b;
    const compared = column.number ? (size(left) || 0) - (size(right) || 0) : compare(String(left), String(right));
    return (down ? -compared : compared) || a - b;
  });
}

/** One cell of a CSV file. A name may not become a formula where a spreadsheet opens the file. @param {string | number} value */
function csvCell(value) {
  let text = String(value).replace(/\u0000/g, "");
  if (typeof value === "string" && /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d.,]+%?$/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @param {Iterable<number>} rows @param {Column[]} columns */
function csvOf(rows, columns) {
  const lines = [columns.map(({ label }) => csvCell(label)).join(",")];
  for (const row of rows) lines.push(columns.map(({ value }) => csvCell(value(row))).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

/** The selection as one JSON document. @param {Graph} graph @param {Shown} shown */
function jsonOf(graph, shown) {
  const { details } = graph;
  const nodes = Array.from(rowsOf(graph, shown, "nodes"), (node) => ({
    id: graph.id[node],
    type: graph.kinds[graph.kind[node]].name,
    name: graph.name[node],
    aliases: details?.aliases[node] ?? [],
    papers: graph.support[node],
    url: details?.urls[node] ?? "",
    ...(isPaper(graph, node)
      ? {
          date: graph.dates[graph.paperOf[node]],
          categories: graph.paperCategories[graph.paperOf[node]].map((one) => graph.categories[one]),
        }
      : {}),
  }));
  const edges = Array.from(rowsOf(graph, shown, "edges"), (edge) => ({
    source: graph.id[graph.source[edge]],
    target: graph.id[graph.target[edge]],
    kind: graph.edgeKinds[graph.edgeKind[edge]].name,
    papers: graph.edgeSupport[edge],
    confidence: graph.confidence[edge] / 100,
  }));
  const id = (/** @type {number} */ node) => (node < 0 ? null : graph.id[node]);
  const results = Array.from(rowsOf(graph, shown, "results"), (row) => {
    const { paper, subject, metricText, value, dataset, baseline } = /** @type {Details} */ (details).results[row];
    return {
      paper: id(graph.paperNode[paper]),
      subject: id(subject),
      metric: metricText,
      value,
      dataset: id(dataset),
      baseline: id(baseline),
    };
  });
  return `${JSON.stringify({ nodes, edges, results }, null, 1)}\n`;
}

/** Text inside XML: escaped, and without what XML cannot hold. @param {string} text */
const xmlText = (text) =>
  plainText(text)
    .replace(/[\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "")
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/**
 * The view as an SVG document.
 * @param {Graph} graph @param {Shown} shown @param {View} view @param {number} width @param {number} height
 * @param {{theme: Theme, colours: string[], by: "type" | "community", labels: Label[], lit: Set<number> | null,
 *   litEdges: Iterable<number>, path: Iterable<number>}} look
 */
function svgOf(graph, shown, view, width, height, look) {
  const at = (/** @type {number} */ node) => toScreen(view, width, height, graph.x[node], graph.y[node]);
  const inside = (/** @type {number} */ node) => {
    const { x, y } = at(node);
    return x > -60 && x < width + 60 && y > -60 && y < height + 60;
  };
  const n = (/** @type {number} */ value) => value.toFixed(1);
  const bright = (/** @type {number} */ node) => !look.lit || look.lit.has(node);
  /** @type {string[]} */ const lines = [];
  /** @type {string[]} */ const dim = [];
  const line = (/** @type {number} */ edge) => {
    const from = at(graph.source[edge]),
      to = at(graph.target[edge]);
    return `M${n(from.x)} ${n(from.y)}L${n(to.x)} ${n(to.y)}`;
  };
  for (let edge = 0; edge < graph.edgeCount; edge += 1) {
    if (!shown.edges[edge] || (!inside(graph.source[edge]) && !inside(graph.target[edge]))) continue;
    (look.lit ? dim : lines).push(line(edge));
  }
  const lit = Array.from(look.litEdges, line),
    path = Array.from(look.path, line);
  const shapes = [];
  for (let node = 0; node < graph.count; node += 1) {
    if (!shown.nodes[node] || !inside(node)) continue;
    const { x, y } = at(node),
      colour = look.colours[colourOf(graph, look.by, node)];
    shapes.push(
      `<path d="${shapePath(graph.kinds[graph.kind[node]].shape, x, y, pixelRadius(graph.radius[node], view.scale))}" ` +
        `fill="${colour}"${bright(node) ? "" : ' opacity="0.15"'}><title>${xmlText(graph.name[node])}</title></path>`,
    );
  }
  const leaders = look.labels
    .filter(({ leader }) => leader)
    .map((label) => {
      const { from, to } = leaderOf(label, view, width, height, pixelRadius(graph.radius[label.number], view.scale));
      return `M${n(from.x)} ${n(from.y)}L${n(to.x)} ${n(to.y)}`;
    });
  const texts = look.labels.flatMap((label) => {
    const { left, top, right } = boxOf(label, view, width, height),
      x = { left, center: (left + right) / 2, right }[label.align],
      anchor = { left: "start", center: "middle", right: "end" }[label.align];
    return label.lines.map(
      (line, i) =>
        `<text x="${n(x)}" y="${n(top + baseline(label, i))}" font-size="${n(lettersOf(label, i).size)}" font-weight="${lettersOf(label, i).weight}" text-anchor="${anchor}">${xmlText(line)}</text>`,
    );
  });
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">\n` +
    `<rect width="100%" height="100%" fill="${look.theme.ground}"/>\n` +
    `<g fill="none" stroke="${look.theme.edge}" stroke-width="0.8"><path opacity="0.06" d="${dim.join("")}"/><path opacity="0.35" d="${lines.join("")}"/></g>\n` +
    `<g fill="none" stroke="${look.theme.accent}"><path stroke-width="1.2" opacity="0.6" d="${lit.join("")}"/><path stroke-width="3" d="${path.join("")}"/></g>\n` +
    `<g stroke="${look.theme.ground}" stroke-width="0.8">\n${shapes.join("\n")}\n</g>\n` +
    `<path fill="none" stroke="${look.theme.muted}" d="${leaders.join("")}"/>\n` +
    `<g font-family="system-ui, sans-serif" fill="${look.theme.ink}" stroke="${look.theme.halo}" stroke-width="3" paint-order="stroke" stroke-linejoin="round">\n${texts.join("\n")}\n</g>\n</svg>\n`
  );
}
