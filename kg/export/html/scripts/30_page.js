// The page's elements and what all parts of it share. Text reaches the page as text nodes only.

/**
 * What the parts share; filled in by start().
 * @type {{graph: Graph, state: State, shown: Shown, index: Index | null, map: MapView, theme: "light" | "dark",
 *   selected: number, path: {nodes: number[], edges: number[]} | null, detailsReady: Promise<void>}}
 */
const app = /** @type {any} */ ({ index: null, selected: -1, path: null, theme: "light" });

/** @param {string} id @returns {any} */
const byId = (id) => document.getElementById(id);

/**
 * @param {string} tag @param {Record<string, any>} [properties] those with "-" or "role" become attributes
 * @param {(Node | string | null | false)[]} children @returns {any}
 */
function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role") made.setAttribute(key, String(value));
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else /** @type {any} */ (made)[key] = value;
  }
  made.append(
    ...children
      .filter((child) => child !== null && child !== false)
      .map((child) => /** @type {Node | string} */ (child)),
  );
  return made;
}

/** @param {string} tag @param {Record<string, any>} attributes @param {Node[]} children */
function svgElement(tag, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/** Strokes of the icons, in a square of 24. @type {Record<string, string>} */
const ICONS = {
  map: "M9 4 3 6.5v13L9 17l6 3 6-2.5v-13L15 7zM9 4v13M15 7v13",
  list: "M8 6h13M8 12h13M8 18h13M3.5 6h.01M3.5 12h.01M3.5 18h.01",
  table: "M3 5h18v14H3zM3 10h18M3 14.5h18M10 5v14",
  filter: "M4 6h16M7 12h10M10 18h4",
  path: "M6 18a2.5 2.5 0 1 0 0-.01M18 6a2.5 2.5 0 1 0 0-.01M8 16.5C14 16 10 8 16 7.3",
  save: "M12 4v11M7.5 11 12 15.5 16.5 11M4 19.5h16",
  theme: "M12 4a8 8 0 1 0 8 8 6.2 6.2 0 0 1-8-8z",
  help: "M9.2 9a2.9 2.9 0 1 1 4 2.7c-.8.4-1.2 1-1.2 2v.5M12 17.6h.01",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  whole: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  close: "M6 6l12 12M18 6 6 18",
  back: "M15 5l-7 7 7 7",
  forward: "M9 5l7 7-7 7",
  play: "M8 5v14l11-7z",
  pause: "M8 5v14M16 5v14",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17",
  centre: "M12 3v4M12 17v4M3 12h4M17 12h4M12 9.5a2.5 2.5 0 1 0 .01 0",
  around: "M12 10.5a1.5 1.5 0 1 0 .01 0M12 4.5a7.5 7.5 0 1 0 .01 0",
  out: "M14 4h6v6M20 4l-9 9M18 14v5.5H4.5V6H10",
  swap: "M7 4v15M3.5 15.5 7 19l3.5-3.5M17 20V5M13.5 8.5 17 5l3.5 3.5",
  down: "M6 9l6 6 6-6",
};

/** @param {string} name */
const icon = (name) =>
  svgElement(
    "svg",
    { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" },
    svgElement("path", { d: ICONS[name] }),
  );

/** A button; with an icon, its words are its tooltip and its name. @param {string} words @param {() => void} click @param {string} [sign] @param {string} [className] */
function button(words, click, sign = "", className = "") {
  const made = element("button", { type: "button", className, onclick: click });
  if (sign) {
    made.append(icon(sign), element("span", { className: "unseen" }, words));
    made.title = words;
  } else made.append(words);
  return made;
}

/** A number as people write it. @param {number} value */
const many = (value) => value.toLocaleString("en");

/** @param {number} value @param {string} one @param {string} [more] */
const counted = (value, one, more = `${one}s`) => `${many(value)} ${value === 1 ? one : more}`;

/** A name from the data, kept from turning the text around it. @param {string} text @param {string} [className] */
const nameText = (text, className = "") =>
  element("bdi", { className }, text.replace(/\u0000/g, "\ufffd") || "(no name)");

/** The shape of a node's kind in its colour. @param {number} kind @param {number} [size] */
function kindSign(kind, size = 16) {
  const { shape, name } = app.graph.kinds[kind];
  const made = svgElement(
    "svg",
    {
      viewBox: "-8 -8 16 16",
      width: size,
      height: size,
      class: `sign kind-${kind}`,
      "aria-hidden": "true",
      "data-kind": name,
    },
    svgElement("path", { d: shapePath(shape, 0, 0, 5.4) }),
  );
  return made;
}

/** Says something to those who hear the page. @param {string} words */
function say(words) {
  const said = byId("said");
  said.textContent = said.textContent === words ? `${words}\u00a0` : words;
}

/** Whether the person wants little movement. */
const still = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Whether the page is as narrow as a phone. */
const narrow = () => window.matchMedia("(max-width: 760px)").matches;

/** Fills the buttons of the template with their icons, and the style sheet with the kinds' colours. */
function dressPage() {
  for (const made of document.querySelectorAll("[data-icon]"))
    made.prepend(icon(/** @type {HTMLElement} */ (made).dataset.icon ?? ""));
}

// ------------------------------------------------------------------ dark and light

const systemDark = window.matchMedia("(prefers-color-scheme: dark)");

/** The person's own choice, where the browser lets the page remember it. @param {string} [choice] */
function remembered(choice) {
  try {
    if (choice !== undefined) localStorage.setItem("kg-theme", choice);
    return localStorage.getItem("kg-theme") ?? "";
  } catch {
    return choice ?? "";
  }
}

function dressTheme() {
  const chosen = remembered();
  app.theme = chosen === "dark" || chosen === "light" ? chosen : systemDark.matches ? "dark" : "light";
  document.documentElement.dataset.theme = app.theme;
  const style = document.documentElement.style;
  palette(app.graph, "type", THEMES[app.theme]).forEach((colour, kind) => style.setProperty(`--kind-${kind}`, colour));
  palette(app.graph, "community", THEMES[app.theme])
    .slice(0, COMMUNITY_HUES.length)
    .forEach((colour, i) => style.setProperty(`--hue-${i}`, colour));
}

function switchTheme() {
  const next = app.theme === "dark" ? "light" : "dark";
  remembered(next === (systemDark.matches ? "dark" : "light") ? "" : next);
  dressTheme();
  app.map.dressed();
  say(`${next} colours`);
}
