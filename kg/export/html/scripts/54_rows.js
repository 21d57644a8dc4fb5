// The list and the table: the same selection as the map, for those who cannot or will not read a map. Only the
// rows in the window are in the document, so that a hundred thousand scroll as easily as ten.

const TABLES = [
  ["nodes", "Nodes"],
  ["edges", "Connections"],
  ["results", "Results"],
];

/** @type {{rows: Int32Array, height: number, make: (row: number, at: number) => any} | null} */
let scrolled = null;

/** Shows the list or the table, or nothing while the map is shown. */
function showRows() {
  const { state, graph, shown } = app,
    box = byId("rows");
  scrolled = null;
  if (state.mode === "map") {
    box.replaceChildren();
    return;
  }
  if (state.mode === "table" && state.rows === "results" && !graph.details) {
    app.detailsReady.then(showRows);
    return;
  }
  const focused = document.activeElement?.id ?? "";
  if (state.mode === "list") showList(box);
  else showTable(box);
  if (focused) document.getElementById(focused)?.focus();
  if (!scrolled) return;
  fillRows();
}

/** @param {any} box */
function showList(box) {
  const { graph, shown } = app,
    rows = rowsOf(graph, shown, "nodes");
  const body = element("ul", {
    className: "body",
    "aria-label": `${counted(rows.length, "node")}, best connected first`,
  });
  box.className = "as-list";
  box.replaceChildren(
    element(
      "div",
      { className: "rows-head" },
      element("h2", {}, counted(rows.length, "node")),
      element("p", { className: "facts" }, "best connected first; the legend's filters hold here too"),
    ),
    element(
      "div",
      { className: "window", tabIndex: 0, role: "region", "aria-label": "List of nodes", onscroll: fillRows },
      element("div", { className: "sizer" }, body),
    ),
  );
  scrolled = {
    rows,
    height: 68,
    make: (node, at) => {
      const near = bestNeighbours(graph, node, shown.edges, 4);
      return element(
        "li",
        { className: "item", "aria-setsize": rows.length, "aria-posinset": at + 1 },
        element(
          "button",
          {
            type: "button",
            id: `item-${node}`,
            className: node === app.selected ? "chosen" : "",
            onclick: () => choose(node, { focus: true }),
          },
          kindSign(graph.kind[node], 20),
          element(
            "span",
            { className: "words" },
            nameText(shortened(graph.name[node], 200), "title"),
            element(
              "span",
              { className: "near" },
              `${graph.kinds[graph.kind[node]].label}${isPaper(graph, node) ? (graph.dates[graph.paperOf[node]] ? `, ${graph.dates[graph.paperOf[node]]}` : "") : `, ${counted(graph.support[node], "paper")}`}`,
              ...near.flatMap((other, i) => [i ? ", " : " · with ", nameText(shortened(graph.name[other], 48))]),
            ),
          ),
          element("span", { className: "count", title: "connections" }, many(graph.degree[node])),
        ),
      );
    },
  };
}

/** @param {any} box */
function showTable(box) {
  const { state, graph, shown } = app;
  const columns =
    state.rows === "nodes" ? nodeColumns(graph) : state.rows === "edges" ? edgeColumns(graph) : resultColumns(graph);
  const rows = sortedRows(rowsOf(graph, shown, state.rows), columns, state.sort);
  const tabs = element(
    "div",
    { className: "tabs", role: "group", "aria-label": "Table of" },
    ...TABLES.map(([key, label]) => {
      const made = element(
        "button",
        {
          type: "button",
          id: `rows-${key}`,
          "aria-pressed": String(state.rows === key),
          onclick: () => go({ rows: key, sort: "" }),
        },
        label,
      );
      return made;
    }),
  );
  const heads = columns.map((column) => {
    const sorted = state.sort.replace("-", "") === column.key,
      down = state.sort.startsWith("-");
    // Numbers are wanted largest first, names from A.
    const next = sorted ? (down ? column.key : `-${column.key}`) : column.number ? `-${column.key}` : column.key;
    const head = element(
      "span",
      {
        role: "columnheader",
        className: column.number ? "number" : "",
        "aria-sort": sorted ? (down ? "descending" : "ascending") : "none",
      },
      element(
        "button",
        { type: "button", id: `sort-${column.key}`, onclick: () => go({ sort: next }, { replace: true }) },
        column.label,
        element("span", { className: "arrow", "aria-hidden": "true" }, sorted ? (down ? "↓" : "↑") : ""),
      ),
    );
    return head;
  });
  const body = element("div", { className: "body", role: "rowgroup" });
  box.className = `as-table of-${state.rows}`;
  box.replaceChildren(
    element("div", { className: "rows-head" }, tabs, element("p", { className: "facts" }, counted(rows.length, "row"))),
    rows.length
      ? element(
          "div",
          { className: "window", tabIndex: 0, role: "region", "aria-label": "Table", onscroll: fillRows },
          element(
            "div",
            { role: "table", "aria-rowcount": rows.length + 1, "aria-label": `${state.rows} of the selection` },
            element(
              "div",
              { role: "rowgroup", className: "heads" },
              element("div", { role: "row", className: "line", "aria-rowindex": 1 }, ...heads),
            ),
            element("div", { className: "sizer", role: "presentation" }, body),
          ),
        )
      : element(
          "p",
          { className: "none" },
          state.rows === "results"
            ? "No results among what is shown."
            : "Nothing to list: the filters hide every node.",
        ),
  );
  if (!rows.length) return;
  scrolled = {
    rows,
    height: 38,
    make: (row, at) => {
      const node = nodeOfRow(graph, state.rows, row);
      const line = element(
        "div",
        { role: "row", className: `line${node === app.selected ? " chosen" : ""}`, "aria-rowindex": at + 2 },
        ...columns.map((column, i) => {
          const value = column.value(row),
            text = typeof value === "number" ? many(value) : shortened(value, 300);
          const cell = element("span", {
            role: "cell",
            className: column.number ? "number" : "",
            title: typeof value === "string" && value.length > 24 ? shortened(value, 400) : "",
          });
          if (i === 0)
            cell.append(
              element(
                "button",
                { type: "button", className: "walk", onclick: () => choose(node, { focus: true }) },
                kindSign(graph.kind[node]),
                nameText(text),
              ),
            );
          else if (text !== "") cell.append(nameText(text));
          return cell;
        }),
      );
      line.addEventListener("click", (/** @type {any} */ event) => {
        if (!event.target.closest("button")) choose(node);
      });
      return line;
    },
  };
}

/** Puts the rows of the window into the document. */
function fillRows() {
  if (!scrolled) return;
  const box = byId("rows"),
    view = box.querySelector(".window"),
    sizer = box.querySelector(".sizer"),
    body = box.querySelector(".body");
  const { rows, height, make } = scrolled;
  // Browsers cannot make an element of some ten million pixels; beyond that a pixel of the bar stands for more.
  const total = rows.length * height,
    most = 8e6,
    share = total > most ? total / most : 1;
  sizer.style.height = `${total / share}px`;
  const top = view.scrollTop * share,
    first = Math.max(Math.floor(top / height) - 8, 0),
    last = Math.min(Math.ceil((top + view.clientHeight) / height) + 8, rows.length);
  const held = body.contains(document.activeElement) ? document.activeElement?.id : "";
  body.style.transform = `translateY(${share === 1 ? first * height : view.scrollTop - (top - first * height)}px)`;
  body.replaceChildren(...Array.from(rows.subarray(first, last), (row, i) => make(row, first + i)));
  if (held) document.getElementById(held)?.focus({ preventScroll: true });
}
