"""`cc`: the command line."""
