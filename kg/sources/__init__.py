"""Reading papers: from files, folders, globs and standard input, in any of the formats of READERS.

Reading(sources)     the papers of some sources, in a stream, with what was read and what was skipped
unique(papers, …)    the same papers, each once, by id
READERS              the formats; add a row to read another
"""

from kg.sources.place import PaperRead
from kg.sources.readers import READERS, Reader
from kg.sources.reading import FileRead, ReadElsewhere, Reading, SourceFile
from kg.sources.unique import unique

__all__ = [
    "READERS",
    "FileRead",
    "PaperRead",
    "ReadElsewhere",
    "Reader",
    "Reading",
    "SourceFile",
    "unique",
]
