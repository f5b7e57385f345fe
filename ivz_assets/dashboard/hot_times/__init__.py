"""When it happens: the aoristic weight of every hour of the week per area, class and period, and what could not be placed."""
