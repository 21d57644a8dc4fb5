// Rectangles on the window: which are free, and where a name may stand beside its shape.

/** Boxes that may not overlap, in cells so that many can be asked quickly. */
class Boxes {
  constructor() {
    /** @type {Map<number, Box[]>} */ this.cells = new Map();
  }

  /** Visits the cells under a box until one answers yes. @param {Box} box @param {(boxes: Box[], key: number) => boolean} visit */
  over({ left, top, right, bottom }, visit) {
    for (let row = Math.floor(top / 64); row <= Math.floor(bottom / 64); row += 1) {
      for (let column = Math.floor(left / 64); column <= Math.floor(right / 64); column += 1) {
        const key = row * 4096 + column;
        if (visit(this.cells.get(key) ?? [], key)) return true;
      }
    }
    return false;
  }

  /** Whether any part of a box is taken. @param {Box} box */
  hit(box) {
    return this.over(box, (boxes) => boxes.some((other) => overlapping(box, other)));
  }

  /** @param {Box} box */
  add(box) {
    this.over(box, (boxes, key) => {
      boxes.push(box);
      this.cells.set(key, boxes);
      return false;
    });
  }
}

/** @param {Box} a @param {Box} b */
const overlapping = (a, b) => a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;

/** @param {Box} box @param {number} by */
const widened = ({ left, top, right, bottom }, by) => ({
  left: left - by,
  top: top - by,
  right: right + by,
  bottom: bottom + by,
});

/** Whether a line from one point to another passes through a box (Liang and Barsky, 1984).
 * @param {Box} box @param {{x: number, y: number}} a @param {{x: number, y: number}} b */
function crossing(box, a, b) {
  let from = 0,
    to = 1;
  const dx = b.x - a.x,
    dy = b.y - a.y;
  for (const [step, room] of [
    [-dx, a.x - box.left],
    [dx, box.right - a.x],
    [-dy, a.y - box.top],
    [dy, box.bottom - a.y],
  ]) {
    if (step === 0) {
      if (room < 0) return false;
    } else if (step < 0) from = Math.max(from, room / step);
    else to = Math.min(to, room / step);
  }
  return from <= to;
}

/** Whether two lines cross. @param {{x: number, y: number}[]} one @param {{x: number, y: number}[]} other both ends of each */
function crossed([a, b], [c, d]) {
  const side = (/** @type {{x: number, y: number}[]} */ [from, to], /** @type {{x: number, y: number}} */ point) =>
    Math.sign((to.x - from.x) * (point.y - from.y) - (to.y - from.y) * (point.x - from.x));
  return side([a, b], c) * side([a, b], d) < 0 && side([c, d], a) * side([c, d], b) < 0;
}

/** @typedef {{dx: number, dy: number, align: "left" | "center" | "right"}} Place */

/** Where a name of this size may stand right beside its shape, in the order in which eyes look for it.
 * @param {number} width @param {number} height @param {number} gap from the shape's middle @returns {Place[]} */
function placesBeside(width, height, gap) {
  const aslant = gap * 0.72;
  return [
    { dx: -width / 2, dy: gap, align: "center" },
    { dx: -width / 2, dy: -gap - height, align: "center" },
    { dx: gap, dy: -height / 2, align: "left" },
    { dx: -gap - width, dy: -height / 2, align: "right" },
    { dx: aslant, dy: aslant, align: "left" },
    { dx: -aslant - width, dy: aslant, align: "right" },
    { dx: aslant, dy: -aslant - height, align: "left" },
    { dx: -aslant - width, dy: -aslant - height, align: "right" },
  ];
}

/** Where it may stand farther off, tied to its shape by a line. @param {number} width @param {number} height @param {number} gap
 * @returns {Place[]} nearer ones first */
function placesAround(width, height, gap) {
  const places = [];
  for (const distance of [14, 30, 48, 70, 96, 130, 170, 220]) {
    for (let i = 0; i < 16; i += 1) {
      const across = Math.sin((i * Math.PI) / 8),
        down = Math.cos((i * Math.PI) / 8);
      places.push({
        dx: across * (gap + distance + width / 2) - width / 2,
        dy: down * (gap + distance + height / 2) - height / 2,
        align: /** @type {"center"} */ ("center"),
      });
    }
  }
  return places;
}

/** A text on so many lines, none wider than wished as far as its words allow; what is too long ends in dots.
 * @param {string} text @param {number} most pixels @param {number} lines @param {(text: string) => number} measure */
function wrapped(text, most, lines, measure) {
  /** @type {string[]} */ const made = [];
  let rest = text.split(/\s+/u).filter(Boolean);
  while (rest.length && made.length < lines) {
    let taken = 1;
    while (taken < rest.length && measure(rest.slice(0, taken + 1).join(" ")) <= most) taken += 1;
    const last = made.length === lines - 1;
    made.push(last ? rest.join(" ") : rest.slice(0, taken).join(" "));
    rest = last ? [] : rest.slice(taken);
  }
  return made.map((line) => cutTo(line, most, measure));
}

/** A text cut to so many pixels. @param {string} text @param {number} most @param {(text: string) => number} measure */
function cutTo(text, most, measure) {
  const whole = measure(text);
  if (whole <= most) return text;
  // Nearly right at once, since letters are about as wide as one another.
  let length = Math.max(Math.round((text.length * most) / whole) + 1, 3);
  while (length > 3 && measure(shortened(text, length)) > most) length -= 1;
  return shortened(text, length);
}
