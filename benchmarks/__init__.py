"""Speed, memory and quality, each measured by a command that anyone can run: `python -m benchmarks`."""
