// Where the map is seen from.

/** @param {number} value @param {number} least @param {number} most */
const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

/** @param {View} view @param {number} width @param {number} height of the window @param {number} x @param {number} y */
const toScreen = (view, width, height, x, y) => ({
  x: (x - view.x) * view.scale + width / 2,
  y: (y - view.y) * view.scale + height / 2,
});

/** @param {View} view @param {number} width @param {number} height @param {number} x @param {number} y */
const toMap = (view, width, height, x, y) => ({
  x: (x - width / 2) / view.scale + view.x,
  y: (y - height / 2) / view.scale + view.y,
});

/** The view with a point of the window held fast while the scale changes.
 * @param {View} view @param {number} width @param {number} height @param {number} x @param {number} y @param {number} factor
 * @param {{least: number, most: number}} limits @returns {View} */
function zoomed(view, width, height, x, y, factor, limits) {
  const scale = Math.min(Math.max(view.scale * factor, limits.least), limits.most);
  const held = toMap(view, width, height, x, y);
  return { x: held.x - (x - width / 2) / scale, y: held.y - (y - height / 2) / scale, scale };
}

/** The view that shows all these points. @param {Iterable<number>} nodes @param {ArrayLike<number>} xs @param {ArrayLike<number>} ys
 * @param {number} width @param {number} height @param {number} [largest] scale @param {number} [rim] pixels kept free at the sides @returns {View} */
function viewOf(nodes, xs, ys, width, height, largest = 1.4, rim = 40) {
  let left = Infinity,
    top = Infinity,
    right = -Infinity,
    bottom = -Infinity;
  for (const node of nodes) {
    left = Math.min(left, xs[node]);
    right = Math.max(right, xs[node]);
    top = Math.min(top, ys[node]);
    bottom = Math.max(bottom, ys[node]);
  }
  if (left > right) return { x: 0, y: 0, scale: 1 };
  const margin = Math.min(rim, width / 4);
  const scale = Math.min(
    (width - 2 * margin) / (right - left + 40),
    (height - 2 * Math.min(margin, 60)) / (bottom - top + 40),
    largest,
  );
  return { x: (left + right) / 2, y: (top + bottom) / 2, scale };
}

/**
 * The nodes without the few that lie far off: these would make the map of all others small.
 * @param {ArrayLike<number>} nodes @param {Float32Array} xs @param {Float32Array} ys @returns {number[]}
 */
function mainBody(nodes, xs, ys) {
  const all = Array.from(nodes),
    most = 2000;
  if (all.length < 400) return all;
  // Where the middle 99 of 100 lie, found on a sample, and a little around that.
  const sample = all.filter((_, i) => i % Math.ceil(all.length / most) === 0);
  const [left, right, top, bottom] = [xs, ys].flatMap((column) => {
    const sorted = Float32Array.from(sample, (node) => column[node]).sort();
    const cut = Math.ceil(sorted.length * 0.005),
      low = sorted[cut],
      high = sorted[sorted.length - 1 - cut];
    return [low - (high - low) * 0.04, high + (high - low) * 0.04];
  });
  return all.filter((node) => xs[node] >= left && xs[node] <= right && ys[node] >= top && ys[node] <= bottom);
}

/** A view on the way from one to another, so that what is far off comes by a wide curve.
 * @param {View} from @param {View} to @param {number} share @returns {View} */
function between(from, to, share) {
  const eased = share < 0.5 ? 4 * share ** 3 : 1 - (-2 * share + 2) ** 3 / 2;
  const scale = Math.exp(Math.log(from.scale) + (Math.log(to.scale) - Math.log(from.scale)) * eased);
  return { x: from.x + (to.x - from.x) * eased, y: from.y + (to.y - from.y) * eased, scale };
}

/** A shape's radius in pixels: it grows with the scale, but neither vanishes nor covers the window.
 * @param {number} radius @param {number} scale */
const pixelRadius = (radius, scale) => Math.max(radius * Math.min(scale, 1.5), 0.09 * radius, 0.7);

/** Fainter than that no name is shown: it could not be read, and its node's own name would be missing. */
const LEAST_INK = 0.3;

/** How strongly communities' names show at a scale: fully from afar, not at all close by.
 * @param {number} scale @param {number} whole scale at which the whole map is seen */
function communityInk(scale, whole) {
  const near = Math.max(whole * 3.2, 0.35),
    nearer = Math.max(whole * 5, 0.6);
  return Math.min(Math.max((nearer - scale) / (nearer - near), 0), 1);
}
