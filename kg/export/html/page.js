// The explorer. Reads the two data blocks of the page, draws them with vis-network, and lets people search,
// filter, and read what a node is and which sentences say so. Text reaches the page only as text nodes.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const drawn = JSON.parse(document.getElementById("network").textContent);
  drawn.options = JSON.parse(drawn.options); // pyvis hands its options on as text
  const { nodes, edges, strings, kinds, edgeKinds, results } = data;
  const count = nodes.id.length;
  const byId = (id) => document.getElementById(id);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  // ------------------------------------------------------------------ what is known of a node
  const text = (number) => strings[number];
  const name = (node) => text(nodes.name[node]);
  const kindOf = (node) => kinds[nodes.kind[node]];
  const touching = Array.from({ length: count }, () => []);
  edges.source.forEach((source, edge) => {
    touching[source].push(edge);
    if (edges.target[edge] !== source) touching[edges.target[edge]].push(edge);
  });
  const numberOf = new Map(nodes.id.map((id, node) => [text(id), node]));
  const otherEnd = (edge, node) => (edges.source[edge] === node ? edges.target[edge] : edges.source[edge]);

  // ------------------------------------------------------------------ elements
  function element(tag, properties = {}, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }
  function outline(context, shape, x, y, r) {
    const corners = {
      diamond: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
      square: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
      triangle: [[0, -1.1], [1, 0.8], [-1, 0.8]],
      triangleDown: [[0, 1.1], [1, -0.8], [-1, -0.8]],
      hexagon: [[-0.5, -0.9], [0.5, -0.9], [1, 0], [0.5, 0.9], [-0.5, 0.9], [-1, 0]],
      star: Array.from({ length: 10 }, (_, i) => {
        const length = i % 2 ? 0.5 : 1.15;
        return [length * Math.sin((i * Math.PI) / 5), -length * Math.cos((i * Math.PI) / 5)];
      }),
      document: [[-0.75, -1], [0.35, -1], [0.75, -0.6], [0.75, 1], [-0.75, 1]],
    }[shape];
    context.beginPath();
    if (corners) corners.forEach(([cx, cy]) => context.lineTo(x + cx * r, y + cy * r));
    else context.arc(x, y, r, 0, 2 * Math.PI);
    context.closePath();
  }
  function paint(context, kind, x, y, r, edge) {
    outline(context, kind.shape, x, y, r);
    if (kind.shape === "ring") {
      context.lineWidth = Math.max(r / 2.5, 1.5);
      context.strokeStyle = kind.colour;
      context.stroke();
      return;
    }
    context.fillStyle = kind.colour;
    context.fill();
    context.lineWidth = 1;
    context.strokeStyle = edge;
    context.stroke();
  }
  function sign(kind) {
    const size = 16, ratio = 2;
    const canvas = element("canvas", { width: size * ratio, height: size * ratio });
    canvas.style.width = canvas.style.height = `${size}px`;
    canvas.setAttribute("aria-hidden", "true");
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    paint(context, kind, size / 2, size / 2, 5.5, "transparent");
    return canvas;
  }

  // ------------------------------------------------------------------ filters
  const shownKinds = new Set(kinds.map((kind) => kind.name));
  const shownEdges = new Set(edgeKinds.map((kind) => kind.name));
  function tally(column, length) {
    const counts = new Array(length).fill(0);
    column.forEach((value) => { counts[value] += 1; });
    return counts;
  }
  function toggles(box, rows, counts, shown, label) {
    rows.forEach((row, index) => {
      if (!counts[index]) return;
      const input = element("input", { type: "checkbox", checked: true, value: row.name });
      input.addEventListener("change", () => {
        if (input.checked) shown.add(row.name); else shown.delete(row.name);
        filter();
      });
      const parts = row.colour ? [sign(row)] : [];
      box.append(element("label", {}, input, ...parts, element("span", { textContent: label(row) }),
        element("span", { className: "count", textContent: counts[index].toLocaleString("en") })));
    });
  }
  toggles(byId("kinds"), kinds, tally(nodes.kind, kinds.length), shownKinds, (kind) => kind.plural);
  toggles(byId("edge-kinds"), edgeKinds, tally(edges.kind, edgeKinds.length), shownEdges, (kind) => kind.label);
  const isShown = (node) => shownKinds.has(kindOf(node).name);
  const edgeShown = (edge) =>
    shownEdges.has(edgeKinds[edges.kind[edge]].name) && isShown(edges.source[edge]) && isShown(edges.target[edge]);

  // ------------------------------------------------------------------ the map
  let selected = -1;
  let lit = null; // the selected node and its neighbours, or nothing
  const ink = () => getComputedStyle(document.documentElement).getPropertyValue("--ink").trim();
  const ground = () => getComputedStyle(document.documentElement).getPropertyValue("--ground").trim();
  function edgeColour(edge) {
    const among = lit && (edges.source[edge] === selected || edges.target[edge] === selected);
    if (among) return dark.matches ? "#9fc9f3" : "#2b6ca8";
    if (lit) return dark.matches ? "rgba(130,145,165,.10)" : "rgba(90,105,125,.09)";
    return dark.matches ? "rgba(140,155,175,.38)" : "rgba(90,105,125,.36)";
  }
  const nodeItem = (node) => {
    const dim = lit && !lit.has(node);
    return {
      ...drawn.nodes[node],
      shape: "custom",
      ctxRenderer: renderer,
      hidden: !isShown(node),
      opacity: dim ? 0.18 : 1,
    };
  };
  const edgeItem = (edge) => ({
    ...drawn.edges[edge],
    hidden: !edgeShown(edge),
    color: { color: edgeColour(edge), highlight: edgeColour(edge), hover: edgeColour(edge) },
    arrows: { to: { enabled: true, scaleFactor: 0.35 } },
  });
  function renderer({ ctx, id, x, y, state: { selected: chosen, hover }, style }) {
    const kind = kindOf(id);
    const dim = lit && !lit.has(id);
    const radius = style.size;
    return {
      drawNode() {
        ctx.save();
        ctx.globalAlpha = dim ? 0.15 : 1;
        paint(ctx, kind, x, y, radius, ground());
        if (chosen || hover) {
          ctx.globalAlpha = 1;
          outline(ctx, kind.shape, x, y, radius + 3);
          ctx.lineWidth = 2.5;
          ctx.strokeStyle = ink();
          ctx.stroke();
        }
        ctx.restore();
      },
      nodeDimensions: { width: radius * 2, height: radius * 2 },
    };
  }
  let network = null;
  const nodeSet = new vis.DataSet(drawn.nodes.map((_, node) => nodeItem(node)));
  const edgeSet = new vis.DataSet(drawn.edges.map((_, edge) => edgeItem(edge)));
  network = new vis.Network(byId("map"), { nodes: nodeSet, edges: edgeSet },
    { ...drawn.options, nodes: { labelHighlightBold: false }, interaction: { ...drawn.options.interaction, keyboard: false } });
  network.on("click", ({ nodes: [node] }) => { if (node === undefined) choose(-1); else choose(node); });
  network.on("afterDrawing", (context) => writeNames(context));
  dark.addEventListener("change", repaint);

  function repaint() {
    nodeSet.update(drawn.nodes.map((_, node) => nodeItem(node)));
    edgeSet.update(drawn.edges.map((_, edge) => edgeItem(edge)));
  }
  function filter() {
    repaint();
    tell();
  }
  function tell() {
    let shownNodes = 0, shownCount = 0;
    for (let node = 0; node < count; node += 1) shownNodes += isShown(node);
    for (let edge = 0; edge < edges.source.length; edge += 1) shownCount += edgeShown(edge);
    byId("counts").textContent = `${shownNodes.toLocaleString("en")} nodes, ${shownCount.toLocaleString("en")} edges`;
  }

  // Far out, single labels are too small to read: each large community carries the name of what it shares.
  const communities = new Map();
  nodes.community.forEach((community, node) => {
    if (!communities.has(community)) communities.set(community, []);
    communities.get(community).push(node);
  });
  const named = [...communities.values()].filter((members) => members.length >= 12).map((members) => {
    const best = members.filter((node) => !["PAPER", "AUTHOR", "PAGE", "REPOSITORY"].includes(kindOf(node).name))
      .sort((a, b) => touching[b].length - touching[a].length || a - b);
    const middle = (column) => members.reduce((sum, node) => sum + column[node], 0) / members.length;
    return { label: best.length ? name(best[0]) : "", x: middle(nodes.x), y: middle(nodes.y), size: members.length };
  }).sort((a, b) => b.size - a.size);
  // Names are painted last and never over one another: communities where the map is seen from far, single
  // nodes as far as their shapes are large enough, the best connected first.
  const byWeight = Array.from({ length: count }, (_, node) => node)
    .sort((a, b) => touching[b].length - touching[a].length || a - b);
  let hovered = -1;
  network.on("hoverNode", ({ node }) => { hovered = node; });
  network.on("blurNode", () => { hovered = -1; });
  function writeNames(context) {
    if (network === null) return;
    const scale = network.getScale(), taken = [];
    function write(label, x, y, height, weight, must) {
      context.font = `${weight} ${height}px system-ui, "DejaVu Sans", sans-serif`;
      const half = context.measureText(label).width / 2 + 2 / scale;
      const bottom = y + height * 1.15;
      if (!must && taken.some((box) => x - half < box.right && x + half > box.left && y < box.bottom && bottom > box.top)) return;
      taken.push({ left: x - half, right: x + half, top: y, bottom });
      context.lineWidth = height / 3.5;
      context.strokeText(label, x, y);
      context.fillText(label, x, y);
    }
    context.save();
    context.textAlign = "center";
    context.textBaseline = "top";
    context.lineJoin = "round";
    context.strokeStyle = ground();
    context.fillStyle = ink();
    const nodeName = (node, must) => write(drawn.nodes[node].label, drawn.nodes[node].x,
      drawn.nodes[node].y + drawn.nodes[node].size + 3, (must ? 14 : 12) / Math.min(scale, 1.3), must ? 600 : 400, must);
    [selected, hovered].filter((node) => node >= 0 && isShown(node)).forEach((node) => nodeName(node, true));
    if (!lit && scale < 0.8) {
      named.forEach(({ label, x, y, size }) => write(label, x, y, Math.min(11 + Math.sqrt(size), 24) / scale, 600, false));
    }
    const { x: left, y: top } = network.DOMtoCanvas({ x: 0, y: 0 });
    const { x: right, y: bottom } = network.DOMtoCanvas({ x: byId("map").clientWidth, y: byId("map").clientHeight });
    for (const node of byWeight) {
      const { x, y, size } = drawn.nodes[node];
      if (x < left || x > right || y < top || y > bottom || !isShown(node)) continue;
      if (lit ? lit.has(node) : size * scale > 8) nodeName(node, false);
    }
    context.restore();
  }

  // ------------------------------------------------------------------ choosing a node
  function choose(node, { look = false } = {}) {
    selected = node;
    lit = node < 0 ? null : new Set([node, ...touching[node].filter(edgeShown).map((edge) => otherEnd(edge, node))]);
    repaint();
    if (node < 0) {
      network.unselectAll();
      byId("panel").hidden = true;
      history.replaceState(null, "", location.pathname + location.search);
      return;
    }
    network.selectNodes([node], false);
    history.replaceState(null, "", `#node=${encodeURIComponent(text(nodes.id[node]))}`);
    describe(node);
    if (look) network.focus(node, { scale: Math.max(network.getScale(), 0.9) });
  }
  function walk(node) {
    const button = element("button", { type: "button", className: "walk" }, sign(kindOf(node)),
      element("span", { textContent: name(node) }));
    button.addEventListener("click", () => { choose(node, { look: true }); byId("panel").focus(); });
    return button;
  }
  // The sentence with every name of the node marked in it.
  function quote(sentence, node) {
    const names = [name(node), ...nodes.aliases[node].map(text)].filter((part) => part.length > 1)
      .sort((a, b) => b.length - a.length).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const made = element("blockquote");
    let last = 0;
    if (names.length) {
      for (const match of sentence.matchAll(new RegExp(names.join("|"), "gi"))) {
        made.append(sentence.slice(last, match.index), element("mark", { textContent: match[0] }));
        last = match.index + match[0].length;
      }
    }
    made.append(sentence.slice(last));
    return made;
  }
  function anchor(url) {
    // Only web addresses become links: nothing in a record may run as script.
    if (!/^https?:\/\//i.test(url)) return element("span", { textContent: url });
    return element("a", { href: url, textContent: url, target: "_blank", rel: "noopener noreferrer" });
  }
  function describe(node) {
    const panel = byId("panel");
    const close = element("button", { type: "button", className: "close", textContent: "×", title: "Close (Esc)" });
    close.setAttribute("aria-label", "Close details");
    close.addEventListener("click", () => choose(-1));
    const kind = kindOf(node);
    panel.replaceChildren(close,
      element("p", { className: "kind" }, `${kind.label}${kind.name === "PAPER" ? "" : `, ${nodes.papers[node].toLocaleString("en")} ${nodes.papers[node] === 1 ? "paper" : "papers"}`}`),
      element("h2", { textContent: name(node) }));
    if (text(nodes.about[node])) panel.append(element("p", { textContent: text(nodes.about[node]) }));
    if (text(nodes.url[node])) panel.append(element("p", {}, anchor(text(nodes.url[node]))));
    if (kind.name !== "PAPER" && nodes.aliases[node].length) {
      panel.append(element("h3", { textContent: "also written" }),
        element("p", { textContent: nodes.aliases[node].map(text).join(" · ") }));
    }
    const mine = results.filter(([paper, subject, , , dataset, baseline]) => [paper, subject, dataset, baseline].includes(node));
    if (mine.length) {
      const rows = mine.map(([paper, subject, metric, value, dataset, baseline]) => [
        subject < 0 ? "" : name(subject), text(metric), text(value), dataset < 0 ? "" : name(dataset),
        baseline < 0 ? "" : name(baseline), kind.name === "PAPER" ? "" : name(paper)]);
      // Only columns that say something: not the node itself in every row, and nothing that is empty.
      const heads = ["what", "metric", "value", "on", "against", "in"];
      const telling = heads.map((_, column) => rows.some((row) => row[column] && row[column] !== name(node)));
      const line = (tag, cells) => element("tr", {}, ...cells.filter((_, column) => telling[column])
        .map((cell) => element(tag, { textContent: cell })));
      panel.append(element("h3", { textContent: "results" }),
        element("table", {}, line("th", heads), ...rows.map((row) => line("td", row))));
    }
    const groups = new Map();
    touching[node].forEach((edge) => {
      const forward = edges.source[edge] === node;
      const key = `${edges.kind[edge]}|${forward}`;
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(edge);
    });
    [...groups.keys()].sort((a, b) => parseInt(a, 10) - parseInt(b, 10)).forEach((key) => {
      const [kindNumber, forward] = key.split("|");
      const list = element("ul");
      groups.get(key).sort((a, b) => edges.support[b] - edges.support[a] || a - b).forEach((edge) => {
        const other = otherEnd(edge, node);
        const item = element("li", {}, walk(other));
        edges.sentences[edge].forEach(([, sentence]) => {
          if (text(sentence)) item.append(quote(text(sentence), kindOf(node).name === "PAPER" ? other : node));
        });
        list.append(item);
      });
      const label = edgeKinds[kindNumber].label;
      panel.append(element("h3", { textContent: forward === "true" ? label : `… ${label} this` }), list);
    });
    panel.hidden = false;
    panel.scrollTop = 0;
  }

  // ------------------------------------------------------------------ search
  const query = byId("query"), matches = byId("matches");
  const plain = (words) => words.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  const names = Array.from({ length: count }, (_, node) => [name(node), ...nodes.aliases[node].map(text)].map(plain));
  let current = -1;
  function find(wanted) {
    const found = [];
    for (let node = 0; node < count; node += 1) {
      let best = 0;
      for (const each of names[node]) {
        const at = each.indexOf(wanted);
        if (at < 0) continue;
        const boundary = at === 0 || /[^\p{L}\p{N}]/u.test(each[at - 1]);
        best = Math.max(best, each === wanted ? 4 : at === 0 ? 3 : boundary ? 2 : 1);
      }
      if (best) found.push([best, touching[node].length, node]);
    }
    return found.sort((a, b) => b[0] - a[0] || b[1] - a[1] || a[2] - b[2]).slice(0, 12).map((row) => row[2]);
  }
  function offer() {
    const wanted = plain(query.value.trim());
    const found = wanted ? find(wanted) : [];
    current = found.length ? 0 : -1;
    matches.replaceChildren(...found.map((node, index) => {
      const via = nodes.aliases[node].map(text).find((alias) => plain(alias).includes(wanted) && !plain(name(node)).includes(wanted));
      const item = element("li", { id: `match-${index}` }, sign(kindOf(node)),
        element("span", { textContent: via ? `${name(node)} (${via})` : name(node) }),
        element("span", { className: "kind", textContent: kindOf(node).label }));
      item.setAttribute("role", "option");
      item.dataset.node = node;
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); take(node); });
      return item;
    }));
    if (wanted && !found.length) matches.append(element("li", { textContent: "nothing by that name" }));
    matches.hidden = !wanted;
    query.setAttribute("aria-expanded", String(!matches.hidden));
    mark();
  }
  function mark() {
    [...matches.children].forEach((item, index) => {
      item.setAttribute("aria-selected", String(index === current));
      if (index === current) { query.setAttribute("aria-activedescendant", item.id); item.scrollIntoView({ block: "nearest" }); }
    });
  }
  function take(node) {
    matches.hidden = true;
    query.setAttribute("aria-expanded", "false");
    query.value = name(node);
    choose(node, { look: true });
  }
  query.addEventListener("input", offer);
  query.addEventListener("focus", () => { if (query.value) query.select(); });
  query.addEventListener("blur", () => { matches.hidden = true; });
  query.addEventListener("keydown", (event) => {
    const options = [...matches.querySelectorAll("[data-node]")];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!options.length) return;
      current = (current + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length;
      mark();
      event.preventDefault();
    } else if (event.key === "Enter" && options[current]) {
      take(Number(options[current].dataset.node));
      byId("panel").focus();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== query) { event.preventDefault(); query.focus(); }
    if (event.key === "Escape") {
      if (!matches.hidden) { matches.hidden = true; return; }
      query.blur();
      choose(-1);
    }
  });
  byId("whole").addEventListener("click", () => { choose(-1); network.fit(); });

  // ------------------------------------------------------------------ the first view
  if (data.leftOut.nodes) {
    const note = byId("left-out");
    note.textContent = `This page shows the best connected part of the graph. ${data.leftOut.nodes.toLocaleString("en")} nodes and ${data.leftOut.edges.toLocaleString("en")} edges are left out here; the tables, the RDF and the GraphML hold them all.`;
    note.hidden = false;
  }
  function fromAddress() {
    const wanted = new URLSearchParams(location.hash.slice(1)).get("node");
    if (wanted !== null && numberOf.has(wanted)) choose(numberOf.get(wanted), { look: true });
  }
  // On a small screen the map comes first; the filters wait behind their headings.
  if (window.matchMedia("(max-width: 760px)").matches) {
    document.querySelectorAll("#legend details").forEach((part) => { part.open = false; });
  }
  tell();
  network.once("afterDrawing", () => { document.body.dataset.ready = "true"; });
  network.fit();
  fromAddress();
  window.addEventListener("hashchange", fromAddress);
})();
