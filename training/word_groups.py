"""Group words by the company they keep, so that a rare word is read like its better known kin.

    python training/word_groups.py SNAPSHOT.jsonl.gz kg/extraction/data/word_groups.tsv

SNAPSHOT is arXiv's public metadata, one JSON object a line. Each word gets a vector from what stands
next to it, left and right apart (positive pointwise mutual information, then a truncated singular
value decomposition; Levy and Goldberg 2014), and k-means puts the vectors into groups. One line a
group, the most frequent words first. The seed is fixed, so the same input gives the same file.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import svds
from sklearn.cluster import KMeans

from kg import extraction

WORDS = 14_000  #: words that get a group
CONTEXTS = 3_000  #: neighbours that are told apart
DIMENSIONS = 80
GROUPS = 400


def texts(path: Path) -> Iterator[str]:
    """Title and abstract of each record."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield " ".join(record["title"].split()) + "\n" + " ".join(record["abstract"].split())


def tokens_of(path: Path) -> tuple[list[int], list[str]]:
    """The whole snapshot as one sequence of word ids (-1 between papers), and the words."""
    make_doc = extraction.load().make_doc
    index: dict[str, int] = {}
    sequence: list[int] = []
    for text in texts(path):
        sequence += [index.setdefault(token.lower_, len(index)) for token in make_doc(text)]
        sequence.append(-1)
    return sequence, list(index)


def vectors(sequence: list[int], words: list[str]) -> tuple[np.ndarray, list[str]]:
    """One row a word, most frequent words first, rows of length 1."""
    counts = Counter(sequence)
    del counts[-1]
    ranked = sorted(counts, key=lambda number: (-counts[number], words[number]))
    ranked = [number for number in ranked if any(letter.isalpha() for letter in words[number])][:WORDS]
    row = np.full(len(words) + 1, -1)  # the last place is that of -1
    row[ranked] = np.arange(len(ranked))
    order = sorted(counts, key=lambda number: (-counts[number], words[number]))[:CONTEXTS]
    column = np.full(len(words) + 1, -1)
    column[order] = np.arange(len(order))
    ids = np.array(sequence)
    pairs = []
    for offset, distance in enumerate((-2, -1, 1, 2)):
        left, right = (ids[-distance:], ids[:distance]) if distance < 0 else (ids[:-distance], ids[distance:])
        r, c = row[left], column[right]
        keep = (r >= 0) & (c >= 0)
        pairs.append((r[keep], c[keep] + offset * len(order)))
    rows, columns = (np.concatenate(part) for part in zip(*pairs, strict=True))
    table = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(ranked), 4 * len(order)))
    table.sum_duplicates()
    whole = table.sum()
    by_row, by_column = (np.asarray(table.sum(axis=axis)).ravel() for axis in (1, 0))
    by_column = by_column**0.75 * (whole / (by_column**0.75).sum())  # rare neighbours say too much otherwise
    coo = table.tocoo()
    information = np.log(coo.data * whole / (by_row[coo.row] * by_column[coo.col]))
    table = csr_matrix((np.maximum(information, 0), (coo.row, coo.col)), shape=table.shape)
    start = np.random.default_rng(0).standard_normal(min(table.shape))
    left, strength, _ = svds(table, k=DIMENSIONS, v0=start)
    result = left * np.sqrt(strength)
    result /= np.linalg.norm(result, axis=1, keepdims=True) + 1e-9
    return result, [words[number] for number in ranked]


def main() -> None:
    """Read the snapshot, write the groups."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("snapshot", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    table, words = vectors(*tokens_of(arguments.snapshot))
    found = KMeans(GROUPS, n_init=1, max_iter=60, random_state=0, algorithm="elkan").fit_predict(table)
    groups: dict[int, list[str]] = {}
    for word, group in zip(words, found, strict=True):
        groups.setdefault(int(group), []).append(word)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    lines = ("\t".join(group) + "\n" for group in groups.values())  # by their most frequent word
    arguments.output.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
