"use strict";
// The page's script: these files in the order of their names, joined into one. Nothing here needs a library or
// a build step; the JSDoc types can be checked with `tsc --allowJs --checkJs`. Files up to 29 compute and touch
// neither the document nor the address, so that each can be tested by itself.

/**
 * How a kind of node is named and drawn.
 * @typedef {{name: string, label: string, plural: string, colour: string, shape: string}} Kind
 * @typedef {{name: string, label: string, group: string}} EdgeKind
 * @typedef {{name: string[], members: number[][], size: number[], x: number[], y: number[], radius: number[]}} Communities
 */

/**
 * A graph in columns: node and edge numbers index all of them.
 * @typedef {object} Graph
 * @property {any} meta what the file says of itself: counts, what was left out
 * @property {Kind[]} kinds
 * @property {EdgeKind[]} edgeKinds
 * @property {string[]} categories
 * @property {Communities} communities
 * @property {number} count number of nodes
 * @property {string[]} id
 * @property {string[]} name
 * @property {Uint8Array} kind
 * @property {Float32Array} x
 * @property {Float32Array} y
 * @property {Float32Array} radius of a node's shape, in the map's units
 * @property {Int32Array} community
 * @property {Int32Array} support
 * @property {Int32Array} more edges that the file does not hold
 * @property {Int32Array} degree
 * @property {Int32Array} paperOf number of the paper that a node is, -1 for others
 * @property {number[]} paperNode node of each paper
 * @property {string[]} dates of papers
 * @property {string[]} months every month between the first and the last date
 * @property {Int32Array} paperMonth index into months, -1 where unknown
 * @property {number[][]} paperCategories
 * @property {number} edgeCount
 * @property {Int32Array} source
 * @property {Int32Array} target
 * @property {Uint8Array} edgeKind
 * @property {Int32Array} edgeSupport
 * @property {Uint8Array} confidence percent
 * @property {Int32Array} first where a node's edges begin in `touching`; one longer than nodes
 * @property {Int32Array} touching edge numbers, by node
 * @property {Int32Array} byWeight nodes, most telling first
 * @property {Map<string, number>} numberOf node by id
 * @property {Details | null} details texts of nodes and edges; null until they are unpacked
 */

/**
 * @typedef {object} Details
 * @property {string[][]} aliases
 * @property {string[]} urls
 * @property {string[]} authorNames
 * @property {number[][]} authors of papers
 * @property {number[]} authorNodes
 * @property {Map<number, [number, number][]>} types other types that papers read a node as, with votes
 * @property {Set<number>} ambiguous
 * @property {Map<number, string>} linkKinds
 * @property {Map<number, string>} concepts
 * @property {string[]} rules
 * @property {Int32Array} sentenceFirst where a paper's sentences begin; one longer than papers
 * @property {Int32Array} sentenceStart
 * @property {Int32Array} sentenceLength
 * @property {Int32Array} evidenceFirst where an edge's evidence begins; one longer than edges
 * @property {Int32Array} evidencePaper
 * @property {Int32Array} evidenceSentence
 * @property {Int32Array} evidenceRule
 * @property {Map<number, number>} evidenceMore
 * @property {Result[]} results
 * @property {Map<number, number[]>} resultsOf results by node
 */

/**
 * @typedef {{paper: number, subject: number, metric: number, metricText: string, value: string, unit: string,
 *   dataset: number, baseline: number, sentence: number}} Result
 */

/**
 * What is left out of the view. Sets hold what is hidden; months are indexes, both ends included.
 * @typedef {object} Filters
 * @property {Set<number>} kinds
 * @property {Set<number>} edgeKinds
 * @property {Set<number>} communities
 * @property {Set<number>} categories
 * @property {number} from
 * @property {number} to
 * @property {number} support least number of papers that name a node
 * @property {number} degree least number of edges
 * @property {number} around only this node and what is near it; -1 for all
 * @property {number} hops how near
 */

/**
 * What the filters leave: one byte a node and edge, and counts for the legend.
 * @typedef {object} Shown
 * @property {Uint8Array} nodes
 * @property {Uint8Array} edges
 * @property {number} nodeCount
 * @property {number} edgeCount
 * @property {number[]} kinds nodes of each kind that the other filters leave
 * @property {number[]} edgeKinds
 * @property {number[]} communities
 * @property {number[]} categories
 * @property {number[]} months papers of each month that the other filters leave
 */

/** Where the map is seen from: a point of the map at the middle of the window, and pixels a unit.
 * @typedef {{x: number, y: number, scale: number}} View */

/** A rectangle of the window, in pixels. @typedef {{left: number, top: number, right: number, bottom: number}} Box */

/** A label on the map: its anchor in the map's units, its upper left corner relative to it in pixels.
 * @typedef {{lines: string[], x: number, y: number, dx: number, dy: number, align: "left" | "center" | "right",
 *   width: number, height: number, size: number, weight: number, leader: boolean, place: number,
 *   kind: "node" | "community", number: number}} Label */
