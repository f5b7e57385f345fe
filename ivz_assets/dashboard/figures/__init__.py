"""Figures per area, period and class: what was counted, how sure that is, and what it is compared with.

Start at ``recompute``. ``grains`` says what is shown, ``periods`` what is compared with what, ``transform`` counts.
"""
