"""The synthetic region: nothing here; the entrance is ``ivz_assets.sample.generate``."""
