"""The screen 队伍."""
