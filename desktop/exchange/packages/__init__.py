"""Signed and sealed packages between PCs and offices."""
