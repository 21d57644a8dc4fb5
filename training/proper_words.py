"""List the words that are written with a capital wherever they stand: Gaussian, Monte, Markov, English.

    python training/proper_words.py SNAPSHOT.jsonl.gz kg/extraction/data/proper_words.txt

SNAPSHOT is arXiv's public metadata, one JSON object a line. A word counts where it stands within a
sentence of an abstract between words in lower case, so that titles and names of several words say
nothing about it. Entities are named in lower case but for these words (`kg/extraction/naming.py`).
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path

from word_groups import texts

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|[^\w\s]|\d\S*")
SEEN = 15  #: times a word must be seen
SHARE = 0.8  #: share of its occurrences with a capital


def main() -> None:
    """Read the snapshot, write the list."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("snapshot", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    capital: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for text in texts(arguments.snapshot):
        words = _WORD.findall(text.partition("\n")[2])
        for before, word, behind in zip(words, words[1:], words[2:], strict=False):
            if len(word) < 3 or behind in ("(", "-") or not (before.islower() or before.istitle()):
                continue
            if word.istitle() and word.isalpha():
                capital[word.lower()] += 1
            elif word.islower():
                small[word] += 1
    found = [
        word for word, n in capital.items() if n + small[word] >= SEEN and n >= SHARE * (n + small[word])
    ]
    arguments.output.write_text("".join(f"{word}\n" for word in sorted(found)), encoding="utf-8")


if __name__ == "__main__":
    main()
