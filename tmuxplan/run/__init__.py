"""The engine room: one loop. What may happen next is decided in `schedule`, never here."""
