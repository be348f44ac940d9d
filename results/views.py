"""Views for readers of the file: what an analyst asks first, ready to select from.

Scores may be computed anew (reviews, another catalogue): views show the last computation of each run.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class View:
    """A view: what a row is, what its columns say, and how it is selected."""

    about: str
    columns: dict[str, str]
    sql: str


_CURRENT = (
    "{0}.scoring = (select max(newest.scoring) from city_scores newest where newest.run_id = {0}.run_id)"
)
_LATEST_RUNS = """
    select r.* from runs r
    where r.id = (
        select max(r2.id) from runs r2 join city_scores s2 on s2.run_id = r2.id where r2.city = r.city
    )
"""
_ITEM_LISTED = """exists (
    select 1 from zone_items other
    where other.run_id = z.run_id and other.zone = z.zone and other.required_item = z.required_item
      and other.outcome = 'ok'
)"""

_CITY = {"slug": "The city.", "name": "Its name.", "region": "One of the seven regions."}
_TOTALS = {
    "score": "0-100 over all facets; NULL when coverage is below 0.60.",
    "score_study": "0-100 over dimension 技术支撑 alone.",
    "coverage": "Share of the weight that could be measured, 0-1.",
    "grade": "优秀, 良好, 一般 or 较差.",
    "blocked": "Whether the portal blocked the prober.",
}

VIEWS: dict[str, View] = {
    "latest_city_scores": View(
        about="The newest total of each city.",
        columns={
            **_CITY,
            **_TOTALS,
            "sweep_id": "The sweep.",
            "finished_at": "When the run ended, ISO-8601 UTC.",
            "low": "Lower end of the total's 95 % interval.",
            "high": "Upper end of the total's 95 % interval.",
            "run_id": "The run.",
        },
        sql=f"""
        select c.slug, c.name, c.region, s.score, s.score_study, s.coverage, s.grade, s.blocked,
               r.sweep_id, r.finished_at, s.low, s.high, r.id as run_id
        from ({_LATEST_RUNS}) r
        join city_scores s on s.run_id = r.id and {_CURRENT.format("s")}
        join cities c on c.slug = r.city
        """,  # noqa: S608  # made of constants
    ),
    "city_ranking": View(
        about="Cities by their newest total; cities whose intervals overlap cannot be told apart and are tied.",
        columns={
            "rank": "1 + the number of cities that are better beyond doubt (their interval lies above).",
            "rank_worst": "The last place that the city could hold, given all intervals.",
            "tied": "How many other cities cannot be told apart from it.",
            **_CITY,
            **_TOTALS,
            "low": "Lower end of the total's 95 % interval.",
            "high": "Upper end of the total's 95 % interval.",
        },
        sql="""
        select 1 + (select count(*) from latest_city_scores o where o.low > t.high) as rank,
               (select count(*) from latest_city_scores o where o.high >= t.low) as rank_worst,
               (select count(*) - 1 from latest_city_scores o where o.high >= t.low and o.low <= t.high) as tied,
               t.slug, t.name, t.region, t.score, t.score_study, t.coverage, t.grade, t.blocked, t.low, t.high
        from latest_city_scores t where t.score is not null
        order by t.score desc, t.slug
        """,
    ),
    "region_scores": View(
        about="The seven regions, by the newest totals of their cities.",
        columns={
            "region": "One of the seven regions.",
            "cities": "Cities measured.",
            "scored": "Cities with a total.",
            "mean_score": "Mean of the totals.",
            "lowest": "Lowest total.",
            "highest": "Highest total.",
            "blocked": "Cities that blocked the prober.",
        },
        sql="""
        select region, count(*) as cities, count(score) as scored, round(avg(score), 2) as mean_score,
               min(score) as lowest, max(score) as highest, sum(blocked) as blocked
        from latest_city_scores group by region order by mean_score desc
        """,
    ),
    "score_history": View(
        about="Every city's total in every sweep.",
        columns={
            **_CITY,
            "sweep_id": "The sweep.",
            "run_id": "The run.",
            "started_at": "When the run began, ISO-8601 UTC.",
            **_TOTALS,
            "change": "Score less the score of the city's run before.",
        },
        sql=f"""
        select c.slug, c.name, c.region, r.sweep_id, r.id as run_id, r.started_at,
               s.score, s.score_study, s.coverage, s.grade, s.blocked,
               round(s.score - lag(s.score) over (partition by c.slug order by r.id), 4) as change
        from runs r
        join city_scores s on s.run_id = r.id and {_CURRENT.format("s")}
        join cities c on c.slug = r.city
        order by c.slug, r.id
        """,  # noqa: S608  # made of constants
    ),
    "indicator_history": View(
        about="Every indicator of every city in every sweep.",
        columns={
            "slug": "The city.",
            "sweep_id": "The sweep.",
            "run_id": "The run.",
            "indicator": "The indicator's id.",
            "name_zh": "Its name.",
            "facet": "Its facet.",
            "score": "0-100, or NULL.",
            "status": "scored, absent, blocked or not_measured.",
            "measured": "Things looked at.",
            "passed": "Things that passed.",
            "low": "Lower end of the 95 % interval.",
            "high": "Upper end of the 95 % interval.",
            "note": "What a reader should know.",
        },
        sql=f"""
        select r.city as slug, r.sweep_id, r.id as run_id, s.indicator, i.name_zh, i.facet,
               s.score, s.status, s.measured, s.passed, s.low, s.high, s.note
        from scores s
        join runs r on r.id = s.run_id and {_CURRENT.format("s")}
        left join indicators i on i.sweep_id = r.sweep_id and i.indicator = s.indicator
            and i.catalogue_sha256 is null
        """,  # noqa: S608  # made of constants
    ),
    "cross_province_gaps": View(
        about="Required 跨省通办 items that a city's zone did not list, in its newest run.",
        columns={
            "slug": "The city.",
            "name": "Its name.",
            "zone": "kuasheng_2022 or kuasheng_2020.",
            "required_item": "The item that is missing.",
            "outcome": "How the search for it ended.",
            "reason": "Why it counts as missing.",
            "url": "The zone's address.",
            "measured_at": "When, ISO-8601 UTC.",
            "run_id": "The run.",
        },
        sql=f"""
        select c.slug, c.name, z.zone, z.required_item, z.outcome, z.reason, z.url, z.measured_at, r.id as run_id
        from ({_LATEST_RUNS}) r
        join cities c on c.slug = r.city
        join zone_items z on z.run_id = r.id
        where z.required_item is not null and z.zone <> 'one_thing' and z.outcome in ('failed', 'absent')
          and not {_ITEM_LISTED}
          and z.id = (
            select max(last.id) from zone_items last
            where last.run_id = z.run_id and last.zone = z.zone and last.required_item = z.required_item
          )
        order by c.slug, z.zone, z.required_item
        """,  # noqa: S608  # made of constants
    ),
    "name_drift": View(
        about="The names that cities give one required item, in their newest runs.",
        columns={
            "zone": "kuasheng_2022, kuasheng_2020 or one_thing.",
            "required_item": "The item of the list.",
            "listed_name": "A name that portals give it.",
            "relation": "same, variant, broader or narrower.",
            "cities": "How many cities use this name.",
            "slugs": "Which ones.",
        },
        sql=f"""
        select z.zone, z.required_item, z.listed_name, z.relation,
               count(distinct r.city) as cities, group_concat(distinct r.city) as slugs
        from ({_LATEST_RUNS}) r
        join zone_items z on z.run_id = r.id
        where z.required_item is not null and z.listed_name is not null and z.outcome = 'ok'
        group by z.zone, z.required_item, z.listed_name, z.relation
        order by z.zone, z.required_item, cities desc
        """,  # noqa: S608  # made of constants
    ),
}


def create(database: Database) -> None:
    """Make or renew every view."""
    for name, view in VIEWS.items():
        database.create_view(name, view.sql, replace=True)
