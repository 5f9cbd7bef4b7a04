"""The one way to the database."""
