// The map: two pictures (the one seen and the one being painted) and above them what is lit and named.
// While the map moves, the picture is only shifted and scaled; it is painted anew when the hand rests.

const SLICE = 12; //: milliseconds of painting at a time while the hand rests
const SLICE_MOVING = 5; //: and while it moves, at most: less where frames come late
const REST = 110; //: milliseconds without movement that count as rest

class MapView {
  /** @param {HTMLElement} box */
  constructor(box) {
    this.box = box;
    this.front = element("canvas", { className: "picture" });
    this.back = element("canvas", { className: "picture hidden" });
    this.top = element("canvas", { className: "top" });
    box.append(this.front, this.back, this.top);
    this.sprites = new Sprites();
    /** @type {View} */ this.view = { x: 0, y: 0, scale: 1 };
    /** @type {View | null} */ this.painted = null; // the view that the picture seen was painted for
    /** @type {View} */ this.whole = { x: 0, y: 0, scale: 1 };
    /** @type {{steps: Generator<void>, view: View} | null} */ this.job = null;
    this.stale = true; // whether the picture shows other nodes or colours than it should
    this.moved = 0;
    this.slice = SLICE_MOVING;
    this.last = 0; // when the frame before was
    /** @type {{from: View, to: View, begun: number, lasts: number} | null} */ this.flight = null;
    this.frameAsked = false;
    this.hovered = -1;
    /** @type {Label[]} */ this.labels = [];
    this.width = this.height = 1;
    this.ratio = 1;
    this.overlay = new Overlay(this);
    this.grid = gridOf(app.graph.x, app.graph.y);
    new ResizeObserver(() => this.resize()).observe(box);
    // A card that opens, closes or grows leaves the names another room.
    const cards = new ResizeObserver(() => {
      this.overlay.placedFor = this.overlay.drawnFor = "";
      this.ask();
    });
    for (const id of ["legend", "panel", "path", "time", "empty"]) cards.observe(byId(id));
    this.resize();
  }

  /** How far the pictures reach beyond the window, so that a small shift shows no gap. */
  get margin() {
    return Math.round(Math.min(this.width, this.height) * 0.14);
  }

  get limits() {
    return { least: Math.min(this.whole.scale * 0.5, 0.5), most: 4 };
  }

  resize() {
    const { width, height } = this.box.getBoundingClientRect();
    if (width < 2 || height < 2) return;
    const first = this.width === 1;
    this.width = Math.round(width);
    this.height = Math.round(height);
    this.ratio = Math.min(window.devicePixelRatio || 1, 2);
    for (const canvas of [this.front, this.back]) {
      canvas.width = (this.width + 2 * this.margin) * this.ratio;
      canvas.height = (this.height + 2 * this.margin) * this.ratio;
      canvas.style.width = `${this.width + 2 * this.margin}px`;
      canvas.style.height = `${this.height + 2 * this.margin}px`;
    }
    this.top.width = this.width * this.ratio;
    this.top.height = this.height * this.ratio;
    this.top.style.width = `${this.width}px`;
    this.top.style.height = `${this.height}px`;
    this.whole = this.fittingAll();
    if (first) this.view = this.whole;
    this.dressed();
  }

  /** Paint all anew: other colours, other nodes, another size. */
  dressed() {
    this.sprites.clear();
    this.overlay.texts.clear();
    this.changed();
  }

  /** Paint anew what is shown. */
  changed() {
    this.stale = true;
    this.job = null;
    this.overlay.placedFor = this.overlay.drawnFor = "";
    this.ask();
  }

  /** The part of the window that no card covers: left, right and bottom edges. */
  free() {
    const box = this.box.getBoundingClientRect();
    const seen = (/** @type {string} */ id) => {
      const card = byId(id).getBoundingClientRect();
      return card.width ? card : null;
    };
    const free = { left: 0, right: this.width, top: 0, bottom: this.height };
    const panel = seen("panel");
    const path = seen("path");
    if (narrow()) {
      const sheet = panel ?? path;
      if (sheet) free.bottom = Math.max(sheet.top - box.top, this.height * 0.3);
    } else {
      const legend = seen("legend"),
        time = seen("time");
      if (legend) free.left = legend.right - box.left;
      if (panel) free.right = panel.left - box.left;
      if (path && free.right - path.right > 240) free.left = path.right - box.left;
      if (time) free.bottom = time.top - box.top;
    }
    return free;
  }

  /** The cards that lie over the map. @returns {Box[]} */
  covered() {
    const box = this.box.getBoundingClientRect();
    return ["legend", "panel", "path", "time", "corner", "counts", "empty"]
      .map((id) => byId(id).getBoundingClientRect())
      .filter(({ width, height }) => width > 0 && height > 0)
      .map(({ left, top, right, bottom }) => ({
        left: left - box.left,
        top: top - box.top,
        right: right - box.left,
        bottom: bottom - box.top,
      }));
  }

  /** The view that shows nodes in the free part of the window. @param {Iterable<number>} nodes @param {number} [largest] @param {number} [rim] pixels kept free at the sides */
  fitting(nodes, largest = 1.4, rim = Math.min(40, this.width / 26)) {
    const { left, right, top, bottom } = this.free();
    const view = viewOf(nodes, app.graph.x, app.graph.y, right - left, bottom - top, largest, rim);
    return {
      ...view,
      x: view.x - ((left + right) / 2 - this.width / 2) / view.scale,
      y: view.y - ((top + bottom) / 2 - this.height / 2) / view.scale,
    };
  }

  /** The view that shows a path, with room for its names. @param {number[]} nodes */
  fittingPath(nodes) {
    return this.fitting(nodes, 1.1, 130);
  }

  /** The view that shows the shown nodes, but for the few that lie far off. */
  fittingAll() {
    const { graph, shown } = app;
    return this.fitting(mainBody(shown.nodeCount ? rowsOf(graph, shown, "nodes") : graph.byWeight, graph.x, graph.y));
  }

  /** @param {View} view @param {{fly?: boolean}} [how] */
  look(view, { fly = false } = {}) {
    const scale = Math.min(Math.max(view.scale, this.limits.least), this.limits.most);
    const to = { ...view, scale };
    this.flight =
      fly && !still() && this.painted ? { from: this.view, to, begun: performance.now(), lasts: 420 } : null;
    if (!this.flight) this.view = to;
    this.moved = performance.now();
    this.ask();
  }

  /** @param {number} x @param {number} y @param {number} factor */
  zoom(x, y, factor) {
    this.look(zoomed(this.view, this.width, this.height, x, y, factor, this.limits));
    viewMoved();
  }

  /** @param {number} dx @param {number} dy in pixels */
  pan(dx, dy) {
    this.look({ ...this.view, x: this.view.x - dx / this.view.scale, y: this.view.y - dy / this.view.scale });
    viewMoved();
  }

  /** Brings a node into the free part of the window, if it is not well inside it; its neighbours with it, as far as
   * it stays readable. @param {number} node @param {boolean} [always] @param {boolean} [closer] also where it is small */
  bring(node, always = false, closer = false) {
    const { left, right, top, bottom } = this.free(),
      { graph, shown } = app;
    const { x, y } = toScreen(this.view, this.width, this.height, graph.x[node], graph.y[node]);
    const inside = x > left + 60 && x < right - 60 && y > top + 50 && y < bottom - 50;
    const near = nearby(graph, node, 1, shown.edges),
      all = this.fitting(near.size > 100 ? mainBody([...near], graph.x, graph.y) : near, 1);
    const far = (/** @type {number} */ one) => Math.hypot(graph.x[one] - graph.x[node], graph.y[one] - graph.y[node]);
    const covered = [...near].filter((one) => {
      const at = toScreen(this.view, this.width, this.height, graph.x[one], graph.y[one]);
      return at.x < left || at.x > right || at.y < top || at.y > bottom;
    }).length;
    const poor =
      pixelRadius(graph.radius[node], this.view.scale) < 2 ||
      (closer && (all.scale > this.view.scale * 1.8 || covered > 0));
    if (inside && !always && !poor) return;
    // Of a hub one wants to see how far it reaches; of others the few that lie far off may stay out of the window.
    const most = [...near].sort((a, b) => far(a) - far(b)).slice(0, Math.max(6, Math.ceil(near.size * 0.7)));
    this.look(all.scale >= 0.3 || near.size > 100 ? all : this.fitting(most, 1), { fly: true });
    viewMoved();
  }

  /** The node at a point of the window; fingers need more room than a mouse. @param {number} x @param {number} y @param {boolean} [finger] */
  nodeAt(x, y, finger = false) {
    const at = toMap(this.view, this.width, this.height, x, y),
      { scale } = this.view;
    const spare = finger ? 16 : 5;
    return nodeAt(
      app.graph,
      this.grid,
      at.x,
      at.y,
      (node) => (pixelRadius(app.graph.radius[node], scale) * 1.15 + spare) / scale,
      (pixelRadius(24, scale) * 1.15 + spare) / scale,
      app.shown.nodes,
    );
  }

  /** @param {number} node */
  hover(node) {
    if (node === this.hovered) return;
    this.hovered = node;
    this.overlay.light();
    this.ask();
  }

  ask() {
    if (this.frameAsked) return;
    this.frameAsked = true;
    requestAnimationFrame(() => {
      this.frameAsked = false;
      this.frame(performance.now());
    });
  }

  /** One frame. @param {number} now */
  frame(now) {
    if (!app.shown) return;
    if (this.flight) {
      const share = Math.min((now - this.flight.begun) / this.flight.lasts, 1);
      this.view = between(this.flight.from, this.flight.to, share);
      this.moved = now;
      if (share === 1) this.flight = null;
    }
    const resting = now - this.moved > REST && !this.flight;
    if (!this.job && this.wanting(resting)) this.begin();
    this.slice = now - this.last > 19 ? Math.max(this.slice * 0.7, 1) : Math.min(this.slice * 1.1, SLICE_MOVING);
    this.last = now;
    if (this.job) this.work(resting || this.stale ? SLICE : this.slice);
    this.place();
    const fading = this.overlay.draw(now, resting);
    const busy = this.job !== null || this.wanting(true) || fading;
    this.box.dataset.state = this.flight || !resting ? "moving" : busy ? "painting" : "still";
    if (busy || !resting || this.flight) this.ask();
  }

  /** Whether the picture must be painted anew now. @param {boolean} resting */
  wanting(resting) {
    const { painted, view } = this;
    if (this.stale || !painted) return true;
    if (painted.x === view.x && painted.y === view.y && painted.scale === view.scale) return false;
    if (resting) return true;
    const grown = view.scale / painted.scale;
    const shift = Math.max(Math.abs(view.x - painted.x), Math.abs(view.y - painted.y)) * view.scale;
    return grown > 1.5 || grown < 0.8 || shift > this.margin;
  }

  begin() {
    const view = { ...this.view };
    /** @type {PaintJob} */
    const job = {
      graph: app.graph,
      shown: app.shown,
      view,
      width: this.width + 2 * this.margin,
      height: this.height + 2 * this.margin,
      ratio: this.ratio,
      by: app.state.colour,
      theme: THEMES[app.theme],
      colours: palette(app.graph, app.state.colour, THEMES[app.theme]),
      sprites: this.sprites,
    };
    this.stale = false;
    this.job = { steps: paintSteps(this.back.getContext("2d"), job), view };
  }

  /** Paints for so many milliseconds. @param {number} slice */
  work(slice) {
    const job = this.job;
    if (!job) return;
    const until = performance.now() + slice;
    do {
      if (job.steps.next().done) {
        [this.front, this.back] = [this.back, this.front];
        this.back.classList.add("hidden");
        this.front.classList.remove("hidden");
        this.painted = job.view;
        this.job = null;
        firstPicture();
        return;
      }
    } while (performance.now() < until);
  }

  /** Shifts and scales the picture to where it belongs. */
  place() {
    if (!this.painted) return;
    const grown = this.view.scale / this.painted.scale,
      { margin } = this;
    const x = (this.painted.x - this.view.x) * this.view.scale + this.width / 2 - (this.width / 2 + margin) * grown;
    const y = (this.painted.y - this.view.y) * this.view.scale + this.height / 2 - (this.height / 2 + margin) * grown;
    this.front.style.transform = `translate(${x}px,${y}px) scale(${grown})`;
  }
}
