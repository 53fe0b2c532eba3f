"""Site: validated data and secrets of a site, and what each platform needs."""
