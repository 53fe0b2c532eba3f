"""How a site is: what boxes said (`read`), judged (`judged`), as rows (`rows`), told; pure."""
