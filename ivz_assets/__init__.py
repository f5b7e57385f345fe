"""The data platform behind a region's safety dashboards. Nothing is imported here, so that every command starts fast."""
