"""Operations: one resource a file; each asks its fact, says why nothing is to do, or yields."""
