// What hands do on the map: drag, wheel, pinch, tap, hover.

/** @param {MapView} map */
function listenToHands(map) {
  const { box } = map;
  /** @type {Map<number, {x: number, y: number}>} */ const down = new Map();
  let travelled = 0,
    hoverAsked = false;
  /** @type {PointerEvent | null} */ let last = null;
  const place = (/** @type {MouseEvent} */ event) => {
    const { left, top } = box.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  box.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (down.size === 0) travelled = 0;
    down.set(event.pointerId, place(event));
    box.setPointerCapture(event.pointerId);
  });
  box.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId),
      now = place(event);
    if (!before) {
      // Many moves come between two frames; one look at the grid a frame is enough.
      last = event;
      if (!hoverAsked && event.pointerType !== "touch") {
        hoverAsked = true;
        requestAnimationFrame(() => {
          hoverAsked = false;
          if (!last || down.size) return;
          const { x, y } = place(last);
          const node = map.nodeAt(x, y);
          map.hover(node);
          box.classList.toggle("pointing", node >= 0);
        });
      }
      return;
    }
    travelled += Math.hypot(now.x - before.x, now.y - before.y);
    if (down.size === 1) {
      if (travelled > 4) {
        map.pan(now.x - before.x, now.y - before.y);
        box.classList.add("dragging");
      }
    } else if (down.size === 2) {
      const other = /** @type {{x: number, y: number}} */ ([...down].find(([id]) => id !== event.pointerId)?.[1]);
      const factor =
        Math.hypot(now.x - other.x, now.y - other.y) / Math.max(Math.hypot(before.x - other.x, before.y - other.y), 1);
      map.zoom((now.x + other.x) / 2, (now.y + other.y) / 2, factor);
      map.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    }
    down.set(event.pointerId, now);
  });
  const up = (/** @type {PointerEvent} */ event) => {
    if (!down.delete(event.pointerId)) return;
    box.classList.remove("dragging");
    if (event.type === "pointerup" && travelled <= 4 && down.size === 0) {
      const { x, y } = place(event),
        node = map.nodeAt(x, y, event.pointerType === "touch");
      chooseOnMap(node);
    }
  };
  box.addEventListener("pointerup", up);
  box.addEventListener("pointercancel", up);
  box.addEventListener("pointerleave", () => {
    last = null;
    map.hover(-1);
  });
  box.addEventListener("dblclick", (event) => {
    const { x, y } = place(event);
    map.zoom(x, y, event.shiftKey ? 0.5 : 2);
  });
  box.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const { x, y } = place(event);
      const lines = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? map.height : 1;
      // A pinch on a trackpad comes as a wheel with the control key, in much smaller steps.
      const amount = Math.min(Math.max(event.deltaY * lines * (event.ctrlKey ? 0.012 : 0.0018), -0.7), 0.7);
      map.zoom(x, y, Math.exp(-amount));
    },
    { passive: false },
  );
}

/** What a click on the map does: it opens a node, ends a path, or closes what was open. @param {number} node */
function chooseOnMap(node) {
  const { graph, state } = app;
  if (node >= 0 && pathWaits()) {
    choosePathEnd(node);
    return;
  }
  if (node >= 0) choose(node);
  else if (state.node) go({ node: "" });
  if (node >= 0 && graph) byId("map").focus({ preventScroll: true });
}

/** The shown neighbour that lies best in a direction; -1 for none. @param {number} node @param {number} dx @param {number} dy */
function neighbourTowards(node, dx, dy) {
  const { graph, shown } = app;
  let best = -1,
    least = Infinity;
  for (const edge of edgesOf(graph, node)) {
    if (!shown.edges[edge]) continue;
    const other = otherEnd(graph, edge, node);
    const x = graph.x[other] - graph.x[node],
      y = graph.y[other] - graph.y[node],
      length = Math.hypot(x, y);
    if (other === node || !length) continue;
    const turn = Math.acos(Math.min(Math.max((x * dx + y * dy) / length, -1), 1));
    // Straight ahead counts more than near; beyond a right angle is another direction.
    const cost = turn > Math.PI / 2.2 ? Infinity : length * (1 + 2.5 * turn * turn);
    if (cost < least) {
      least = cost;
      best = other;
    }
  }
  return best;
}
