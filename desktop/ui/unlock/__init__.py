"""Unlocking and first set-up."""
