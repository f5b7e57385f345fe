"""Figures of this project, measured side by side with the usual ways. Start in ``__main__``."""
