"""Questions to a graph, in SPARQL: the library's, a file's, or ad hoc.

A library query is a file of `queries/`, whose header comments give its title, the question, and its
parameters (queries/README.md has the format). Parameters are bound as RDF terms, never pasted into the
text. One whose type is a kind of node ("dataset", "paper", …) takes any of a node's names: the node is
looked up first, and then bound as its IRI.
"""

from kg.query.answer import FORMATS, TRIPLE_FORMATS, Answer
from kg.query.library import LIMIT, Parameter, Query, find_query, library, parse_query, read_query
from kg.query.run import explain_query, run_query

__all__ = [
    "FORMATS",
    "LIMIT",
    "TRIPLE_FORMATS",
    "Answer",
    "Parameter",
    "Query",
    "explain_query",
    "find_query",
    "library",
    "parse_query",
    "read_query",
    "run_query",
]
