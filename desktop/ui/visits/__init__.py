"""The screen 走访."""
