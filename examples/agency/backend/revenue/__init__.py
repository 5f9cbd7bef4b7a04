"""What the agency earns."""
