"""The screen 今日."""
