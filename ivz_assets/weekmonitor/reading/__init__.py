"""Reading one delivered file safely into a table of texts, or refusing it. Start at ``reader``; nothing is imported here."""
