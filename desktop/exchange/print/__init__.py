"""Paper: PDF pages drawn on the canvas."""
