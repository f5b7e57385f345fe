"""Weekmonitor counts beside the open figures of the police: do they agree? Fetching those figures belongs to ``open_police``."""
