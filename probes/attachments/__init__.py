"""How an attachment's file is fetched: by the plain client, and by a browser that does what a visitor does."""

from __future__ import annotations
