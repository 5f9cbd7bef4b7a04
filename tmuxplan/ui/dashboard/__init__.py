"""Mission control: a run that one wants to watch (Textual)."""
