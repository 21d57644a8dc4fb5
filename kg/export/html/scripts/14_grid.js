// Which node is near a point: nodes sorted into square cells.

/** @typedef {{left: number, top: number, side: number, columns: number, rows: number, first: Int32Array, nodes: Int32Array}} Grid */

/** @param {ArrayLike<number>} x @param {ArrayLike<number>} y @param {number} [side] of a cell @returns {Grid} */
function gridOf(x, y, side = 80) {
  let left = Infinity,
    top = Infinity,
    right = -Infinity,
    bottom = -Infinity;
  for (let i = 0; i < x.length; i += 1) {
    left = Math.min(left, x[i]);
    right = Math.max(right, x[i]);
    top = Math.min(top, y[i]);
    bottom = Math.max(bottom, y[i]);
  }
  if (!x.length) {
    left = top = right = bottom = 0;
  }
  // Far-off nodes may not make a grid of millions of empty cells.
  while (((right - left) / side + 1) * ((bottom - top) / side + 1) > 4 * x.length + 64) side *= 2;
  const columns = Math.floor((right - left) / side) + 1,
    rows = Math.floor((bottom - top) / side) + 1;
  const first = new Int32Array(columns * rows + 1);
  const cell = new Int32Array(x.length);
  for (let i = 0; i < x.length; i += 1) {
    cell[i] = Math.floor((y[i] - top) / side) * columns + Math.floor((x[i] - left) / side);
    first[cell[i] + 1] += 1;
  }
  for (let i = 0; i < columns * rows; i += 1) first[i + 1] += first[i];
  const next = first.slice(),
    nodes = new Int32Array(x.length);
  for (let i = 0; i < x.length; i += 1) nodes[next[cell[i]]++] = i;
  return { left, top, side, columns, rows, first, nodes };
}

/**
 * Calls back with every node whose cell touches the rectangle.
 * @param {Grid} grid @param {number} left @param {number} top @param {number} right @param {number} bottom
 * @param {(node: number) => void} found
 */
function inRectangle(grid, left, top, right, bottom, found) {
  const clamp = (/** @type {number} */ value, /** @type {number} */ most) => Math.min(Math.max(value, 0), most);
  const fromColumn = clamp(Math.floor((left - grid.left) / grid.side), grid.columns - 1);
  const toColumn = clamp(Math.floor((right - grid.left) / grid.side), grid.columns - 1);
  const fromRow = clamp(Math.floor((top - grid.top) / grid.side), grid.rows - 1);
  const toRow = clamp(Math.floor((bottom - grid.top) / grid.side), grid.rows - 1);
  for (let row = fromRow; row <= toRow; row += 1) {
    const from = grid.first[row * grid.columns + fromColumn],
      to = grid.first[row * grid.columns + toColumn + 1];
    for (let i = from; i < to; i += 1) found(grid.nodes[i]);
  }
}

/**
 * The node whose shape is at a point, or the nearest within reach; -1 for none.
 * @param {Graph} graph @param {Grid} grid @param {number} x @param {number} y
 * @param {(node: number) => number} reach distance, in the map's units, at which a node counts as hit
 * @param {number} most the largest reach @param {Uint8Array} shown
 */
function nodeAt(graph, grid, x, y, reach, most, shown) {
  let best = -1,
    nearest = Infinity;
  inRectangle(grid, x - most, y - most, x + most, y + most, (node) => {
    if (!shown[node]) return;
    const distance = Math.hypot(graph.x[node] - x, graph.y[node] - y);
    // Relative to the shape, so that a small node beside a hub can still be hit.
    if (distance <= reach(node) && distance - graph.radius[node] < nearest) {
      nearest = distance - graph.radius[node];
      best = node;
    }
  });
  return best;
}
