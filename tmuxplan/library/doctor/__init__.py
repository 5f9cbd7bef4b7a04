"""Whether this machine can run plans, and what to do where it can't."""
