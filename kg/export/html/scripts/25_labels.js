// A name on the map: its letters, its box on the window, and the line to its shape where it stands farther off.

const LINE = 1.26; //: height of a line of a label by its size
const BELOW = 0.76; //: size of what stands below a community's name, by the name's

/** Letters of one of a label's lines. @param {{kind: string, size: number, weight: number}} label @param {number} line */
const lettersOf = ({ kind, size, weight }, line) =>
  kind === "community" && line > 0 ? { size: size * BELOW, weight: 480 } : { size, weight };

/** How far below a label's top the letters of a line stand. @param {Label} label @param {number} line */
const baseline = (label, line) =>
  line === 0 ? label.size : label.size * LINE + lettersOf(label, line).size * (1 + (line - 1) * LINE);

/** Where a label stands on the window. @param {Label} label @param {View} view @param {number} width @param {number} height @returns {Box} */
function boxOf(label, view, width, height) {
  return boxAt(toScreen(view, width, height, label.x, label.y), label.dx, label.dy, label.width, label.height);
}

/** @param {{x: number, y: number}} point @param {number} dx @param {number} dy @param {number} width @param {number} height @returns {Box} */
const boxAt = ({ x, y }, dx, dy, width, height) => ({
  left: x + dx,
  top: y + dy,
  right: x + dx + width,
  bottom: y + dy + height,
});

/** The line from a shape to its name that stands farther off. @param {Label} label @param {View} view @param {number} width @param {number} height @param {number} radius of the shape */
function leaderOf(label, view, width, height, radius) {
  const { left, top, right, bottom } = boxOf(label, view, width, height),
    { x, y } = toScreen(view, width, height, label.x, label.y);
  const to = { x: clamp(x, left, right), y: clamp(y, top, bottom) };
  const length = Math.max(Math.hypot(to.x - x, to.y - y), 1),
    share = Math.min((radius + 1) / length, 1);
  return { from: { x: x + (to.x - x) * share, y: y + (to.y - y) * share }, to };
}

/** Letters that make two names the same to an eye. @param {string} text */
const sameWords = (text) =>
  plainText(text)
    .toLowerCase()
    .replace(/[\s-]+/gu, " ");

/** The labels that still stand apart, and free of the cards, after the map has moved under them: those placed first stay.
 * @param {Label[]} labels @param {View} view @param {number} width @param {number} height @param {Box[]} covered */
function stillApart(labels, view, width, height, covered) {
  const taken = new Boxes();
  covered.forEach((card) => taken.add(card));
  return labels.filter((label) => {
    const box = boxOf(label, view, width, height);
    if (box.left < 0 || box.top < 0 || box.right > width || box.bottom > height || taken.hit(box)) return false;
    taken.add(box);
    return true;
  });
}

/** @param {Label} label */
const labelKey = (label) => `${label.kind}${label.number} ${label.weight} ${label.size} ${label.lines.join("\n")}`;
