"""Views for readers of the file: what an analyst asks first, ready to select from."""

from __future__ import annotations

from sqlite_utils import Database

VIEWS = {
    "latest_city_scores": """
        select c.slug, c.name, c.region, s.score, s.score_study, s.coverage, s.grade, s.blocked, r.sweep_id, r.finished_at
        from city_scores s join runs r on r.id = s.run_id join cities c on c.slug = s.city
        where r.id = (select max(r2.id) from runs r2 join city_scores s2 on s2.run_id = r2.id where r2.city = s.city)
    """,
}


def create(database: Database) -> None:
    """Make or renew every view."""
    for name, sql in VIEWS.items():
        database.create_view(name, sql, replace=True)
