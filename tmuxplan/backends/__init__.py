"""The workshop: the only rooms that start processes. They report facts, and never judge."""
