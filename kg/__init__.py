"""kg: a knowledge graph of methods, models, datasets, tasks, metrics, results and code from paper abstracts."""

__version__ = "0.1.0"
