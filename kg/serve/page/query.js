"use strict";
// The page to ask from. Everything that the graph says is set as text, never as HTML.

const $ = (id) => document.getElementById(id);
const SHOWN = 1000; // rows that a table shows; files hold all
const state = { queries: [], chosen: null, run: 0 };

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function say(text, wrong = false) {
  $("state").textContent = text;
  $("state").classList.toggle("wrong", wrong);
}

// ---------------------------------------------------------------- the library

function showQuestions() {
  const words = $("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const list = $("questions");
  list.replaceChildren();
  for (const query of state.queries) {
    const text = `${query.name} ${query.title} ${query.question}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    const button = element("button", query.title, { type: "button", title: query.question });
    button.setAttribute("aria-current", String(query === state.chosen));
    button.addEventListener("click", () => choose(query));
    const item = element("li");
    item.append(button);
    list.append(item);
  }
  if (!list.children.length) list.append(element("li", "No question has these words."));
}

function choose(query) {
  state.chosen = query;
  showQuestions();
  $("question").hidden = false;
  $("title").textContent = query.title;
  $("what").textContent = query.question;
  const fields = $("parameters");
  fields.replaceChildren();
  for (const parameter of query.parameters) {
    const label = element("label", parameter.name, { for: `p-${parameter.name}` });
    label.append(element("small", `${parameter.type}: ${parameter.description}`));
    const field = element("input", undefined, { id: `p-${parameter.name}`, name: parameter.name, autocomplete: "off" });
    field.value = query.example[parameter.name] ?? parameter.default;
    field.required = parameter.required;
    const box = element("div");
    box.append(label, field);
    fields.append(box);
  }
  $("text").value = query.text;
  location.hash = query.name;
}

async function ask(event) {
  event.preventDefault();
  const fields = new URLSearchParams({ query: state.chosen.name });
  for (const field of $("parameters").querySelectorAll("input")) fields.set(field.name, field.value.trim());
  await answered(async () => {
    const response = await fetch(`/api/ask?${fields}`);
    const told = await response.json();
    if (!response.ok) throw new Error(told.error);
    if (told.triples !== undefined) showTriples(told.triples);
    else showRows(told.columns, told.rows);
    return told.notes.join("; ");
  });
}

// ---------------------------------------------------------------- SPARQL

async function run(event) {
  event.preventDefault();
  const text = $("text").value;
  await answered(async () => {
    const response = await fetch("/sparql", {
      method: "POST",
      headers: { "Content-Type": "application/sparql-query", Accept: "application/sparql-results+json, text/turtle;q=0.9" },
      body: text,
    });
    const body = await response.text();
    if (!response.ok) throw new Error(body.trim());
    if (!response.headers.get("Content-Type").startsWith("application/sparql-results+json")) {
      showTriples(body);
      return "";
    }
    const told = JSON.parse(body);
    if (told.boolean !== undefined) showRows(["answer"], [[told.boolean ? "yes" : "no"]]);
    else {
      const columns = told.head.vars;
      showRows(columns, told.results.bindings.map((row) => columns.map((name) => row[name]?.value ?? "")));
    }
    const cut = response.headers.get("X-Cut-At");
    for (const name of ["csv", "tsv", "json"]) $(name).dataset.query = text;
    $("downloads").hidden = told.boolean !== undefined;
    return cut ? `cut at ${Number(cut).toLocaleString("en")} rows` : "";
  });
}

async function save(event) {
  event.preventDefault();
  const types = { csv: "text/csv", tsv: "text/tab-separated-values", json: "application/sparql-results+json" };
  const link = event.currentTarget;
  const response = await fetch("/sparql", {
    method: "POST",
    headers: { "Content-Type": "application/sparql-query", Accept: types[link.id] },
    body: link.dataset.query,
  });
  const address = URL.createObjectURL(await response.blob());
  const other = element("a", "", { href: address, download: link.getAttribute("download") });
  other.click();
  URL.revokeObjectURL(address);
}

// ---------------------------------------------------------------- answers

async function answered(work) {
  const number = ++state.run;
  const started = performance.now();
  say("Asking …");
  $("downloads").hidden = true;
  try {
    const note = await work();
    if (number !== state.run) return;
    const seconds = ((performance.now() - started) / 1000).toFixed(2);
    say([$("answer").dataset.told, `${seconds} s`, note].filter(Boolean).join(" · "));
  } catch (error) {
    $("answer").replaceChildren();
    $("triples").hidden = true;
    say(error.message || "The server does not answer.", true);
  }
}

function showTriples(text) {
  $("answer").replaceChildren();
  $("answer").dataset.told = "triples";
  $("triples").textContent = text;
  $("triples").hidden = false;
}

function showRows(columns, rows) {
  $("triples").hidden = true;
  const table = element("table");
  const head = element("tr");
  for (const name of columns) head.append(element("th", name.replaceAll("_", " "), { scope: "col" }));
  table.append(element("thead"));
  table.tHead.append(head);
  const body = element("tbody");
  for (const row of rows.slice(0, SHOWN)) {
    const line = element("tr");
    for (const value of row) line.append(cell(value));
    body.append(line);
  }
  table.append(body);
  $("answer").replaceChildren(rows.length ? table : element("p", "Nothing in this graph answers that."));
  const more = rows.length > SHOWN ? `, the first ${SHOWN.toLocaleString("en")} shown` : "";
  $("answer").dataset.told = `${rows.length.toLocaleString("en")} row${rows.length === 1 ? "" : "s"}${more}`;
}

function cell(value) {
  if (/^https?:\/\/[^\s<>"]+$/.test(value)) {
    const made = element("td");
    made.append(element("a", value, { href: value, rel: "noreferrer noopener" }));
    return made;
  }
  const number = value !== "" && /^-?\d+(\.\d+)?$/.test(value);
  return element("td", value, number ? { class: "number" } : {});
}

// ---------------------------------------------------------------- start

async function start() {
  $("filter").addEventListener("input", showQuestions);
  $("question").addEventListener("submit", ask);
  $("sparql").addEventListener("submit", run);
  $("edit").addEventListener("click", () => $("text").focus());
  for (const name of ["csv", "tsv", "json"]) $(name).addEventListener("click", save);
  $("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) $("sparql").requestSubmit();
  });
  try {
    state.queries = await (await fetch("/api/queries")).json();
    const meta = await (await fetch("/api/meta")).json();
    $("about").textContent = `${meta.papers.toLocaleString("en")} papers, ${(meta.triples ?? 0).toLocaleString("en")} triples`;
  } catch {
    say("The server does not answer.", true);
  }
  showQuestions();
  const named = state.queries.find((query) => query.name === decodeURIComponent(location.hash.slice(1)));
  if (named) choose(named);
  else if (!$("text").value) $("text").value = "PREFIX kg: <https://kg.example/ontology#>\nPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n\nSELECT ?method ?name ?papers\nWHERE { ?method a kg:Method ; rdfs:label ?name ; kg:paperCount ?papers }\nORDER BY DESC(?papers)\nLIMIT 20\n";
}

start();
