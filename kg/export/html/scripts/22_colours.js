// Colours and shapes. Hues stay apart for the colour-blind; a node's kind has its shape as a second channel.

/** Hues for communities, after Paul Tol's "muted" and "bright" schemes, in the order of communities' sizes. */
const COMMUNITY_HUES = [
  "#4477aa",
  "#cc6677",
  "#228833",
  "#c9a227",
  "#66b5d9",
  "#aa4499",
  "#ee7733",
  "#009988",
  "#7a6fd0",
  "#a3623a",
  "#8aa33c",
  "#b5517a",
];

/** @param {string} hex @returns {number[]} */
const rgbOf = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

/** Between two colours. @param {string} a @param {string} b @param {number} share of b, 0 to 1 */
function mixed(a, b, share) {
  const from = rgbOf(a),
    to = rgbOf(b);
  return `#${from
    .map((value, i) =>
      Math.round(value + (to[i] - value) * share)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

/** A colour with a degree of opacity. @param {string} hex @param {number} alpha */
const seeThrough = (hex, alpha) => `rgba(${rgbOf(hex).join(",")},${alpha.toFixed(3)})`;

/** Relative luminance, WCAG 2.2. @param {string} hex */
function luminance(hex) {
  const [r, g, b] = rgbOf(hex).map((value) =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast of two colours, WCAG 2.2: 1 to 21. @param {string} a @param {string} b */
function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** The colour, moved towards the ink just as far as it needs to stand out from the ground.
 * @param {string} colour @param {string} ground @param {string} ink @param {number} [least] */
function standingOut(colour, ground, ink, least = 3) {
  for (let share = 0; share < 1; share += 0.05) {
    const made = mixed(colour, ink, share);
    if (contrast(made, ground) >= least) return made;
  }
  return ink;
}

/**
 * The two sets of colours.
 * @typedef {{ground: string, ink: string, muted: string, line: string, accent: string, edge: string, halo: string}} Theme
 * @type {{light: Theme, dark: Theme}}
 */
const THEMES = {
  light: {
    ground: "#fbfaf7",
    ink: "#1c2330",
    muted: "#5b6472",
    line: "#dfe1e0",
    accent: "#1f5f99",
    edge: "#5a6a80",
    halo: "#fbfaf7",
  },
  dark: {
    ground: "#13171d",
    ink: "#e8ebf0",
    muted: "#9aa5b4",
    line: "#2b333e",
    accent: "#8cc2f2",
    edge: "#93a3b8",
    halo: "#13171d",
  },
};

/**
 * Colours by number: one for each kind, or one for each community, the last for nodes in none.
 * @param {Graph} graph @param {"type" | "community"} by @param {Theme} theme @returns {string[]}
 */
function palette(graph, by, theme) {
  const seen = (/** @type {string} */ colour) =>
    standingOut(colour, theme.ground, theme.ink, theme === THEMES.dark ? 4.2 : 2.8);
  if (by === "type") return graph.kinds.map((kind) => seen(kind.colour));
  const few = COMMUNITY_HUES.map(seen);
  const hues = graph.communities.name.map((_, i) => few[i % few.length]);
  return [...hues, mixed(theme.muted, theme.ground, 0.35)];
}

/** Which of the palette's colours a node has. @param {Graph} graph @param {"type" | "community"} by @param {number} node */
const colourOf = (graph, by, node) =>
  by === "type" ? graph.kind[node] : graph.community[node] < 0 ? graph.communities.name.length : graph.community[node];

/** Outlines as corners around the origin, of about the same area as the unit circle; a missing one is a circle.
 * @type {Record<string, number[][]>} */
const CORNERS = {
  diamond: [
    [0, -1.22],
    [1.22, 0],
    [0, 1.22],
    [-1.22, 0],
  ],
  square: [
    [-0.88, -0.88],
    [0.88, -0.88],
    [0.88, 0.88],
    [-0.88, 0.88],
  ],
  triangle: [
    [0, -1.15],
    [1.08, 0.82],
    [-1.08, 0.82],
  ],
  triangleDown: [
    [0, 1.15],
    [1.08, -0.82],
    [-1.08, -0.82],
  ],
  hexagon: [
    [-0.52, -0.92],
    [0.52, -0.92],
    [1.05, 0],
    [0.52, 0.92],
    [-0.52, 0.92],
    [-1.05, 0],
  ],
  star: Array.from({ length: 10 }, (_, i) => {
    const length = i % 2 ? 0.52 : 1.22;
    return [length * Math.sin((i * Math.PI) / 5), -length * Math.cos((i * Math.PI) / 5)];
  }),
  document: [
    [-0.74, -1],
    [0.3, -1],
    [0.78, -0.52],
    [0.78, 1],
    [-0.74, 1],
  ],
};

/** Traces a shape. @param {any} context @param {string} shape @param {number} x @param {number} y @param {number} r */
function traceShape(context, shape, x, y, r) {
  const corners = CORNERS[shape];
  context.beginPath();
  if (!corners) context.arc(x, y, r, 0, 2 * Math.PI);
  else for (const [cx, cy] of corners) context.lineTo(x + cx * r, y + cy * r);
  context.closePath();
}

/** A shape as the path of an SVG element. @param {string} shape @param {number} x @param {number} y @param {number} r */
function shapePath(shape, x, y, r) {
  const short = (/** @type {number} */ value) => String(Math.round(value * 100) / 100);
  const corners = CORNERS[shape];
  if (corners) return `M${corners.map(([cx, cy]) => `${short(x + cx * r)} ${short(y + cy * r)}`).join("L")}Z`;
  return `M${short(x - r)} ${short(y)}a${short(r)} ${short(r)} 0 1 0 ${short(2 * r)} 0a${short(r)} ${short(r)} 0 1 0 ${short(-2 * r)} 0Z`;
}
