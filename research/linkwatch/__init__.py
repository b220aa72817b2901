"""Whether the address of a source still leads to it: one polite fetch, and what it says of the link.

Pure: knows neither the models nor the site. `guard` says what may be fetched at all, `network` connects to
just that, `fetching` follows the redirects, `pages` reads the title, `judging` says what it comes to,
`rounds` visits many hosts without burdening any.
"""
