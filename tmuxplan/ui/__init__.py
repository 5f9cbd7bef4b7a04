"""What a person sees at a terminal: tables and the live view (Rich)."""
