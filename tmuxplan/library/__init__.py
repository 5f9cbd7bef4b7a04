"""What the package hands out, and what the commands are made of."""
