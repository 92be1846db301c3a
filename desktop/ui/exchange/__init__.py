"""The screen 交换."""
