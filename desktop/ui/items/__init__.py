"""The screen 清单."""
