"""Lets `python -m desktop` do the same as the `jinlin` command."""

from desktop.cli import main

main()
