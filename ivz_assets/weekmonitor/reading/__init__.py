"""Reading one delivered file safely, or refusing it. Start at ``reader``; nothing is imported here."""
