"""What holds for every test: the regions of the tests have some dozens of rows a week, so a share may stand for one row."""

from __future__ import annotations

import os

os.environ["IVZ_MINIMUM_COUNTED"] = "1"

# Killing processes and filling disks is done with signals and limits that Windows does not have.
collect_ignore_glob = ["*/test_killed.py", "*/test_faults.py"] if os.name == "nt" else []
