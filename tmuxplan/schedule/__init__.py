"""The planning table: what happened and what is next. Pure: no clock, no disk, no terminal."""
