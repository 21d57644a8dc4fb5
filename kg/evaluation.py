"""Precision, recall and F1 of annotations against gold ones.

An annotation is one JSON object a paper: `id`, `entities` (name, type, role, surfaces and, once
linked, node), `links` (url, kind), `relations` (subject, predicate, object by name) and `results`
(subject, metric, value, dataset, baseline). All counts are micro-averaged over the gold papers.

- entities: a gold and a predicted entity match one to one where they share the type and at least one
  surface, compared without case, punctuation and plural s. untyped: whatever the type. named: entities
  over METHOD, MODEL and DATASET with a digit or an inner capital in some surface.
- surfaces: every pair of surface and type, exact but for case.
- role: share of matched entities whose role is right; proposes: F1 of proposed entities.
- links: F1 of addresses; link kind: share of the matched ones whose kind is right.
- relations, results: F1 of (subject, predicate, object) and (subject, value), through matched entities.
- linking: over pairs of matched entities from different papers, same node against same gold name;
  gold entities marked ambiguous are left out.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import SourceError
from kg.schema import ENTITY_TYPES

Annotation = Mapping[str, Any]


@dataclass(slots=True)
class Tally:
    """Counts from which precision, recall and F1 follow.

    >>> Tally(true=3, predicted=4, gold=6).f1
    0.6
    """

    true: int = 0
    predicted: int = 0
    gold: int = 0

    def add(self, *, true: int, predicted: int, gold: int) -> None:
        """Count one more paper."""
        self.true += true
        self.predicted += predicted
        self.gold += gold

    @property
    def precision(self) -> float:
        """Share of the predicted that are right; 0 where nothing is predicted."""
        return self.true / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold that was found; 0 where there is no gold."""
        return self.true / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def as_dict(self) -> dict[str, float | int]:
        """The figures as plain data."""
        return {
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "gold": self.gold,
            "predicted": self.predicted,
        }


@dataclass(slots=True)
class Share:
    """How many of some were right."""

    right: int = 0
    of: int = 0

    def add(self, right: bool) -> None:
        """Count one more."""
        self.right += right
        self.of += 1

    @property
    def share(self) -> float:
        """Right ones among all; 0 where there are none."""
        return self.right / self.of if self.of else 0.0

    def as_dict(self) -> dict[str, float | int]:
        """The figures as plain data."""
        return {"share": self.share, "of": self.of}


@dataclass(slots=True)
class Evaluation:
    """All figures of one comparison, by name, in the order in which they are shown."""

    papers: int = 0
    absent: int = 0  #: gold papers that were not predicted
    tallies: dict[str, Tally] = field(default_factory=dict)
    shares: dict[str, Share] = field(default_factory=dict)

    def as_dict(self) -> dict[str, dict[str, float | int]]:
        """The figures as plain data, by name."""
        figures = {name: tally.as_dict() for name, tally in self.tallies.items()}
        return figures | {name: share.as_dict() for name, share in self.shares.items()}


def surface_key(surface: str) -> str:
    """What surfaces are compared by: no case, no punctuation, no plural s.

    >>> surface_key("Large-Language Models")
    'large language model'
    """
    words = re.sub(r"[\W_]+", " ", surface.casefold()).split()
    return " ".join(
        word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] != "s" else word for word in words
    )


def address_key(url: str) -> str:
    """What addresses are compared by: no scheme, no www, no case, nothing trailing.

    >>> address_key("https://www.GitHub.com/a/B.git).")
    'github.com/a/b'
    """
    bare = re.sub(r"^https?://(?:www\.)?", "", url.strip().casefold())
    return re.sub(r"(?:\.git)?[/.,;)\]}]*$", "", bare)


def value_key(value: object) -> str:
    """What stated numbers are compared by: digits and the signs between and behind them.

    >>> value_key("about 1.93X"), value_key("−45 %")
    ('1.93x', '45%')
    """
    return re.sub(r"[^0-9.\-–%x×]", "", str(value).casefold()).replace("×", "x").strip(".")


def is_named(entity: Mapping[str, Any]) -> bool:
    """Whether this is a method, model or dataset with a proper name."""
    return entity["type"] in ("METHOD", "MODEL", "DATASET") and any(
        re.search(r"\d|\w[A-Z]", surface) for surface in entity["surfaces"]
    )


def matched_pairs(
    gold: Sequence[Mapping[str, Any]], predicted: Sequence[Mapping[str, Any]], *, typed: bool = True
) -> list[tuple[int, int]]:
    """One-to-one pairs (index in gold, index in predicted): same type first, then most shared surfaces."""
    by_key: dict[str, set[int]] = {}
    for j, entity in enumerate(predicted):
        for surface in entity["surfaces"]:
            by_key.setdefault(surface_key(surface), set()).add(j)
    by_key.pop("", None)
    candidates = []
    for i, entity in enumerate(gold):
        keys = {surface_key(surface) for surface in entity["surfaces"]}
        shared = Counter(j for key in keys for j in by_key.get(key, ()))
        for j, count in shared.items():
            same_type = entity["type"] == predicted[j]["type"]
            if same_type or not typed:
                candidates.append((not same_type, -count, i, j))
    pairs: list[tuple[int, int]] = []
    taken_gold: set[int] = set()
    taken_predicted: set[int] = set()
    for _, _, i, j in sorted(candidates):
        if i not in taken_gold and j not in taken_predicted:
            taken_gold.add(i)
            taken_predicted.add(j)
            pairs.append((i, j))
    return pairs


def _pairs_of_equals(rows: Iterable[tuple[str, Hashable]]) -> int:
    """Number of pairs of rows with equal second parts and different first parts (papers)."""
    rows = list(rows)

    def within(groups: Iterable[int]) -> int:
        return sum(n * (n - 1) // 2 for n in groups)

    return within(Counter(value for _, value in rows).values()) - within(Counter(rows).values())


def evaluate(gold: Mapping[str, Annotation], predicted: Mapping[str, Annotation]) -> Evaluation:
    """Compare annotations, each by paper id; a paper that was not predicted counts as an empty one."""
    names = ["entities", "untyped", "named", "surfaces", "proposes", "links", "relations", "results"]
    names[1:1] = [f"entities {entity_type}" for entity_type in ENTITY_TYPES]
    evaluation = Evaluation(
        papers=len(gold),
        absent=len(gold.keys() - predicted.keys()),
        tallies={name: Tally() for name in names},
        shares={"role": Share(), "link kind": Share()},
    )
    linked: list[tuple[str, str, str]] = []
    nothing: Annotation = {"entities": []}
    for paper, truth in gold.items():
        _compare(paper, truth, predicted.get(paper, nothing), evaluation, linked)
    if linked:
        evaluation.tallies["linking"] = Tally(
            true=_pairs_of_equals((paper, (name, node)) for paper, name, node in linked),
            predicted=_pairs_of_equals((paper, node) for paper, _, node in linked),
            gold=_pairs_of_equals((paper, name) for paper, name, _ in linked),
        )
    return evaluation


def _compare(
    paper: str,
    truth: Annotation,
    guess: Annotation,
    evaluation: Evaluation,
    linked: list[tuple[str, str, str]],
) -> None:
    """Count one paper into the evaluation, and note its matched entities with their nodes."""
    tallies, shares = evaluation.tallies, evaluation.shares
    ours, theirs = truth["entities"], guess["entities"]
    pairs = matched_pairs(ours, theirs)
    tallies["entities"].add(true=len(pairs), predicted=len(theirs), gold=len(ours))
    tallies["untyped"].add(
        true=len(matched_pairs(ours, theirs, typed=False)), predicted=len(theirs), gold=len(ours)
    )
    for entity_type in ENTITY_TYPES:
        tallies[f"entities {entity_type}"].add(
            true=sum(ours[i]["type"] == entity_type for i, _ in pairs),
            predicted=sum(entity["type"] == entity_type for entity in theirs),
            gold=sum(entity["type"] == entity_type for entity in ours),
        )
    unmatched = set(range(len(theirs))) - {j for _, j in pairs}
    found = sum(is_named(ours[i]) for i, _ in pairs)
    spare = sum(is_named(theirs[j]) for j in unmatched)
    tallies["named"].add(true=found, predicted=found + spare, gold=sum(map(is_named, ours)))

    def typed_surfaces(entities: Sequence[Mapping[str, Any]]) -> set[tuple[str, str]]:
        return {(surface.casefold(), entity["type"]) for entity in entities for surface in entity["surfaces"]}

    _add_sets(tallies["surfaces"], typed_surfaces(ours), typed_surfaces(theirs))
    for i, j in pairs:
        shares["role"].add(ours[i]["role"] == theirs[j].get("role"))
        if theirs[j].get("node") is not None and not ours[i].get("ambiguous"):
            linked.append((paper, surface_key(ours[i]["name"]), theirs[j]["node"]))
    tallies["proposes"].add(
        true=sum(ours[i]["role"] == theirs[j].get("role") == "proposes" for i, j in pairs),
        predicted=sum(entity.get("role") == "proposes" for entity in theirs),
        gold=sum(entity["role"] == "proposes" for entity in ours),
    )

    our_links = {address_key(link["url"]): link.get("kind") for link in truth.get("links", ())}
    their_links = {address_key(link["url"]): link.get("kind") for link in guess.get("links", ())}
    _add_sets(tallies["links"], set(our_links), set(their_links))
    for address in our_links.keys() & their_links.keys():
        shares["link kind"].add(our_links[address] == their_links[address])

    gold_name = {theirs[j]["name"]: ours[i]["name"] for i, j in pairs}
    relations = {tuple(row) for row in guess.get("relations", ())}
    tallies["relations"].add(
        true=len(
            {(gold_name.get(s), predicate, gold_name.get(o)) for s, predicate, o in relations}
            & {tuple(row) for row in truth.get("relations", ())}
        ),
        predicted=len(relations),
        gold=len({tuple(row) for row in truth.get("relations", ())}),
    )
    results = {(row["subject"], value_key(row["value"])) for row in guess.get("results", ())}
    true_results = {(row["subject"], value_key(row["value"])) for row in truth.get("results", ())}
    tallies["results"].add(
        true=len({(gold_name.get(subject), value) for subject, value in results} & true_results),
        predicted=len(results),
        gold=len(true_results),
    )


def _add_sets(tally: Tally, gold: set[Any], predicted: set[Any]) -> None:
    tally.add(true=len(gold & predicted), predicted=len(predicted), gold=len(gold))


@dataclass(frozen=True, slots=True)
class Bin:
    """Statements of about the same stated confidence."""

    stated: float  #: mean of their scores
    share: float  #: how many of them were right
    count: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """Stated confidence against the share that was right, in ten bins of equal width."""

    bins: tuple[Bin, ...]
    error: float  #: expected calibration error: mean distance of the two, weighted by count

    @classmethod
    def of(cls, rows: Sequence[tuple[float, bool]]) -> Reliability:
        """Table of scores (0 to 1) and whether each was right (Naeini et al. 2015, section 3).

        >>> Reliability.of([(0.9, True), (0.95, True), (0.12, False), (0.18, True)]).bins[1]
        Bin(stated=0.15, share=0.5, count=2)
        """
        inside: list[list[tuple[float, bool]]] = [[] for _ in range(10)]
        for score, right in rows:
            inside[min(max(int(score * 10), 0), 9)].append((score, right))
        bins = tuple(
            Bin(
                stated=round(sum(score for score, _ in each) / len(each), 6) if each else 0.0,
                share=sum(right for _, right in each) / len(each) if each else 0.0,
                count=len(each),
            )
            for each in inside
        )
        distance = sum(abs(each.stated - each.share) * each.count for each in bins)
        return cls(bins, distance / len(rows) if rows else 0.0)

    def as_dict(self) -> dict[str, Any]:
        """The table as plain data."""
        return {
            "expected_calibration_error": self.error,
            "bins": [
                {"from": number / 10, "stated": each.stated, "right": each.share, "count": each.count}
                for number, each in enumerate(self.bins)
            ],
        }


def reliability(
    gold: Mapping[str, Annotation], predicted: Mapping[str, Annotation]
) -> dict[str, Reliability]:
    """How far scores can be taken at their word: of entities, roles, relations and results.

    An entity is right where it matches a gold one, a role where its entity's gold role is the same (matched
    entities alone), a relation or result where gold has it. Predictions need the scores that kg writes; those
    without any are left out.
    """
    rows: dict[str, list[tuple[float, bool]]] = {
        name: [] for name in ("entities", "roles", "relations", "results")
    }
    for paper, truth in gold.items():
        guess = predicted.get(paper)
        if guess is None:
            continue
        ours, theirs = truth["entities"], guess["entities"]
        match_of = {j: i for i, j in matched_pairs(ours, theirs)}
        for j, entity in enumerate(theirs):
            if "score" in entity:
                rows["entities"].append((entity["score"], j in match_of))
            if j in match_of and "evidence" in entity:
                right = ours[match_of[j]]["role"] == entity.get("role")
                rows["roles"].append((entity["evidence"][3], right))
        gold_name = {theirs[j]["name"]: ours[i]["name"] for j, i in match_of.items()}
        evidence = guess.get("evidence", {})
        true_relations = {tuple(row) for row in truth.get("relations", ())}
        for (s, predicate, o), row in zip(
            guess.get("relations", ()), evidence.get("relations", ()), strict=False
        ):
            said = (gold_name.get(s), predicate, gold_name.get(o))
            rows["relations"].append((row[3], said in true_relations))
        true_results = {(row["subject"], value_key(row["value"])) for row in truth.get("results", ())}
        for result, row in zip(guess.get("results", ()), evidence.get("results", ()), strict=False):
            found = gold_name.get(result["subject"]), value_key(result["value"])
            rows["results"].append((row[3], found in true_results))
    return {name: Reliability.of(each) for name, each in rows.items()}


def read_annotations(path: Path) -> dict[str, dict[str, Any]]:
    """Annotations of a JSON Lines file by paper id.

    Raises SourceError, with file and line, where the file cannot be read or a line is no annotation.
    """
    annotations: dict[str, dict[str, Any]] = {}
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                annotation = json.loads(line)
                if not isinstance(annotation, dict) or not {"id", "entities"} <= annotation.keys():
                    raise SourceError(
                        f"{path}:{number}: not an annotation",
                        hint='each line is an object with "id" and "entities"',
                    )
                annotations[annotation["id"]] = annotation
    except json.JSONDecodeError as error:
        raise SourceError(
            f"{path}:{number}: not JSON ({error.msg})", hint="mend or remove the line"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise SourceError(f"{path}: cannot be read ({reason})", hint="give a file of annotations") from error
    return annotations
