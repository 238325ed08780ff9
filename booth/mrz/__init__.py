"""The machine-readable zone (ICAO 9303-3 to -6): found and read in pictures of a document camera."""
