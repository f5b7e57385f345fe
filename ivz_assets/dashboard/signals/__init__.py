"""What stands out this week and this month, per area and class, and how sure that is. Rises only, by day of registration."""
