"""Where registrations lie together: neighbourhoods (Gi*) over the years, and squares of 500 m for the classes with x/y."""
