"""Authors: one node per name form as papers give it. Nothing is guessed about who is who."""

from __future__ import annotations

from collections import Counter

from kg.linking.corpus import Corpus
from kg.linking.edges import EdgeSet
from kg.linking.identifiers import distinct, slug
from kg.records import Entity, paper_node


def add_authors(edges: EdgeSet, corpus: Corpus) -> list[Entity]:
    """The authors of papers as nodes, and their edges."""
    counts: Counter[str] = Counter()
    for authors in corpus.authors:
        counts.update({_form(author) for author in authors} - {""})
    ids = distinct((form, f"author/{slug(form)}", form.isascii()) for form in counts)
    for number, authors in enumerate(corpus.authors):
        for author in authors:
            if form := _form(author):
                edges.add(paper_node(corpus.papers[number]), "written_by", ids[form], paper=number)
    return [
        Entity(id=ids[form], kind="AUTHOR", name=form, aliases=((form, count),), papers=count)
        for form, count in counts.items()
    ]


def _form(author: str) -> str:
    return " ".join(author.split())
