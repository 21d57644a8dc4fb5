// Draws the page's data with vis-network. Text reaches the page only as text: a title as the text of an
// element of its own, a label on the canvas.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  document.getElementById("heading").textContent = data.heading;
  const hint = (text) => {
    const element = document.createElement("div");
    element.dir = "auto";
    element.textContent = String(text);
    return element;
  };
  const titled = (item) => (item.title === undefined ? item : { ...item, title: hint(item.title) });
  const style = () => getComputedStyle(document.documentElement);
  function colours() {
    const ink = style().getPropertyValue("--ink").trim(), ground = style().getPropertyValue("--ground").trim();
    return {
      nodes: { font: { color: ink, strokeColor: ground, strokeWidth: 3, face: "system-ui, DejaVu Sans, sans-serif" } },
      edges: { color: { color: dark.matches ? "#5a6778" : "#aab4c0", highlight: ink, hover: ink } },
    };
  }
  function merged(one, other) {
    const made = { ...one };
    for (const [name, value] of Object.entries(other)) {
      const deep = value && typeof value === "object" && made[name] && typeof made[name] === "object";
      made[name] = deep ? merged(made[name], value) : value;
    }
    return made;
  }
  // The colour of a group is that of its first node; a legend of all groups.
  const groups = new Map();
  for (const node of data.nodes) {
    if (node.group !== undefined && !groups.has(node.group)) groups.set(node.group, node.color);
  }
  const list = document.getElementById("kinds");
  for (const [name, colour] of groups) {
    const row = document.createElement("li"), sign = document.createElement("i");
    const hollow = colour && typeof colour === "object";
    sign.style.borderColor = hollow ? colour.border : colour;
    sign.style.background = hollow ? "transparent" : colour;
    row.append(sign, String(name));
    list.append(row);
  }
  const network = new vis.Network(
    document.getElementById("map"),
    { nodes: data.nodes.map((node) => ({ ...titled(node), group: undefined })), edges: data.edges.map(titled) },
    merged(colours(), data.options),
  );
  dark.addEventListener("change", () => network.setOptions(colours()));
  network.once("afterDrawing", () => {
    network.fit();
    document.body.dataset.ready = "true";
  });
})();
