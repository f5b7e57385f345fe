"""Profile of an area: figures of CBS, of suppliers and of the police per year, beside the region and similar areas. No themes."""
