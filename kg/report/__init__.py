"""What the command line shows, as rich's tables and text: made here from plain data, printed by the CLI."""
