"""``python -m ivz_assets.cli``: ``ivz`` where the script is not installed."""

import os

from ivz_assets.cli import main

if __name__ == "__main__":
    os.environ.setdefault("PYTHONUTF8", "1")
    main()
