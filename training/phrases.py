"""Count in how many papers each phrase stands, for `kg.extraction.familiarity`.

    python training/phrases.py SNAPSHOT.jsonl.gz kg/extraction/data/phrases.npz --without GOLD.jsonl

SNAPSHOT is arXiv's public metadata, one JSON object a line; the papers of GOLD are left out, so that
measuring on them stays honest. A phrase is the beginning or the end of a stretch of words between two
function words, cue verbs or punctuation marks: "a novel contrastive learning objective for" holds
"contrastive learning objective", "learning objective", "contrastive learning" …
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from gold_docs import read_lines

from kg.extraction.cues import CUES
from kg.extraction.familiarity import LEAST, LONGEST, phrase_hash, phrase_key
from kg.extraction.words import words

FUNCTION_WORDS = words(
    """a an the of in on for to and or with by from as at is are was were be been being this that these those
    it its we our they their which who whose whom can could may might will would should must do does did have
    has had not no nor but yet so if then than when where while how why what such into over under between
    across through during without within about via per each both all any some more most many much few less
    least other another same only also very too just even still however thus hence therefore there here us i
    you he she his her him them one two three four five first second third new novel using based due rather
    because since although though despite toward towards upon onto against among along after before until up
    down out off further furthermore moreover additionally finally specifically recent recently existing
    previous prior various several different"""
)
#: Cue words that are also parts of names.
NAME_WORDS = words("test benchmark evaluation review survey measure measures study probing training design")
CUE_VERBS = frozenset(
    form for form, cue in CUES.items() if cue in ("PROPOSE", "USE", "EVALUATE", "STUDY", "NOT", "OURS")
)
STOPS = (FUNCTION_WORDS | CUE_VERBS) - NAME_WORDS

_TOKEN = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?|[^\w\s-]")


def phrases(text: str) -> Iterator[str]:
    """The phrase keys of a text."""
    stretch: list[str] = []
    for word in [*_TOKEN.findall(text.lower()), "."]:
        if word not in STOPS and word[0].isalnum():
            stretch.append(word)
            continue
        size = len(stretch)
        keys = [phrase_key(each) for each in stretch]
        for start in range(max(0, size - LONGEST), size):
            yield " ".join(keys[start:])
        for end in range(1, min(size, LONGEST)):
            yield " ".join(keys[:end])
        stretch = []


def main() -> None:
    """Count, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("snapshot", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--without", type=Path, help="annotations whose papers are left out")
    arguments = parser.parse_args()
    left_out = {paper["id"] for paper in read_lines(arguments.without)} if arguments.without else set()
    papers: Counter[str] = Counter()
    with gzip.open(arguments.snapshot, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record["id"] not in left_out:
                papers.update(set(phrases(f"{record['title']} . {record['abstract']}")))
    levels: dict[int, set[int]] = {}
    for key, count in papers.items():
        if count >= LEAST:
            levels.setdefault(min(10, (count + 1).bit_length() - 1), set()).add(phrase_hash(key))
    arrays = {}
    for level, hashes in sorted(levels.items()):
        ordered = np.array(sorted(hashes), dtype=np.int64)
        steps = np.diff(ordered, prepend=0)
        arrays[f"{level:02d}"] = steps.astype(np.uint16 if steps.max() < 2**16 else np.uint32)
    np.savez_compressed(arguments.output, **arrays)  # type: ignore[arg-type]  # numpy's stub forbids **


if __name__ == "__main__":
    main()
