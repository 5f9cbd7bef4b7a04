"""The agency's own tools: its command line and the checks of its workspace."""
