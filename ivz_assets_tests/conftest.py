"""What holds for every test: no host is asked, and a share may stand for one row, for the regions of the tests are small."""

from __future__ import annotations

import os
import tempfile

import pytest

os.environ["IVZ_MINIMUM_COUNTED"] = "1"
# No test asks a host; the tests of CBS start their own on this machine.
os.environ["IVZ_CBS_HOST"] = ""
os.environ["IVZ_POLITIE_HOST"] = ""
# The data folder of whoever runs the tests may hold a demo, with its clock; it is neither read nor written.
os.environ["IVZ_DATA_DIR"] = tempfile.mkdtemp(prefix="ivz-tests-")
# Every core has a process with tests already; threads for small matrices only wait for each other.
os.environ.update({"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"})

# Killing processes and filling disks is done with signals and limits that Windows does not have.
collect_ignore_glob = ["*/test_killed.py", "*/test_faults.py"] if os.name == "nt" else []

LONGEST = ("test_a_good_run_passes_every_check_and_publishes[before]", "test_the_demo_from_nothing_without_a_network_and_again")
"""Runs of the whole job: the first makes the region that many tests wait for, the second stands alone."""
OF_THE_REGION = ("orchestration", "publication", "quality")
"""Folders whose tests stand on that region."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begins with the runs of the whole job, then the groups that one process must do; what waits for the region comes after."""

    def turn(item: pytest.Item) -> int:
        if item.name.startswith(LONGEST):
            return 0
        if item.path.parent.name in OF_THE_REGION:
            return 2
        return 1 if item.get_closest_marker("xdist_group") else 3

    items.sort(key=turn)
