"""cbsodata, kept from setting up the log of the whole process. Nothing else belongs here."""

from __future__ import annotations

import logging

# logging.info() on a root logger without handlers gives it one on stderr; cbsodata does so when it is imported, and from
# then on every library would be heard there.
_silent = logging.NullHandler()
logging.getLogger().addHandler(_silent)
try:
    import cbsodata
    from cbsodata import cbsodata3
finally:
    logging.getLogger().removeHandler(_silent)
cbsodata3.logging = logging.getLogger("cbsodata")

__all__ = ["cbsodata", "cbsodata3"]
