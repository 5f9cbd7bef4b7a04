"""What every code of a problem means: what is found, why it matters, what to do about it."""
