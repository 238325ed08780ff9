"""Reading electronic travel documents and residence permits at the booth (ICAO 9303-10 and -11).

The booth opens the chip with the card access number (PACE), copies raw files and draws no conclusion from them: the
authority verifies (`clerk_console.identity`). `reader.CardReader` is what the rest of the booth uses; `testing` is an
emulated residence permit that ships with the product.
"""
