"""The project's own terms, and what ships with them; all of it data.

| file            | holds                                                                  |
| ---             | ---                                                                    |
| ontology.ttl    | the classes and properties under https://kg.example/ontology#          |
| alignment.ttl   | how they relate to other graphs' terms                                 |
| shapes.ttl      | SHACL: what every exported graph keeps to                              |
| context.jsonld  | the JSON-LD context: short names for all terms in use                  |
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ONTOLOGY_FILE = FOLDER / "ontology.ttl"
ALIGNMENT_FILE = FOLDER / "alignment.ttl"
SHAPES_FILE = FOLDER / "shapes.ttl"
CONTEXT_FILE = FOLDER / "context.jsonld"
