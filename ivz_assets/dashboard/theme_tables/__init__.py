"""What each theme has of its own: who sees it, and its figures per area and year. Which themes there are is in ``themes``."""
