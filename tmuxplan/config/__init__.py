"""YAML -> frozen settings: one schema, every value with its place, unknown keys are errors."""
