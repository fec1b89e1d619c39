"""Side-by-side runs of proxies: who is run, under which load, what is measured, how it is told."""
