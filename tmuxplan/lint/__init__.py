"""Plan to problems: one rule per function, each with code, line and remedy."""
