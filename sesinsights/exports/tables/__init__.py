"""Writing records: CSV, JSON Lines, Arrow and Parquet."""
