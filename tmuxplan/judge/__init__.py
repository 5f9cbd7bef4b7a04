"""Records, lines and criteria to evidence to a verdict. Pure."""
