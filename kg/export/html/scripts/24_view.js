// Where the map is seen from, and which labels fit on it.

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

/** Boxes on the window that may not overlap, in cells so that many can be asked quickly. */
class Boxes {
  constructor() {
    /** @type {Map<number, number[][]>} */ this.cells = new Map();
  }

  /** @param {number} left @param {number} top @param {number} right @param {number} bottom @param {(rows: number[][], key: number) => boolean} visit */
  over(left, top, right, bottom, visit) {
    for (let row = Math.floor(top / 64); row <= Math.floor(bottom / 64); row += 1) {
      for (let column = Math.floor(left / 64); column <= Math.floor(right / 64); column += 1) {
        const key = row * 4096 + column;
        if (visit(this.cells.get(key) ?? [], key)) return true;
      }
    }
    return false;
  }

  /** Takes the place if it is free. @param {number} left @param {number} top @param {number} right @param {number} bottom */
  take(left, top, right, bottom) {
    const taken = this.over(left, top, right, bottom, (rows) =>
      rows.some(([l, t, r, b]) => left < r && right > l && top < b && bottom > t),
    );
    if (taken) return false;
    this.over(left, top, right, bottom, (rows, key) => {
      rows.push([left, top, right, bottom]);
      this.cells.set(key, rows);
      return false;
    });
    return true;
  }
}

/** How strongly communities' names show at a scale: fully from afar, not at all close by.
 * @param {number} scale @param {number} whole scale at which the whole map is seen */
function communityInk(scale, whole) {
  const near = Math.max(whole * 3.2, 0.35),
    nearer = Math.max(whole * 5, 0.6);
  return Math.min(Math.max((nearer - scale) / (nearer - near), 0), 1);
}

/**
 * Labels that fit into the window without overlapping, most telling first: what must be named, then communities
 * where the map is seen from afar, then nodes whose shapes are large enough.
 * @param {Graph} graph @param {View} view @param {number} width @param {number} height
 * @param {{shown: Uint8Array, must: number[], only: Set<number> | null, communities: number[], whole: number,
 *   measure: (text: string, size: number, weight: number) => number}} wish
 * @returns {Label[]}
 */
function placedLabels(graph, view, width, height, wish) {
  const boxes = new Boxes();
  /** @type {Label[]} */ const labels = [];
  const put = (/** @type {Label} */ label, /** @type {boolean} */ anyway) => {
    const { x, y } = toScreen(view, width, height, label.x, label.y);
    const left = x - label.width / 2 - 3,
      top = y + label.dy - 1;
    if (left > width || left + label.width < 0 || top > height || top + label.height < 0) return;
    // Half a name at the rim tells less than none.
    if (!anyway && (left < 0 || left + label.width > width)) return;
    if (boxes.take(left, top, left + label.width + 6, top + label.height + 2) || anyway) labels.push(label);
  };
  const putNode = (/** @type {number} */ node, /** @type {boolean} */ anyway) => {
    const size = anyway ? 13 : graph.degree[node] > 40 ? 13 : graph.degree[node] > 8 ? 12 : 11;
    const weight = anyway || graph.degree[node] > 40 ? 600 : 450;
    const text = shortened(plainText(graph.name[node]), anyway ? 60 : isPaper(graph, node) ? 30 : 36) || "(no name)";
    put(
      {
        text,
        x: graph.x[node],
        y: graph.y[node],
        dy: pixelRadius(graph.radius[node], view.scale) + 3,
        width: wish.measure(text, size, weight),
        height: size * 1.3,
        size,
        weight,
        kind: "node",
        number: node,
      },
      anyway,
    );
  };
  wish.must.forEach((node) => putNode(node, true));
  if (!wish.only && communityInk(view.scale, wish.whole) > 0) {
    const { name, x, y, size: members } = graph.communities;
    for (const community of wish.communities) {
      const size = Math.round(
        Math.min(12 + 1.6 * Math.log2(1 + members[community] / 12), 19) * Math.min(Math.max(width / 1100, 0.74), 1),
      );
      for (const [line, text] of communityLines(name[community]).entries()) {
        put(
          {
            text,
            x: x[community],
            y: y[community],
            dy: -size * 0.65 + line * size * 1.18,
            width: wish.measure(text, size, 650),
            height: size * 1.18,
            size,
            weight: 650,
            kind: "community",
            number: community,
          },
          false,
        );
      }
    }
  }
  const most = Math.max(12, Math.round((width * height) / 9000));
  const corner = toMap(view, width, height, -20, -20),
    end = toMap(view, width, height, width + 20, height + 20);
  const must = new Set(wish.must);
  let tried = 0;
  for (const node of wish.only
    ? [...wish.only].sort((a, b) => graph.degree[b] - graph.degree[a] || a - b)
    : graph.byWeight) {
    if (labels.length >= most || tried > 1200) break;
    if (!wish.shown[node] || must.has(node)) continue;
    if (graph.x[node] < corner.x || graph.x[node] > end.x || graph.y[node] < corner.y || graph.y[node] > end.y)
      continue;
    if (!wish.only && pixelRadius(graph.radius[node], view.scale) < 4.2) continue;
    tried += 1;
    putNode(node, false);
  }
  return labels;
}

/** A community's name on at most two lines. @param {string} name */
function communityLines(name) {
  const parts = name.split(" · ");
  if (name.length <= 22 || parts.length < 2) return [shortened(plainText(name), 40)];
  const half = Math.ceil(parts.length / 2);
  return [parts.slice(0, half).join(" · "), parts.slice(half).join(" · ")].map((line) =>
    shortened(plainText(line), 40),
  );
}
