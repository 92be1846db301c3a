"""The screen 报表, and the print preview of every screen."""
