"""The CIS Docker Benchmark on a site: what is looked at, and what each look is tried with."""
