"""What holds for every test: no host is asked, and a share may stand for one row, for the regions of the tests are small."""

from __future__ import annotations

import os
import tempfile

os.environ["IVZ_MINIMUM_COUNTED"] = "1"
# No test asks a host; the tests of CBS start their own on this machine.
os.environ["IVZ_CBS_HOST"] = ""
os.environ["IVZ_POLITIE_HOST"] = ""
# The data folder of whoever runs the tests may hold a demo, with its clock; it is neither read nor written.
os.environ["IVZ_DATA_DIR"] = tempfile.mkdtemp(prefix="ivz-tests-")

# Killing processes and filling disks is done with signals and limits that Windows does not have.
collect_ignore_glob = ["*/test_killed.py", "*/test_faults.py"] if os.name == "nt" else []
