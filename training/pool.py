"""Fit how opinions are pooled and what scores mean (`kg/extraction/data/pools.json`), and print how it does.

    python training/pool.py GOLD.jsonl TEXTS.jsonl WORK [--model FOLDER] [--output FILE] [--keep] [--no-model]

The papers held out from the network's training are read by models that have not seen them: the network as
shipped, patterns and sameness of WORK's folds, and roles, relations and results fitted here without them.
What is printed, and written to WORK/held_out.jsonl, comes from five folds of these papers: pools fitted on
four, counted on the fifth. Tables of stated against true confidence come with it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import relations
import results
from fitting import fit
from folds import FOLDS, RecognisedPaper, held_out, matches, recognised, surfaces
from numpy.typing import NDArray
from roles import RECIPE as ROLE_RECIPE
from roles import all_rows
from scipy.optimize import minimize

from kg.evaluation import Reliability, evaluate, reliability, value_key
from kg.extraction.doc import DocEntity
from kg.extraction.layout import Layout, lay_out
from kg.extraction.linear import Floats, LinearModel
from kg.extraction.opinions import RELATION_CLASSES, opinion_of
from kg.extraction.pairs import find_pairs
from kg.extraction.pools import (
    LEAST,
    POOLS,
    Pool,
    Pools,
    Scorer,
    entity_figures,
    log_odds,
    relation_figures,
    result_figures,
)
from kg.extraction.recogniser import MODEL
from kg.extraction.relations import NONE, RelationModel, best_relations, pair_shares, scored
from kg.extraction.results import owned_figures
from kg.extraction.roles import (
    ROLE_NAMES,
    decide,
    entity_features,
    heard,
    place_features,
    role_shares,
    worthy,
)

FAINTEST = 0.02  #: relations and results less likely than this are no material for a scorer
MODELS = ("roles", "relations", "results", "subjects")
#: What weights are drawn to, and how strongly: probabilities that can be taken at their word, multiplied.
PRIOR = {"recognised": 1.0, "share": 1.0, "entities": 1.0, "subject": 1.0}
PENALTY = {"entities": 3.0, "relations": 3.0}


@dataclass(frozen=True, slots=True)
class Models:
    """The linear models that come after recognition."""

    roles: LinearModel
    relations: RelationModel
    results: LinearModel
    subjects: LinearModel


@dataclass(slots=True)
class Rest:
    """A held-out paper with its entities as they were recognised, so that it can be read anew."""

    paper: RecognisedPaper
    entities: list[tuple[DocEntity, float]]  #: with the score that recognition gave

    @classmethod
    def of(cls, paper: RecognisedPaper) -> Rest:
        """Remember a paper's entities."""
        return cls(paper, [(entity, entity.score) for entity in paper.doc._.entities])

    def layout(self) -> Layout:
        """The paper as recognition has left it."""
        for entity, score in self.entities:
            entity.score = score
        self.paper.doc._.entities = [entity for entity, _ in self.entities]
        return lay_out(self.paper.doc)


Figures = Mapping[str, float]


def fit_scorer(
    rows: Sequence[Figures], right: Sequence[bool], papers: Sequence[int], gold: int, penalty: float
) -> Scorer:
    """Logistic regression; the threshold gives the best F1 under cross-validation.

    `penalty` is that of the squares of the weights' distances from `PRIOR`, on standardised figures.
    """
    names = sorted({name for row in rows for name in row})
    table = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-6
    table = np.column_stack([np.ones(len(rows)), (table - mean) / spread])
    truth, fold = np.array(right, dtype=float), np.array(papers) % FOLDS
    expected = np.array([0.0, *(PRIOR.get(name, 0.0) for name in names)]) * np.array([1.0, *spread])

    def solve(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        strength = np.array([0.0, *[penalty] * len(names)])

        def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            z, away = x @ w, w - expected
            value = np.logaddexp(0, z).sum() - y @ z + 0.5 * strength @ away**2
            return float(value), x.T @ (1 / (1 + np.exp(-z)) - y) + strength * away

        found: NDArray[np.float64] = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x
        return found

    stated = np.zeros(len(rows))
    for number in range(FOLDS):
        stated[fold == number] = table[fold == number] @ solve(table[fold != number], truth[fold != number])
    threshold = best_threshold(1 / (1 + np.exp(-stated)), truth, gold)
    weights = solve(table, truth)
    plain = weights[1:] / spread
    stored = {"bias": round(float(weights[0] - plain @ mean), 5)}
    stored |= {name: round(float(value), 5) for name, value in zip(names, plain, strict=True)}
    return Scorer(stored, threshold)


def best_threshold(stated: NDArray[np.float64], truth: NDArray[np.float64], gold: int) -> float:
    """The threshold of the best F1; of a plateau with jumps, the middle of what comes within half a point."""
    order = np.argsort(-stated, kind="stable")
    f1 = 2 * np.cumsum(truth[order]) / (np.arange(1, len(stated) + 1) + gold)
    return round(float(np.median(stated[order][f1 >= f1.max() - 0.005])), 3)


def fit_result_scorer(
    work: Path, unseen: set[int], rows: Sequence[Figures], right: Sequence[bool], gold: int
) -> Scorer:
    """Results are few and come in lists, so their scorer is fitted on annotated entities of all other papers.

    There the subject is sure; here its score counts in full. Only the threshold is from `rows`.
    """
    kept = json.loads((work / "results.json").read_text(encoding="utf-8"))
    others = [row for row in kept if row[0] not in unseen]
    figures = [{"share": log_odds(share), "unit": float(unit)} for _, share, unit, _ in others]
    scorer = fit_scorer(figures, [hit for *_, hit in others], [row[0] for row in others], 1, 1.0)
    weights = {**scorer.weights, "subject": 1.0}
    stated = np.array([Scorer(weights, 0.0)(row) for row in rows])
    return Scorer(weights, best_threshold(stated, np.array(right, dtype=float), gold))


def fit_pool(ours: Floats, network: Floats, truth: Sequence[int], classes: Sequence[str]) -> Pool:
    """Weights of both opinions and a bias for each class, by the likelihood of the truth."""
    a, b = np.log(np.maximum(ours, LEAST)), np.log(np.maximum(network, LEAST))
    target = np.array(truth)
    rows = np.arange(len(target))

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = w[0] * a + w[1] * b + w[2:]
        top = z.max(axis=1, keepdims=True)
        p = np.exp(z - top)
        total = p.sum(axis=1, keepdims=True)
        value = float((np.log(total[:, 0]) + top[:, 0] - z[rows, target]).sum())
        p /= total
        p[rows, target] -= 1
        slope = np.array([(p * a).sum(), (p * b).sum(), *p.sum(axis=0)])
        pull = np.concatenate([[0.0, 0.0], 5.0 * w[2:]])
        return value + 2.5 * float((w[2:] ** 2).sum()), slope + pull

    bounds = [(0.0, 3.0), (0.0, 3.0), *[(-3.0, 3.0)] * len(classes)]
    start = np.array([0.5, 0.5, *[0.0] * len(classes)])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    bias = {name: round(float(value), 4) for name, value in zip(classes, found[2:], strict=True)}
    return Pool(round(float(found[0]), 4), round(float(found[1]), 4), bias)


def gold_relations(paper: RecognisedPaper) -> dict[tuple[int, int], str]:
    """Annotated relations between recognised entities, by their places."""
    names = [entity["name"] for entity in paper.annotation["entities"]]
    place = {names[gold]: mine for mine, gold in paper.matched.items()}
    return {(place[s], place[o]): r for s, r, o in paper.annotation["relations"] if s in place and o in place}


def fit_pools(
    rests: Sequence[Rest], all_rests: Sequence[Rest], models: Models, work: Path, *, network: bool
) -> dict[str, Any]:
    """What is fitted on some held-out papers, with the network's opinions or without, in three passes."""
    rows: list[Figures] = []
    right: list[bool] = []
    numbers: list[int] = []
    ours: list[Floats] = []
    theirs: list[Floats] = []
    truth: list[int] = []
    for number, rest in enumerate(rests):
        layout = rest.layout()
        if not layout.entities:
            continue
        shares, worth = role_shares(
            models.roles, models.roles.probabilities(entity_features(layout, place_features(layout)))
        )
        said = heard(layout)
        annotated = rest.paper.annotation["entities"]
        for place, entity in enumerate(layout.entities):
            rows.append(entity_figures(entity.type, entity.score, worth[place], len(entity.spans)))
            right.append(place in rest.paper.matched)
            numbers.append(number)
            if place in rest.paper.matched and said is not None:
                ours.append(shares[place])
                theirs.append(said[place])
                truth.append(ROLE_NAMES.index(annotated[rest.paper.matched[place]]["role"]))
    gold = sum(len(rest.paper.annotation["entities"]) for rest in rests)
    fitted: dict[str, Any] = {"entities": fit_scorer(rows, right, numbers, gold, PENALTY["entities"])}
    fitted["roles"] = (
        fit_pool(np.array(ours), np.array(theirs), truth, ROLE_NAMES) if ours else Pool(1.0, 0.0, {})
    )

    # Pairs, with roles and entities as they now come out.
    for name in ("relations", "results"):
        fitted[name] = Scorer({"share": 1.0}, 0.3)
    fitted["relation pool"] = Pool(1.0, 0.0, {})
    found = [(number, *second_look(rest, models, pools_of(fitted))) for number, rest in enumerate(rests)]
    classes = models.relations.linear.classes
    ours, theirs, truth = [], [], []
    for _, paper, layout in found:
        said_of_all = opinion_of(layout.doc, layout.entities)
        if said_of_all is None or not network:
            continue
        pairs = find_pairs(layout, cells=models.relations.cells)
        stated = gold_relations(paper)
        columns = [RELATION_CLASSES.index(name) for name in classes]
        for pair, row in zip(pairs.pairs, models.relations.probabilities(pairs), strict=True):
            ours.append(row)
            theirs.append(said_of_all.relations[pair.subject, pair.object][columns])
            truth.append(classes.index(stated.get((pair.subject, pair.object), NONE)))
    if ours:
        fitted["relation pool"] = fit_pool(np.array(ours), np.array(theirs), truth, classes)

    pools = pools_of(fitted)
    for name, material in (("relations", relation_material), ("results", result_material)):
        rows, right, numbers = [], [], []
        for number, paper, layout in found:
            for figures, hit in material(paper, layout, models, pools):
                rows.append(figures)
                right.append(hit)
                numbers.append(number)
        gold = sum(len(rest.paper.annotation[name]) for rest in rests)
        if name == "results":
            fitted[name] = fit_result_scorer(work, {r.paper.number for r in all_rests}, rows, right, gold)
        else:
            fitted[name] = fit_scorer(rows, right, numbers, gold, PENALTY[name])
    return fitted


def second_look(rest: Rest, models: Models, pools: Pools) -> tuple[RecognisedPaper, Layout]:
    """The paper with roles decided, and with the entities that are worth it."""
    layout = rest.layout()
    doc = rest.paper.doc
    if layout.entities:
        doc._.entities = worthy(doc, decide(layout, models.roles, rule="pool", pools=pools), pools)
    kept = RecognisedPaper(
        id=rest.paper.id,
        number=rest.paper.number,
        annotation=rest.paper.annotation,
        doc=doc,
        matched=matches(doc, rest.paper.annotation["entities"]),
    )
    return kept, lay_out(doc)


def relation_material(
    paper: RecognisedPaper, layout: Layout, models: Models, pools: Pools
) -> Iterable[tuple[Figures, bool]]:
    """Figures of each pair's likeliest relation, and whether it is annotated."""
    if len(layout.entities) < 2:
        return
    pairs, shares, _ = pair_shares(layout, models.relations, pools)
    stated = gold_relations(paper)
    for first, second, predicate, share in best_relations(pairs, shares, models.relations.linear.classes):
        if share >= FAINTEST:
            both = layout.entities[first].score, layout.entities[second].score
            yield relation_figures(predicate, share, both), stated.get((first, second)) == predicate


def result_material(
    paper: RecognisedPaper, layout: Layout, models: Models, pools: Pools
) -> Iterable[tuple[Figures, bool]]:
    """Figures of each number's likeliest subject, and whether it is annotated as that subject's result."""
    names = [entity["name"] for entity in paper.annotation["entities"]]
    stated = {(row["subject"], value_key(row["value"])) for row in paper.annotation["results"]}
    for figure, owner, share in owned_figures(layout, models.results, models.subjects):
        if share >= FAINTEST:
            name = names[paper.matched[owner]] if owner in paper.matched else None
            figures = result_figures(share, layout.entities[owner].score, unit=bool(figure.quantity.unit))
            yield figures, (name, value_key(results.written(layout, figure))) in stated


def pools_of(fitted: Mapping[str, Any]) -> Pools:
    """What was fitted, in the shape of the file; with and without the network the same."""
    scorers = {name: fitted[name] for name in ("entities", "relations", "results")}
    return Pools(
        roles=fitted["roles"],
        relations=fitted["relation pool"],
        scorers=scorers | {f"{name} without network": scorer for name, scorer in scorers.items()},
    )


def read(rest: Rest, models: Models, pools: Pools) -> dict[str, Any]:
    """The paper's annotation by these models, with a score on everything."""
    paper, layout = second_look(rest, models, pools)
    doc = paper.doc
    scorer = pools.scorer("results", network=True)
    told = []
    for figure, owner, share in owned_figures(layout, models.results, models.subjects):
        score = scorer(result_figures(share, layout.entities[owner].score, unit=bool(figure.quantity.unit)))
        if score >= scorer.threshold:
            told.append((str(owner), results.written(layout, figure), score))
    related = scored(layout, models.relations, pools)
    return {
        "id": paper.id,
        "entities": [
            {
                "name": str(number),
                "type": entity.type,
                "role": entity.role,
                "surfaces": surfaces(doc, entity.spans),
                "score": entity.score,
                "evidence": [0, 0, "", entity.role_score],
            }
            for number, entity in enumerate(doc._.entities)
        ],
        "relations": [[str(first), predicate, str(second)] for first, second, predicate, _ in related],
        "results": [{"subject": owner, "value": value} for owner, value, _ in told],
        "evidence": {
            "relations": [[0, 0, "", score] for *_, score in related],
            "results": [[0, 0, "", score] for *_, score in told],
        },
    }


def load_models(folder: Path) -> Models:
    """What `save_models` has written."""
    cells = frozenset(json.loads((folder / "cells.json").read_text(encoding="utf-8")))
    loaded = {name: LinearModel.load(folder / f"{name}.json") for name in MODELS}
    return Models(
        roles=loaded["roles"],
        relations=RelationModel(linear=loaded["relations"], cells=cells),
        results=loaded["results"],
        subjects=loaded["subjects"],
    )


def save_models(models: Models, folder: Path) -> None:
    """Keep the models, rounded as the shipped ones are."""
    folder.mkdir(parents=True, exist_ok=True)
    models.roles.save(folder / "roles.json", smallest=ROLE_RECIPE.smallest)
    models.relations.linear.save(folder / "relations.json", smallest=relations.RECIPE.smallest)
    models.results.save(folder / "results.json")
    models.subjects.save(folder / "subjects.json")
    (folder / "cells.json").write_text(json.dumps(sorted(models.relations.cells)), encoding="utf-8")


def train_models(gold: Path, texts: Path, work: Path, keep: Callable[[str], bool]) -> Models:
    """Roles, relations and results learned from the papers that are kept."""
    papers, rows, _ = all_rows(gold, texts, work)
    kept = [number for number, paper in enumerate(papers) if keep(paper.id)]
    role_model = rows.fit(kept)
    cases, cells = relations.cases_of([papers[number] for number in kept], work, kept)
    relation_model = relations.fit_relations(cases, cells)
    result_cases = results.cases_of([papers[number] for number in kept], work, kept)
    return Models(
        roles=role_model,
        relations=relation_model,
        results=fit(*results.result_rows(result_cases), results.RESULT_RECIPE),
        subjects=fit(*results.subject_rows(result_cases), results.SUBJECT_RECIPE),
    )


def print_figures(gold: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """The figures that quality turns on, and tables of reliability."""
    evaluation = evaluate(gold, found)
    for name in ("entities", "named", "proposes", "relations", "results"):
        tally = evaluation.tallies[name]
        print(f"  {name:10} P {tally.precision:.3f}  R {tally.recall:.3f}  F1 {tally.f1:.3f}")
    print(f"  role       {evaluation.shares['role'].share:.3f} of {evaluation.shares['role'].of} right")
    for name, table in reliability(gold, found).items():
        print(f"  {name}: expected calibration error {table.error:.3f}")
        print_table(table)


def print_table(table: Reliability) -> None:
    """One line a bin."""
    for each in table.bins:
        if each.count:
            print(f"    stated {each.stated:.2f}: right {each.share:.2f} of {each.count}")


def main() -> None:
    """Fit, print, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("texts", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--output", type=Path, default=POOLS)
    parser.add_argument("--model", type=Path, default=MODEL, help="folder of the network")
    parser.add_argument("--held-out", type=Path, help="where predictions go; default: WORK/held_out.jsonl")
    parser.add_argument("--keep", action="store_true", help="use the linear models of WORK/unseen")
    parser.add_argument("--no-model", action="store_true", help="print only")
    arguments = parser.parse_args()
    files = arguments.gold, arguments.texts, arguments.work
    unseen = arguments.work / "unseen"
    if not arguments.keep or not (unseen / "cells.json").exists():
        save_models(train_models(*files, lambda paper: not held_out(paper)), unseen)
    models = load_models(unseen)
    stored: dict[str, Any] = {"scorers": {}}
    for network in (True, False):
        folder = arguments.model if network else None
        papers = recognised(*files, network=folder, only_held_out=True)
        rests = [Rest.of(paper) for paper in papers]
        found: dict[str, Any] = {}
        for number in range(FOLDS):
            others = [rest for n, rest in enumerate(rests) if n % FOLDS != number]
            pools = pools_of(fit_pools(others, rests, models, arguments.work, network=network))
            found |= {rest.paper.id: read(rest, models, pools) for rest in rests[number::FOLDS]}
        print(f"{len(rests)} papers held out, {'with' if network else 'without'} the network", flush=True)
        print_figures({paper.id: paper.annotation for paper in papers}, found)
        path = arguments.held_out or arguments.work / "held_out.jsonl"
        if not network:
            path = path.with_stem(f"{path.stem}_without_network")
        with path.open("w", encoding="utf-8") as lines:
            for paper in papers:
                lines.write(json.dumps(found[paper.id], ensure_ascii=False) + "\n")
        fitted = fit_pools(rests, rests, models, arguments.work, network=network)
        for name in ("entities", "relations", "results"):
            scorer = fitted[name]
            stored["scorers"][name if network else f"{name} without network"] = {
                "weights": scorer.weights,
                "threshold": scorer.threshold,
            }
        if network:
            for name, pool in (("roles", fitted["roles"]), ("relations", fitted["relation pool"])):
                stored[name] = {"ours": pool.ours, "network": pool.network, "bias": pool.bias}
    print(json.dumps({name: stored[name] for name in ("roles", "relations")}))
    if not arguments.no_model:
        arguments.output.write_text(json.dumps(stored, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
