"""Egress, politeness, one HTTP client, challenges, robots and error classes; no Scrapy in here."""
