"""The small region, loaded once by the ordinary job on DuckDB."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("IVZ_SPARK") else ["test_*.py"]
