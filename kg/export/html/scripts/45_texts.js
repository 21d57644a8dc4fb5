// Papers' texts, unpacked block by block when a sentence is to be read.

/** @type {Map<number, Promise<string[]>>} */
const textBlocks = new Map();

/** A block of the page by its element; its text is let go once it is read. @param {string} id @returns {Promise<any>} */
async function unpackElement(id) {
  const holder = document.getElementById(id);
  if (!holder) return null;
  const made = await unpackText(holder.textContent ?? "");
  holder.remove();
  return made;
}

/** A sentence of a paper, or null where the file does not hold it. @param {number} paper @param {number} sentence @returns {Promise<string | null>} */
async function sentenceText(paper, sentence) {
  const { graph } = app,
    details = /** @type {Details} */ (graph.details);
  const { start, end } = sentencePlace(details, paper, sentence);
  const title = graph.name[graph.paperNode[paper]];
  if (end <= title.length) return title.slice(start, end);
  const size = graph.meta.textsBlock,
    block = Math.floor(paper / size);
  let texts = textBlocks.get(block);
  if (!texts) {
    texts = unpackElement(`texts-${block}`).then((made) => made ?? []);
    textBlocks.set(block, texts);
  }
  const text = (await texts)[paper % size];
  return text === undefined ? null : `${title}\n${text}`.slice(start, end);
}
