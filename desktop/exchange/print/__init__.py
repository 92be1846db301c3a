"""Paper: fonts, page, tables and one module a document; `documents` is the index."""
