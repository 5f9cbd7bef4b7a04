"""What a shell's Tab key offers."""
