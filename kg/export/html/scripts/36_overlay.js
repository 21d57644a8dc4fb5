// What lies above the picture: the lit neighbourhood, the path, rings, and names.

const MOST_LIT_MOVING = 1500; //: lit edges drawn in every frame while the map moves

class Overlay {
  /** @param {MapView} map */
  constructor(map) {
    this.map = map;
    /** @type {Set<number> | null} */ this.lit = null;
    /** @type {number[]} */ this.litEdges = [];
    /** @type {Map<string, ImageBitmap>} */ this.texts = new Map();
    /** @type {Map<string, number>} */ this.ink = new Map(); // how far each label has faded in
    /** @type {Map<string, number>} */ this.places = new Map(); // where labels stood last, so that they stay there
    this.placedFor = "";
    /** @type {View | null} */ this.placedView = null;
    /** @type {Box[]} */ this.covered = [];
    this.drawnFor = ""; // what was drawn last; the same is not drawn again
    this.fading = false;
    this.last = 0;
    this.measurer = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(1, 1).getContext("2d"));
    /** @type {Map<string, number>} */ this.widths = new Map();
  }

  /** What is lit: around the node under the hand, else around the chosen node; and the path, where there is one. */
  light() {
    const { graph, shown, path, selected } = app;
    const centre = this.map.hovered >= 0 ? this.map.hovered : path ? -1 : selected;
    this.litEdges = [];
    this.lit = path ? new Set(path.nodes) : null;
    if (centre >= 0 && shown.nodes[centre]) {
      this.litEdges = Array.from(edgesOf(graph, centre)).filter((edge) => shown.edges[edge]);
      this.lit ??= new Set();
      this.lit.add(centre);
      for (const edge of this.litEdges) this.lit.add(otherEnd(graph, edge, centre));
    }
    this.map.box.classList.toggle("dimmed", this.lit !== null);
    this.placedFor = this.drawnFor = "";
  }

  /** @param {string} text @param {number} size @param {number} weight */
  measure(text, size, weight) {
    const key = `${weight} ${size} ${text}`;
    let width = this.widths.get(key);
    if (width === undefined) {
      this.measurer.font = `${weight} ${size}px ${FONT}`;
      width = this.measurer.measureText(text).width;
      if (this.widths.size > 20000) this.widths.clear();
      this.widths.set(key, width);
    }
    return width;
  }

  /** Chooses the labels for the present view. */
  settle() {
    const { map } = this,
      { graph, shown, path, selected } = app;
    const must = [...new Set([selected, ...(path ? path.nodes : []), map.hovered])].filter(
      (node) => node >= 0 && shown.nodes[node],
    );
    const key = [map.view.x, map.view.y, map.view.scale, map.width, map.height, must.join(), this.lit?.size ?? 0].join(
      " ",
    );
    if (key === this.placedFor) return;
    this.placedFor = key;
    this.placedView = { ...map.view };
    this.covered = map.covered();
    const communities = app.graph.communities.name
      .map((_, i) => i)
      .filter(
        (i) =>
          graph.communities.name[i] &&
          shown.communities[i] > Math.min(3, graph.communities.size[i] / 4) &&
          !app.state.filters.communities.has(i),
      );
    this.map.labels = placedLabels(graph, map.view, map.width, map.height, {
      shown: shown.nodes,
      must,
      path: path ? path.nodes : [],
      covered: this.covered,
      places: this.places,
      only: this.lit,
      communities,
      whole: map.whole.scale,
      measure: (text, size, weight) => this.measure(text, size, weight),
    });
    const keys = new Set(this.map.labels.map(labelKey));
    this.places = new Map(this.map.labels.map((label) => [labelKey(label), label.place]));
    for (const known of this.ink.keys()) if (!keys.has(known)) this.ink.delete(known);
  }

  /** Draws everything; whether labels are still fading in. @param {number} now @param {boolean} resting */
  draw(now, resting) {
    const { map } = this;
    if (resting || !this.placedFor) this.settle();
    const drawing = [map.view.x, map.view.y, map.view.scale, this.placedFor, map.hovered, app.selected, resting].join(
      " ",
    );
    if (drawing === this.drawnFor && !this.fading) return false;
    this.drawnFor = drawing;
    const context = /** @type {CanvasRenderingContext2D} */ (map.top.getContext("2d"));
    context.clearRect(0, 0, map.top.width, map.top.height);
    if (this.lit) this.drawLit(context, resting);
    this.drawRings(context);
    this.fading = this.drawLabels(context, still() ? 1 : Math.min((now - this.last) / 160, 0.34));
    this.last = now;
    return this.fading;
  }

  /** @param {number} node */
  at(node) {
    const { map } = this;
    const { x, y } = toScreen(map.view, map.width, map.height, app.graph.x[node], app.graph.y[node]);
    return { x: x * map.ratio, y: y * map.ratio };
  }

  /** @param {CanvasRenderingContext2D} context @param {boolean} resting */
  drawLit(context, resting) {
    const { graph, state, path } = app,
      { map } = this,
      theme = THEMES[app.theme];
    const edges = resting ? this.litEdges : this.litEdges.slice(0, MOST_LIT_MOVING);
    const many = this.litEdges.length;
    this.drawEdges(context, edges, many > 60 ? 1 : 1.5, Math.min(0.65, Math.max(5 / Math.sqrt(many), 0.1)));
    if (path) this.drawEdges(context, path.edges, 3, 0.95);
    const colours = palette(graph, state.colour, theme);
    let left = resting ? Infinity : MOST_LIT_MOVING;
    for (const node of this.lit ?? []) {
      if (left-- <= 0) break;
      const { x, y } = this.at(node),
        colour = colourOf(graph, state.colour, node);
      if (x < -40 || y < -40 || x > map.top.width + 40 || y > map.top.height + 40) continue;
      const r = Math.max(pixelRadius(graph.radius[node], map.view.scale), 2.6) * map.ratio;
      const sprite = map.sprites.of(
        colours[colour],
        colour,
        graph.kinds[graph.kind[node]].shape,
        graph.kind[node],
        r,
        theme.ground,
      );
      context.drawImage(sprite, x - sprite.width / 2, y - sprite.height / 2);
    }
  }

  /** @param {CanvasRenderingContext2D} context @param {number[]} edges @param {number} width @param {number} ink */
  drawEdges(context, edges, width, ink) {
    const { graph } = app;
    context.lineWidth = width * this.map.ratio;
    context.strokeStyle = seeThrough(THEMES[app.theme].accent, ink);
    context.beginPath();
    for (const edge of edges) {
      const a = this.at(graph.source[edge]),
        b = this.at(graph.target[edge]);
      context.moveTo(a.x, a.y);
      context.lineTo(b.x, b.y);
    }
    context.stroke();
    if (edges.length <= 150) this.drawArrows(context, edges);
  }

  /** Small heads where the lit edges point to. @param {CanvasRenderingContext2D} context @param {number[]} edges */
  drawArrows(context, edges) {
    const { graph } = app,
      { map } = this;
    context.fillStyle = THEMES[app.theme].accent;
    for (const edge of edges) {
      const a = this.at(graph.source[edge]),
        b = this.at(graph.target[edge]);
      const length = Math.hypot(b.x - a.x, b.y - a.y),
        gap = (pixelRadius(graph.radius[graph.target[edge]], map.view.scale) + 2) * map.ratio;
      const size = 6 * map.ratio;
      if (length < gap + 3 * size) continue;
      const ux = (b.x - a.x) / length,
        uy = (b.y - a.y) / length,
        x = b.x - ux * gap,
        y = b.y - uy * gap;
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x - ux * size - uy * size * 0.45, y - uy * size + ux * size * 0.45);
      context.lineTo(x - ux * size + uy * size * 0.45, y - uy * size - ux * size * 0.45);
      context.fill();
    }
  }

  /** Rings around the chosen node and the one under the hand. @param {CanvasRenderingContext2D} context */
  drawRings(context) {
    const { map } = this,
      { graph, shown, selected } = app,
      theme = THEMES[app.theme];
    for (const node of new Set([selected, map.hovered])) {
      if (node < 0 || !shown.nodes[node]) continue;
      const { x, y } = this.at(node),
        r = (Math.max(pixelRadius(graph.radius[node], map.view.scale), 2.6) + 4) * map.ratio;
      traceShape(context, graph.kinds[graph.kind[node]].shape, x, y, r);
      context.lineWidth = (node === selected ? 2.5 : 1.5) * map.ratio;
      context.strokeStyle = node === selected ? theme.accent : theme.ink;
      context.stroke();
    }
  }

  /** @param {CanvasRenderingContext2D} context @param {number} step of fading @returns {boolean} */
  drawLabels(context, step) {
    const { map } = this,
      { view, width, height } = map,
      placed = this.placedView;
    let fading = false;
    const moved = !placed || placed.x !== view.x || placed.y !== view.y || placed.scale !== view.scale;
    const labels = moved ? stillApart(map.labels, view, width, height, this.covered) : map.labels;
    this.drawLeaders(context, labels);
    for (const label of labels) {
      const key = labelKey(label),
        ink = Math.min((this.ink.get(key) ?? (step >= 1 ? 1 : 0)) + step, 1);
      this.ink.set(key, ink);
      fading ||= ink < 1;
      const sprite = this.sprite(label);
      const { left, top } = boxOf(label, view, width, height);
      context.globalAlpha = ink * (label.kind === "community" ? communityInk(view.scale, map.whole.scale) : 1);
      context.drawImage(sprite, Math.round((left - HALO) * map.ratio), Math.round((top - HALO) * map.ratio));
    }
    context.globalAlpha = 1;
    return fading;
  }

  /** Thin lines from shapes to those names that stand farther off. @param {CanvasRenderingContext2D} context @param {Label[]} labels */
  drawLeaders(context, labels) {
    const { view, width, height, ratio } = this.map,
      { graph } = app;
    context.lineWidth = ratio;
    context.strokeStyle = THEMES[app.theme].muted;
    context.beginPath();
    for (const label of labels) {
      if (!label.leader) continue;
      const { from, to } = leaderOf(label, view, width, height, pixelRadius(graph.radius[label.number], view.scale));
      context.moveTo(from.x * ratio, from.y * ratio);
      context.lineTo(to.x * ratio, to.y * ratio);
    }
    context.stroke();
  }

  /** A label with its halo, drawn once. @param {Label} label */
  sprite(label) {
    const key = `${labelKey(label)} ${label.align}`;
    let made = this.texts.get(key);
    if (!made) {
      const { ratio } = this.map,
        theme = THEMES[app.theme],
        community = label.kind === "community";
      const canvas = new OffscreenCanvas(
        Math.ceil((label.width + 2 * HALO) * ratio),
        Math.ceil((label.height + 2 * HALO) * ratio),
      );
      const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
      context.scale(ratio, ratio);
      context.textBaseline = "alphabetic";
      context.textAlign = label.align;
      context.lineJoin = "round";
      context.lineWidth = community ? 4.5 : 3.5;
      context.strokeStyle = theme.halo;
      const across = HALO + { left: 0, center: label.width / 2, right: label.width }[label.align],
        down = (/** @type {number} */ line) => HALO + baseline(label, line);
      const letters = (/** @type {number} */ line) => {
        const { size, weight } = lettersOf(label, line);
        context.font = `${weight} ${size}px ${FONT}`;
      };
      label.lines.forEach((text, line) => {
        letters(line);
        context.strokeText(text, across, down(line));
      });
      const hue =
        community && app.state.colour === "community"
          ? palette(app.graph, "community", theme)[label.number]
          : theme.ink;
      context.fillStyle = community ? standingOut(hue, theme.ground, theme.ink, 5) : theme.ink;
      label.lines.forEach((text, line) => {
        letters(line);
        context.fillText(text, across, down(line));
      });
      made = canvas.transferToImageBitmap();
      if (this.texts.size > 1200) this.texts.clear();
      this.texts.set(key, made);
    }
    return made;
  }
}

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';
const HALO = 4; //: pixels around a label's letters that its picture holds
