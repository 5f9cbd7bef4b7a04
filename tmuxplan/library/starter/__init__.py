"""Plans to start from: a sample, and one proposed from a project's own files."""
