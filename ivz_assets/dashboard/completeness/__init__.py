"""How much of a recent period is in yet: the reporting triangle and the share expected, with its band."""
