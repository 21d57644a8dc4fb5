// Painting the picture: edges and nodes, in slices, on a canvas that nobody sees until it is done.

/**
 * @typedef {{graph: Graph, shown: Shown, view: View, width: number, height: number, ratio: number, by: "type" | "community",
 *   theme: Theme, colours: string[], sprites: Sprites}} PaintJob
 */

/** Shapes drawn once and stamped after that: many times faster than tracing each. */
class Sprites {
  constructor() {
    /** @type {Map<number, ImageBitmap>} */ this.made = new Map();
  }

  /** @param {string} colour @param {number} number of the colour @param {string} shape @param {number} kind @param {number} radius in device pixels @param {string} rim */
  of(colour, number, shape, kind, radius, rim) {
    const size = radius < 6 ? Math.round(radius * 2) : Math.round(radius) * 2; // half pixels where they can be seen
    const key = (number * 32 + kind) * 512 + Math.min(size, 511);
    let sprite = this.made.get(key);
    if (!sprite) {
      const r = size / 2,
        side = Math.ceil(r * 2.5 + 4);
      const canvas = new OffscreenCanvas(side, side),
        context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
      paintShape(context, shape, side / 2, side / 2, r, colour, rim);
      sprite = canvas.transferToImageBitmap();
      this.made.set(key, sprite);
    }
    return sprite;
  }

  clear() {
    this.made.clear();
  }
}

/** @param {any} context @param {string} shape @param {number} x @param {number} y @param {number} r @param {string} colour @param {string} rim */
function paintShape(context, shape, x, y, r, colour, rim) {
  if (shape === "ring") {
    traceShape(context, shape, x, y, r * 0.8);
    context.lineWidth = Math.max(r * 0.45, 1);
    context.strokeStyle = colour;
    context.stroke();
    return;
  }
  traceShape(context, shape, x, y, r);
  context.fillStyle = colour;
  context.fill();
  if (r > 3) {
    context.lineWidth = Math.min(1 + r / 14, 2.5);
    context.strokeStyle = rim;
    context.stroke();
  }
}

/** How strongly edges show: the more of the window they would cover, the fainter each. @param {number} cover their length in pixels by the window's area */
const edgeInk = (cover) => Math.min(Math.max(0.4 / (1 + 3.4 * cover), 0.05), 0.4);

/**
 * Paints in steps; between two of them the page can answer the hand.
 * @param {CanvasRenderingContext2D} context @param {PaintJob} job @returns {Generator<void>}
 */
function* paintSteps(context, job) {
  const { width, height, ratio } = job;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width * ratio, height * ratio);
  yield* paintEdges(context, job);
  yield* paintNodes(context, job);
}

/** @param {CanvasRenderingContext2D} context @param {PaintJob} job @returns {Generator<void>} */
function* paintEdges(context, job) {
  const { graph, view, width, height, ratio, by, theme } = job;
  const { source, target, x, y, community } = graph;
  const scale = view.scale * ratio,
    dx = (width * ratio) / 2 - view.x * scale,
    dy = (height * ratio) / 2 - view.y * scale;
  const right = width * ratio,
    bottom = height * ratio;
  const { edges: visible, cover } = yield* visibleEdges(job);
  const ink = edgeInk(cover);
  // First what joins two communities, faintly: it says least and crosses most.
  const styles = [
    seeThrough(theme.edge, ink * (cover > 0.5 ? 0.6 : 1)),
    seeThrough(theme.edge, ink),
    ...COMMUNITY_HUES.map((_, i) => seeThrough(job.colours[i] ?? theme.edge, Math.min(ink * 1.5, 0.5))),
  ];
  const batches = styles.map(() => /** @type {number[]} */ ([]));
  const flush = (/** @type {number} */ bucket) => {
    const points = batches[bucket];
    context.strokeStyle = styles[bucket];
    context.beginPath();
    for (let i = 0; i < points.length; i += 4) {
      context.moveTo(points[i], points[i + 1]);
      context.lineTo(points[i + 2], points[i + 3]);
    }
    context.stroke();
    batches[bucket] = [];
  };
  context.lineWidth = 1; // in device pixels: the only width that is drawn without making a polygon of each line
  let since = 0;
  for (const edge of visible) {
    const a = source[edge],
      b = target[edge];
    const ax = x[a] * scale + dx,
      ay = y[a] * scale + dy,
      bx = x[b] * scale + dx,
      by_ = y[b] * scale + dy;
    if ((ax < 0 && bx < 0) || (ay < 0 && by_ < 0) || (ax > right && bx > right) || (ay > bottom && by_ > bottom))
      continue;
    const same = community[a] === community[b] && community[a] >= 0;
    const bucket = !same ? 0 : by === "community" ? 2 + (community[a] % COMMUNITY_HUES.length) : 1;
    batches[bucket].push(ax, ay, bx, by_);
    since += 1;
    if (batches[bucket].length >= 1200) flush(bucket);
    if (since >= 1500) {
      since = 0;
      yield;
    }
  }
  batches.forEach((points, bucket) => {
    if (points.length) flush(bucket);
  });
  yield;
}

/** Edges are painted until their length, in pixels, is so many times the window's area: more would be one grey. */
const MOST_COVER = 1.6;

/**
 * Edges worth painting: with an end in the window, and of too many the short and well supported, since these tell
 * what belongs together. @param {PaintJob} job @returns {Generator<void, {edges: Int32Array, cover: number}>}
 */
function* visibleEdges({ graph, shown, view, width, height }) {
  const { source, target, x, y, edgeCount } = graph;
  const corner = toMap(view, width, height, 0, 0),
    end = toMap(view, width, height, width, height);
  const inside = (/** @type {number} */ node) =>
    x[node] >= corner.x && x[node] <= end.x && y[node] >= corner.y && y[node] <= end.y;
  const found = new Int32Array(edgeCount),
    lengths = new Float32Array(edgeCount);
  const longest = Math.hypot(width, height) * 0.6,
    area = width * height;
  let count = 0,
    total = 0;
  for (let edge = 0; edge < edgeCount; edge += 1) {
    if ((edge & 32767) === 32767) yield;
    if (!shown.edges[edge]) continue;
    const a = source[edge],
      b = target[edge];
    if (!inside(a) && !inside(b)) continue;
    lengths[count] = Math.min(Math.sqrt((x[a] - x[b]) ** 2 + (y[a] - y[b]) ** 2) * view.scale, longest);
    total += lengths[count];
    found[count++] = edge;
  }
  if (total <= area * MOST_COVER) return { edges: found.subarray(0, count), cover: total / area };
  // By classes of length over support, the smallest first: a sort of a million edges would take too long.
  const classes = new Float64Array(64);
  const classOf = (/** @type {number} */ i) =>
    Math.min(
      Math.max(Math.floor(4 * Math.log2(1 + lengths[i]) - 3 * Math.log2(graph.edgeSupport[found[i]] || 1)), 0),
      63,
    );
  for (let i = 0; i < count; i += 1) {
    if ((i & 32767) === 32767) yield;
    classes[classOf(i)] += lengths[i];
  }
  let last = 0,
    cover = 0;
  while (last < 63 && cover + classes[last] < area * MOST_COVER) {
    cover += classes[last];
    last += 1;
  }
  // Of the class that goes beyond, every so many-th.
  const share = (area * MOST_COVER - cover) / (classes[last] || 1);
  let credit = 0,
    kept = 0;
  for (let i = 0; i < count; i += 1) {
    if ((i & 32767) === 32767) yield;
    const own = classOf(i);
    if (own > last) continue;
    if (own === last) {
      credit += share;
      if (credit < 1) continue;
      credit -= 1;
    }
    found[kept++] = found[i];
  }
  return { edges: found.subarray(0, kept), cover: MOST_COVER };
}

/** @param {CanvasRenderingContext2D} context @param {PaintJob} job @returns {Generator<void>} */
function* paintNodes(context, job) {
  const { graph, shown, view, width, height, ratio, by, theme, colours, sprites } = job;
  const { x, y, radius, kind, byWeight, count } = graph;
  const scale = view.scale * ratio,
    dx = (width * ratio) / 2 - view.x * scale,
    dy = (height * ratio) / 2 - view.y * scale;
  const right = width * ratio,
    bottom = height * ratio;
  let since = 0,
    fill = -1;
  for (let i = count - 1; i >= 0; i -= 1) {
    if ((i & 16383) === 16383) yield;
    const node = byWeight[i];
    if (!shown.nodes[node]) continue;
    const px = x[node] * scale + dx,
      py = y[node] * scale + dy,
      r = pixelRadius(radius[node], view.scale) * ratio;
    if (px < -r * 2 || py < -r * 2 || px > right + r * 2 || py > bottom + r * 2) continue;
    const colour = colourOf(graph, by, node);
    if (r < 1.4) {
      if (fill !== colour) {
        context.fillStyle = colours[colour];
        fill = colour;
      }
      context.fillRect(px - r, py - r, r * 2, r * 2);
    } else {
      const sprite = sprites.of(colours[colour], colour, graph.kinds[kind[node]].shape, kind[node], r, theme.ground);
      context.drawImage(sprite, Math.round(px - sprite.width / 2), Math.round(py - sprite.height / 2));
    }
    since += 1;
    if (since >= 1000) {
      since = 0;
      yield;
    }
  }
}
