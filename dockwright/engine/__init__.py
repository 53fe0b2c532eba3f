"""Engine: the Docker Engine of any pyinfra host."""
