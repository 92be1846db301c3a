"""The screen 花名册."""
