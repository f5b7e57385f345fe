"""What the figures stand on: deliveries, rules, checks and how fresh each source is. Nothing of what a row holds."""
