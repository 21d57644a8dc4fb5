// The search field: a combobox that completes names, aliases and titles.

/** @type {{node: number, label: string, own: boolean}[]} */
let matches = [];
let active = -1;

/** Completion of a field: calls back with the node that is taken. @param {any} field @param {any} list @param {(node: number) => void} take */
function completes(field, list, take) {
  const close = () => {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
    active = -1;
  };
  const accept = (/** @type {number} */ i) => {
    const match = matches[i];
    close();
    if (match) take(match.node);
  };
  const mark = (/** @type {number} */ i) => {
    active = i;
    [...list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === i)));
    const row = list.children[i];
    if (row?.id) {
      field.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    }
  };
  const look = () => {
    const query = field.value;
    if (!query.trim()) {
      matches = [];
      close();
      return;
    }
    app.index ??= searchIndex(app.graph);
    matches = searchNodes(app.graph, app.index, query);
    list.replaceChildren(
      ...(matches.length
        ? matches.map((match, i) => matchRow(match, query, `${list.id}-${i}`, () => accept(i)))
        : [
            element(
              "li",
              { className: "none", role: "option", "aria-disabled": "true" },
              "Nothing of that name. Try fewer letters, or another spelling.",
            ),
          ]),
    );
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    if (matches.length) mark(0);
    say(matches.length ? counted(matches.length, "match", "matches") : "No match");
    searchServer(
      query,
      () => field.value === query,
      (found) => {
        const known = new Set(matches.map(({ node }) => node));
        matches = [...matches, ...found.filter(({ node }) => !known.has(node))].slice(0, 20);
        list.replaceChildren(...matches.map((match, i) => matchRow(match, query, `${list.id}-${i}`, () => accept(i))));
        mark(Math.max(active, 0));
      },
    );
  };
  field.addEventListener("input", look);
  field.addEventListener("focus", () => {
    if (field.value) {
      field.select();
      look();
    }
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) look();
      else if (matches.length) mark((active + (event.key === "ArrowDown" ? 1 : matches.length - 1)) % matches.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (list.hidden) look();
      accept(Math.max(active, 0));
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (!list.hidden) close();
      else {
        field.value = "";
        field.blur();
        byId("map").focus({ preventScroll: true });
      }
    }
  });
}

/** @param {{node: number, label: string, own: boolean}} match @param {string} query @param {string} id @param {() => void} take */
function matchRow({ node, label, own }, query, id, take) {
  const { graph } = app;
  const row = element("li", { id, role: "option", "aria-selected": "false" }, kindSign(graph.kind[node]));
  const words = element("span", { className: "words" }, marked(graph.name[node], query));
  if (!own) words.append(element("span", { className: "alias" }, "also ", marked(label, query)));
  row.append(
    words,
    element(
      "span",
      { className: "count" },
      isPaper(graph, node) ? graph.dates[graph.paperOf[node]].slice(0, 4) || "paper" : many(graph.support[node]),
    ),
  );
  // Not click: the field would lose its focus, and the list vanish, before it came.
  row.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    event.preventDefault();
    take();
  });
  return row;
}

/** A name with what was typed set off. @param {string} name @param {string} query */
function marked(name, query) {
  const short = shortened(name, 160),
    at = short.toLowerCase().indexOf(query.trim().toLowerCase());
  const made = element("bdi", {});
  if (at < 0 || !query.trim()) made.append(short);
  else
    made.append(
      short.slice(0, at),
      element("b", {}, short.slice(at, at + query.trim().length)),
      short.slice(at + query.trim().length),
    );
  return made;
}

function startSearch() {
  completes(byId("query"), byId("matches"), (node) => {
    byId("query").value = "";
    byId("query").blur();
    choose(node, { focus: true });
  });
}
