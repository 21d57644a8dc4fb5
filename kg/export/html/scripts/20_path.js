// The most telling short path between two nodes.

/** A binary heap of nodes by cost. */
class Heap {
  constructor() {
    /** @type {[number, number][]} */
    this.rows = [];
  }

  /** @param {number} cost @param {number} node */
  push(cost, node) {
    const { rows } = this;
    let i = rows.push([cost, node]) - 1;
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (rows[up][0] <= rows[i][0]) break;
      [rows[up], rows[i]] = [rows[i], rows[up]];
      i = up;
    }
  }

  /** @returns {[number, number] | undefined} */
  pop() {
    const { rows } = this;
    const least = rows[0],
      last = rows.pop();
    if (!rows.length || last === undefined) return least;
    rows[0] = last;
    for (let i = 0; ;) {
      const left = 2 * i + 1,
        right = left + 1;
      let small = i;
      if (left < rows.length && rows[left][0] < rows[small][0]) small = left;
      if (right < rows.length && rows[right][0] < rows[small][0]) small = right;
      if (small === i) return least;
      [rows[small], rows[i]] = [rows[i], rows[small]];
      i = small;
    }
  }
}

/**
 * Dijkstra's shortest path along shown edges. A step costs one, and a little more through a node that touches
 * everything: that two things are both "large language models" tells less than that one paper compares them.
 * @param {Graph} graph @param {number} from @param {number} to @param {Uint8Array} shown edges
 * @param {Set<number>} [avoid] nodes already tried, which cost more
 * @returns {{nodes: number[], edges: number[]} | null}
 */
function shortestPath(graph, from, to, shown, avoid = new Set()) {
  if (from === to) return { nodes: [from], edges: [] };
  const cost = new Float64Array(graph.count).fill(Infinity);
  const via = new Int32Array(graph.count).fill(-1);
  const heap = new Heap();
  cost[from] = 0;
  heap.push(0, from);
  for (let row = heap.pop(); row; row = heap.pop()) {
    const [spent, node] = row;
    if (node === to) break;
    if (spent > cost[node]) continue;
    for (const edge of edgesOf(graph, node)) {
      if (!shown[edge]) continue;
      const other = otherEnd(graph, edge, node);
      const step =
        1 +
        0.08 * Math.log2(1 + graph.degree[other]) +
        (avoid.has(other) && other !== to ? 2 : 0) +
        0.1 * (1 - graph.confidence[edge] / 100);
      if (spent + step < cost[other]) {
        cost[other] = spent + step;
        via[other] = edge;
        heap.push(spent + step, other);
      }
    }
  }
  if (via[to] < 0) return null;
  const nodes = [to],
    edges = [];
  for (let node = to; node !== from;) {
    edges.unshift(via[node]);
    node = otherEnd(graph, via[node], node);
    nodes.unshift(node);
  }
  return { nodes, edges };
}
