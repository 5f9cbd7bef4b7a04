"""One verb per file: reads options, calls rooms, writes output."""
