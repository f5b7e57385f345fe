"""What holds for every test: the regions of the tests have some dozens of rows a week, so a share may stand for one row."""

from __future__ import annotations

import os

os.environ["IVZ_MINIMUM_COUNTED"] = "1"
