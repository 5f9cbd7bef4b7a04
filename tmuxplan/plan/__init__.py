"""The reading room for plans: text in, values and problems out. No clock, no disk."""
