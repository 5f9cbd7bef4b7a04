"""The printing room: the archive turned into words. Renderers return text."""
