"""What a careful analyst looks at: profiles (computed by the engine) and suites (GX) of a delivery and of the incidents.

Limits are settings with their reason. Great Expectations is imported inside the functions: it takes seconds.
"""
