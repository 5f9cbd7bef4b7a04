"""Removing what earlier runs left: their folders, their sessions, sockets that nobody hears."""
