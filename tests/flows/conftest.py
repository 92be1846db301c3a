"""Lends the stories the real window that the screens' tests use."""

from __future__ import annotations

from tests.ui.conftest import answers, bugs, dressed, jobs, open_window, plugged, settle

__all__ = ["answers", "bugs", "dressed", "jobs", "open_window", "plugged", "settle"]
