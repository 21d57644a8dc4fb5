"""Authors: one node per name form as papers give it. Nothing is guessed about who is who."""

from __future__ import annotations

from collections import Counter

from kg.linking.corpus import Corpus
from kg.linking.edges import EdgeSet
from kg.linking.identifiers import distinct, slug
from kg.records import Entity


def add_authors(edges: EdgeSet, corpus: Corpus) -> list[Entity]:
    """The authors of papers as nodes, and their edges."""
    counts: Counter[str] = Counter()
    for authors in corpus.authors:
        counts.update({_form(author) for author in authors} - {""})
    ids = distinct(((form, f"author/{slug(form)}") for form in counts), lambda form: (-counts[form],))
    codes = {form: edges.nodes(id_) for form, id_ in ids.items()}
    papers: list[int] = []
    written: list[int] = []
    for number, authors in enumerate(corpus.authors):
        found = [codes[form] for author in authors if (form := _form(author))]
        written += found
        papers += [number] * len(found)
    edges.add_records(papers, "written_by", written)
    return [
        Entity(id=ids[form], kind="AUTHOR", name=form, aliases=((form, count),), papers=count)
        for form, count in counts.items()
    ]


def _form(author: str) -> str:
    return " ".join(author.split())
