// Which names stand on the map, and where. All of them are placed here, the most wanted first: the chosen node, the
// path in its order, the node under the hand, the neighbours, the communities, all other nodes. None stands over
// another or under a card, and the same words stand once in a place.

const HUB = 40; //: connections that make a node's name stand out
const NEAR = 380; //: pixels within which the same words do not stand twice
const MOST_TRIED = 400; //: nodes asked for a place in one go

/**
 * What the labels are to tell. `must` are nodes that must be named, most wanted first; `path` the nodes whose lines
 * they should not cover; `covered` the cards over the map; `places` where labels stood before.
 * @typedef {{shown: Uint8Array, must: number[], path: number[], only: Set<number> | null, communities: number[], whole: number,
 *   covered: Box[], places: Map<string, number>, measure: (text: string, size: number, weight: number) => number}} Wish
 */

class Labelling {
  /** @param {Graph} graph @param {View} view @param {number} width @param {number} height @param {Wish} wish */
  constructor(graph, view, width, height, wish) {
    this.graph = graph;
    this.view = view;
    this.width = width;
    this.height = height;
    this.wish = wish;
    /** @type {Label[]} */ this.labels = [];
    this.taken = new Boxes(); // labels and cards
    this.shapes = new Boxes(); // shapes of what is named
    /** @type {Map<string, {x: number, y: number}[]>} */ this.words = new Map();
    wish.covered.forEach((card) => this.taken.add(widened(card, 6)));
    const on = wish.path.map((node) => this.at(node));
    /** @type {[{x: number, y: number}, {x: number, y: number}][]} */ this.lines = on
      .slice(1)
      .map((point, i) => [on[i], point]);
  }

  /** @param {number} node */
  at(node) {
    return toScreen(this.view, this.width, this.height, this.graph.x[node], this.graph.y[node]);
  }

  /** @param {number} node @returns {Box} */
  shapeOf(node) {
    const { x, y } = this.at(node),
      r = Math.max(pixelRadius(this.graph.radius[node], this.view.scale), 2.6) * 0.7;
    return { left: x - r, top: y - r, right: x + r, bottom: y + r };
  }

  /** Whether a point of the window can be seen. @param {{x: number, y: number}} point */
  seen({ x, y }) {
    if (x < 0 || y < 0 || x > this.width || y > this.height) return false;
    return !this.wish.covered.some((card) => x > card.left && x < card.right && y > card.top && y < card.bottom);
  }

  /** Whether a label's box is within the window, and nothing stands there. @param {Box} box */
  free(box) {
    if (box.left < 4 || box.top < 3 || box.right > this.width - 4 || box.bottom > this.height - 3) return false;
    return !this.taken.hit(box) && !this.shapes.hit(box);
  }

  /** Whether the same words stand near. @param {string} words @param {{x: number, y: number}} point */
  said(words, point) {
    return (this.words.get(words) ?? []).some((other) => Math.hypot(other.x - point.x, other.y - point.y) < NEAR);
  }

  /** @param {Label} label @param {string[]} words that it says */
  put(label, words) {
    const box = boxOf(label, this.view, this.width, this.height);
    this.taken.add({ left: box.left - 3, top: box.top - 1, right: box.right + 3, bottom: box.bottom + 1 });
    const middle = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
    for (const one of words) this.words.set(one, [...(this.words.get(one) ?? []), middle]);
    this.labels.push(label);
  }

  /** A label that has no place yet. @param {"node" | "community"} kind @param {number} number @param {string[]} lines @param {number} size
   * @param {number} weight @param {ArrayLike<number>} xs @param {ArrayLike<number>} ys @returns {Label} */
  made(kind, number, lines, size, weight, xs, ys) {
    const letters = lines.map((_, line) => lettersOf({ kind, size, weight }, line));
    return {
      kind,
      number,
      lines,
      size,
      weight,
      x: xs[number],
      y: ys[number],
      dx: 0,
      dy: 0,
      align: "center",
      width: Math.max(...lines.map((text, line) => this.wish.measure(text, letters[line].size, letters[line].weight))),
      height: letters.reduce((sum, one) => sum + one.size * LINE, size * 0.06),
      leader: false,
      place: 0,
    };
  }

  /** The place of least cost that is free, if any. @param {Label} label @param {Place[]} places @param {(box: Box, i: number) => number} cost */
  best(label, places, cost) {
    /** @type {Label | null} */ let best = null;
    let least = Infinity;
    const point = toScreen(this.view, this.width, this.height, label.x, label.y);
    places.forEach((place, i) => {
      const box = boxAt(point, place.dx, place.dy, label.width, label.height),
        asked = cost(box, i);
      if (asked < least && this.free(box)) {
        best = { ...label, ...place, place: i };
        least = asked;
      }
    });
    return /** @type {Label | null} */ (best);
  }

  /** Names a node that must be named, farther off where there is no room beside it. @param {number} node */
  putWanted(node) {
    const { graph, wish, width } = this,
      point = this.at(node);
    if (!this.seen(point)) return;
    const size = 13,
      weight = 600,
      words = sameWords(graph.name[node]);
    const name = plainText(graph.name[node]) || "(no name)";
    // Two nodes of one name are told apart by what they are.
    const text = this.words.has(words) ? `${name} (${graph.kinds[graph.kind[node]].label})` : name;
    const covers = (/** @type {Box} */ box) => 7 * this.lines.filter(([a, b]) => crossing(box, a, b)).length;
    const end = (/** @type {Box} */ box) => ({
      x: clamp(point.x, box.left, box.right),
      y: clamp(point.y, box.top, box.bottom),
    });
    const distance = (/** @type {Box} */ box) => Math.hypot(end(box).x - point.x, end(box).y - point.y);
    const ties = (/** @type {Box} */ box) =>
      3 * this.lines.filter((line) => crossed([point, end(box)], line)).length +
      3 * this.labels.filter((label) => crossing(boxOf(label, this.view, width, this.height), point, end(box))).length;
    const gap = Math.max(pixelRadius(graph.radius[node], this.view.scale), 2.6) + 8; // beyond a ring around it
    for (const most of [Math.min(Math.max(width * 0.52, 120), 250), 110]) {
      const lines = wrapped(text, most, 2, (line) => wish.measure(line, size, weight));
      const label = this.made("node", node, lines, size, weight, graph.x, graph.y);
      const beside = this.best(label, placesBeside(label.width, label.height, gap), (box, i) => i * 0.4 + covers(box));
      const apart = this.best(
        label,
        placesAround(label.width, label.height, gap),
        (box) => 5 + distance(box) / 12 + covers(box) + ties(box),
      );
      const cost = (/** @type {Label} */ one) =>
        covers(boxOf(one, this.view, width, this.height)) + (one === beside ? 0 : 7);
      if (beside && (!apart || cost(beside) <= cost(apart))) {
        this.put(beside, [words]);
        return;
      }
      const made = apart ?? this.anywhere(label);
      if (made) {
        const label = { ...made, leader: true, place: -1 },
          { from, to } = leaderOf(label, this.view, width, this.height, 0);
        this.put(label, [words]);
        this.lines.push([from, to]);
        return;
      }
    }
  }

  /** The free place that is nearest, wherever it is. @param {Label} label @returns {Label | null} */
  anywhere(label) {
    const { x, y } = toScreen(this.view, this.width, this.height, label.x, label.y);
    /** @type {Place[]} */ const places = [];
    for (let top = 4; top + label.height < this.height - 3; top += 12) {
      for (let left = 5; left + label.width < this.width - 4; left += 24) {
        places.push({ dx: left - x, dy: top - y, align: "center" });
      }
    }
    return this.best(label, places, (box) =>
      Math.hypot((box.left + box.right) / 2 - x, (box.top + box.bottom) / 2 - y),
    );
  }

  /** Names a node if there is room beside it. @param {number} node */
  putNode(node) {
    const { graph, wish } = this,
      point = this.at(node),
      words = sameWords(graph.name[node]),
      paper = isPaper(graph, node);
    if (!this.seen(point) || this.said(words, point)) return;
    const dot = { left: point.x - 1, top: point.y - 1, right: point.x + 1, bottom: point.y + 1 };
    if (this.taken.hit(dot)) return; // what lies under another's name is not seen
    const degree = graph.degree[node],
      hub = degree > HUB && !paper;
    const size = hub ? 13 : degree > 8 ? 12 : 11,
      weight = hub ? 600 : 450;
    // Measuring letters takes longest: it is spared where not even a short name has room.
    const gap = pixelRadius(graph.radius[node], this.view.scale) + 3,
      sides = wish.only && wish.only.size < 80 ? 8 : 4;
    const room = placesBeside(20, size * LINE, gap).slice(0, sides);
    if (!room.some(({ dx, dy }) => this.free(boxAt(point, dx, dy, 20, size * LINE)))) return;
    const name = plainText(graph.name[node]) || "(no name)";
    const lines = [cutTo(shortened(name, 80), paper ? 190 : 230, (line) => wish.measure(line, size, weight))];
    const label = this.made("node", node, lines, size, weight, graph.x, graph.y);
    const before = wish.places.get(labelKey(label)) ?? -1;
    const places = placesBeside(label.width, label.height, gap).slice(0, sides);
    const made = this.best(label, places, (_, i) => (i === before ? -1 : i));
    if (!made) return;
    this.put(made, [words]);
    this.shapes.add(this.shapeOf(node));
  }

  /** Names a community beside the node that it is called after, or in its middle where that is not seen. @param {number} community */
  putCommunity(community) {
    const { graph, view, wish } = this,
      { name, members, x, y, size: counts } = graph.communities;
    const [first, ...others] = name[community].split(" · "),
      hub = members[community]?.[0] ?? -1;
    const named = hub >= 0 && wish.shown[hub] && graph.name[hub].startsWith(first) && this.seen(this.at(hub));
    const point = named ? this.at(hub) : toScreen(view, this.width, this.height, x[community], y[community]);
    if (!this.seen(point) || this.said(sameWords(first), point)) return;
    if (named) this.shapes.add(this.shapeOf(hub));
    const size = Math.round(
      Math.min(12 + 1.6 * Math.log2(1 + counts[community] / 12), 19) * Math.min(Math.max(this.width / 1100, 0.74), 1),
    );
    const also = others.filter((part) => !this.said(sameWords(part), point));
    const radius = named ? pixelRadius(graph.radius[hub], view.scale) : 0;
    // What else its papers share stands below in small letters, where the window and the community are large enough.
    const wide = this.width > 700 && size > 15 && radius < 4.2 && also.length > 0;
    for (const some of wide ? [[first, also.join(" · ")], [first]] : [[first]]) {
      const lines = some.map((part) => shortened(plainText(part), 40));
      const label = this.made("community", community, lines, size, 650, x, y);
      if (named) Object.assign(label, { x: graph.x[hub], y: graph.y[hub] });
      const { width, height } = label,
        beside = placesBeside(width, height, radius + 4).slice(0, 4);
      /** @type {Place[]} */ const places = [];
      for (const [across, down] of [
        [0, 0],
        [0, -1],
        [0, 1],
        [-0.5, 0],
        [0.5, 0],
        [-0.5, -1],
        [0.5, -1],
        [-0.5, 1],
        [0.5, 1],
      ])
        places.push({ dx: (across - 1) * width * 0.5, dy: -height / 2 + down * size * 1.4, align: "center" });
      // Near a side of the window a name moves inwards, so that the largest are not left out on a small screen.
      const inside = (/** @type {Place} */ place) => ({
        ...place,
        dx: clamp(place.dx, 6 - point.x, Math.max(this.width - 6 - width - point.x, 6 - point.x)),
      });
      const made = this.best(label, (named ? [...beside, ...places] : places).map(inside), (_, i) => i);
      if (made) {
        this.put(made, some.map(sameWords));
        return;
      }
    }
  }
}

/**
 * Labels for a view: none over another, none under a card or cut off by the window.
 * @param {Graph} graph @param {View} view @param {number} width @param {number} height @param {Wish} wish
 * @returns {Label[]} the most wanted first
 */
function placedLabels(graph, view, width, height, wish) {
  const made = new Labelling(graph, view, width, height, wish);
  const must = new Set(wish.must);
  for (const node of must) made.shapes.add(made.shapeOf(node));
  for (const node of must) made.putWanted(node);
  if (!wish.only && communityInk(view.scale, wish.whole) > LEAST_INK)
    wish.communities.forEach((one) => made.putCommunity(one));
  const most = Math.max(12, Math.round((width * height) / 9000));
  const corner = toMap(view, width, height, 0, 0),
    end = toMap(view, width, height, width, height);
  let tried = 0;
  const { x, y, degree, radius } = graph;
  for (const node of wish.only ? [...wish.only].sort((a, b) => degree[b] - degree[a] || a - b) : graph.byWeight) {
    if (made.labels.length >= most || tried > MOST_TRIED) break;
    if (!wish.shown[node] || must.has(node)) continue;
    if (x[node] < corner.x || x[node] > end.x || y[node] < corner.y || y[node] > end.y) continue;
    if (!wish.only && pixelRadius(radius[node], view.scale) < (degree[node] > HUB ? 2.6 : 4.2)) continue;
    tried += 1;
    made.putNode(node);
  }
  return made.labels;
}
