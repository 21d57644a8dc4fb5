// A paper's own little map: what it names, by role, and how these hang together.

/**
 * Where a paper's entities stand on its little map: two columns of names, most connected in the middle.
 * @param {Graph} graph @param {number} node @param {Uint8Array} shown edges
 * @returns {{nodes: number[], roles: number[], inner: number[]}} entities in order, their role's edge kind, edges between them
 */
function paperParts(graph, node, shown) {
  const entity = (/** @type {number} */ other) =>
    !["AUTHOR", "PAGE", "REPOSITORY", "PAPER"].includes(graph.kinds[graph.kind[other]].name);
  const rows = Array.from(edgesOf(graph, node))
    .filter(
      (edge) =>
        shown[edge] &&
        graph.source[edge] === node &&
        graph.edgeKinds[graph.edgeKind[edge]].group === "role" &&
        entity(graph.target[edge]),
    )
    .sort(
      (a, b) =>
        graph.edgeKind[a] - graph.edgeKind[b] || graph.degree[graph.target[b]] - graph.degree[graph.target[a]] || a - b,
    )
    .slice(0, 18);
  const nodes = rows.map((edge) => graph.target[edge]),
    among = new Set(nodes);
  const inner = new Set();
  for (const one of nodes)
    for (const edge of edgesOf(graph, one))
      if (shown[edge] && among.has(graph.source[edge]) && among.has(graph.target[edge])) inner.add(edge);
  return { nodes, roles: rows.map((edge) => graph.edgeKind[edge]), inner: [...inner] };
}

/** @param {number} node @returns {any} */
function paperMap(node) {
  const { graph } = app,
    all = new Uint8Array(graph.edgeCount).fill(1);
  const { nodes, roles, inner } = paperParts(graph, node, all);
  if (nodes.length < 3) return null;
  const width = 380,
    rowHeight = 25,
    left = Math.ceil(nodes.length / 2);
  const height = Math.max(left, nodes.length - left) * rowHeight + 14;
  const places = nodes.map((_, i) => {
    const column = i < left ? 0 : 1,
      rows = column ? nodes.length - left : left,
      row = column ? i - left : i;
    return { x: column ? 250 : 130, y: height / 2 + (row - (rows - 1) / 2) * rowHeight, column };
  });
  const middle = { x: width / 2, y: height / 2 };
  const drawing = svgElement("svg", {
    viewBox: `0 0 ${width} ${height}`,
    class: "paper-map",
    role: "group",
    "aria-label": "What this paper names",
  });
  places.forEach(({ x, y }, i) => {
    const bend = (x + middle.x) / 2;
    drawing.append(
      svgElement("path", {
        class: `tie role-${graph.edgeKinds[roles[i]].name}`,
        d: `M${middle.x} ${middle.y}C${bend} ${middle.y} ${bend} ${y} ${x} ${y}`,
      }),
    );
  });
  for (const edge of inner) {
    const a = places[nodes.indexOf(graph.source[edge])],
      b = places[nodes.indexOf(graph.target[edge])];
    const out = a.column === b.column ? (a.column ? 1 : -1) * -(18 + Math.abs(a.y - b.y) / 6) : 0;
    const made = svgElement("path", {
      class: "inner",
      d: `M${a.x} ${a.y}Q${(a.x + b.x) / 2 + out} ${(a.y + b.y) / 2} ${b.x} ${b.y}`,
    });
    made.append(svgElement("title", {}));
    /** @type {any} */ (made.firstChild).textContent =
      `${graph.name[graph.source[edge]]} ${graph.edgeKinds[graph.edgeKind[edge]].label} ${graph.name[graph.target[edge]]}`;
    drawing.append(made);
  }
  const own = svgElement(
    "g",
    { class: `sign kind-${graph.kind[node]}` },
    svgElement("path", { d: shapePath("document", middle.x, middle.y, 8) }),
  );
  drawing.append(own, ...nodes.map((other, i) => placedName(other, places[i], graph.edgeKinds[roles[i]])));
  return drawing;
}

/** A name cut to so many pixels. @param {string} name @param {number} most */
function fitted(name, most) {
  const measure = (/** @type {string} */ text) => app.map.overlay.measure(text, 11.5, 650);
  let length = Math.min(name.length, 30);
  while (length > 4 && measure(shortened(name, length)) > most) length -= 1;
  return shortened(name, length);
}

/** @param {number} node @param {{x: number, y: number, column: number}} place @param {EdgeKind} role */
function placedName(node, { x, y, column }, role) {
  const { graph } = app;
  const text = svgElement("text", { x: column ? x + 11 : x - 11, y: y + 4, "text-anchor": column ? "start" : "end" });
  text.textContent = fitted(plainText(graph.name[node]), 114);
  const title = svgElement("title", {});
  title.textContent = `${role.label} ${graph.name[node]}`;
  const made = svgElement(
    "g",
    {
      class: `place role-${role.name}`,
      tabindex: 0,
      role: "link",
      "aria-label": `${role.label} ${plainText(graph.name[node]).slice(0, 200)}`,
    },
    title,
    svgElement("rect", { x: column ? x - 8 : 0, y: y - 12, width: 138, height: 24 }),
    svgElement(
      "g",
      { class: `sign kind-${graph.kind[node]}` },
      svgElement("path", { d: shapePath(graph.kinds[graph.kind[node]].shape, x, y, 6) }),
    ),
    text,
  );
  made.addEventListener("click", () => choose(node, { focus: true }));
  made.addEventListener("keydown", (event) => {
    if (/** @type {KeyboardEvent} */ (event).key === "Enter") choose(node, { focus: true });
  });
  return made;
}
