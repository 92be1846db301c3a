"""Everything that enters or leaves the program as a file."""
