pragma application_id = 1886547810;
pragma user_version = 4;
BEGIN TRANSACTION;
CREATE TABLE [attachments] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER REFERENCES [runs]([id]),
  [attempt] INTEGER NOT NULL,
  [outcome] TEXT NOT NULL,
  [reason] TEXT,
  [evidence_id] INTEGER REFERENCES [evidence]([id]),
  [measured_at] TEXT NOT NULL,
  [note] TEXT,
  [page_id] INTEGER NOT NULL REFERENCES [pages]([id]),
  [label] TEXT NOT NULL,
  [url] TEXT,
  [offer] TEXT NOT NULL,
  [handle] TEXT
);
CREATE TABLE [availability] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER REFERENCES [runs]([id]),
  [attempt] INTEGER NOT NULL,
  [outcome] TEXT NOT NULL,
  [reason] TEXT,
  [evidence_id] INTEGER REFERENCES [evidence]([id]),
  [measured_at] TEXT NOT NULL,
  [note] TEXT,
  [city] TEXT NOT NULL REFERENCES [cities]([slug]),
  [http_status] INTEGER,
  [elapsed_ms] REAL
);
CREATE TABLE [chat_turns] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER REFERENCES [runs]([id]),
  [attempt] INTEGER NOT NULL,
  [outcome] TEXT NOT NULL,
  [reason] TEXT,
  [evidence_id] INTEGER REFERENCES [evidence]([id]),
  [measured_at] TEXT NOT NULL,
  [note] TEXT,
  [matter] TEXT,
  [question] TEXT,
  [answer] TEXT,
  [first_reply_ms] REAL,
  [last_reply_ms] REAL,
  [verdict] TEXT,
  [matched_facts] INTEGER,
  [contradicted_facts] INTEGER,
  [expected_facts] INTEGER
);
CREATE TABLE [circuits] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER NOT NULL REFERENCES [runs]([id]),
  [host] TEXT NOT NULL,
  [client] TEXT NOT NULL,
  [reason] TEXT NOT NULL,
  [failures] INTEGER NOT NULL,
  [opened_at] TEXT NOT NULL,
  [closed_at] TEXT,
  [not_tried] INTEGER NOT NULL
);
CREATE TABLE [cities] (
  [slug] TEXT PRIMARY KEY,
  [name] TEXT NOT NULL,
  [province] TEXT,
  [region] TEXT,
  [adcode] TEXT,
  [home_url] TEXT,
  [host_group] TEXT,
  [authorized] TEXT
);
INSERT INTO "cities" VALUES('shanghai','上海市',NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE [city_scores] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER NOT NULL REFERENCES [runs]([id]),
  [city] TEXT NOT NULL REFERENCES [cities]([slug]),
  [score] REAL,
  [score_study] REAL,
  [coverage] REAL NOT NULL,
  [grade] TEXT,
  [blocked] INTEGER NOT NULL
, [low] REAL, [high] REAL, [scoring] INTEGER NOT NULL DEFAULT 1, [replaces] INTEGER REFERENCES [city_scores]([id]));
INSERT INTO "city_scores" VALUES(1,1,'shanghai',50.0,NULL,0.7,'较差',0,NULL,NULL,1,NULL);
CREATE TABLE [crawl_cuts] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER NOT NULL REFERENCES [runs]([id]),
  [pattern] TEXT NOT NULL,
  [why] TEXT NOT NULL,
  [example_url] TEXT NOT NULL,
  [cut] INTEGER NOT NULL
);
CREATE TABLE [crawls] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER NOT NULL REFERENCES [runs]([id]),
  [complete] INTEGER NOT NULL,
  [why] TEXT,
  [pages] INTEGER NOT NULL,
  [requests] INTEGER NOT NULL,
  [finished_at] TEXT NOT NULL
);
CREATE TABLE [downloads] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER REFERENCES [runs]([id]),
  [attempt] INTEGER NOT NULL,
  [outcome] TEXT NOT NULL,
  [reason] TEXT,
  [evidence_id] INTEGER REFERENCES [evidence]([id]),
  [measured_at] TEXT NOT NULL,
  [note] TEXT,
  [attachment_id] INTEGER NOT NULL REFERENCES [attachments]([id]),
  [http_status] INTEGER,
  [declared_type] TEXT,
  [detected_type] TEXT,
  [bytes] INTEGER,
  [sha256] TEXT,
  [filename] TEXT,
  [notes] TEXT
);
CREATE TABLE [evidence] (
  [id] INTEGER PRIMARY KEY,
  [sha256] TEXT NOT NULL,
  [path] TEXT NOT NULL,
  [media_type] TEXT NOT NULL,
  [bytes] INTEGER NOT NULL
);
CREATE TABLE [facet_scores] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER NOT NULL REFERENCES [runs]([id]),
  [facet] TEXT NOT NULL,
  [score] REAL,
  [coverage] REAL NOT NULL
, [scoring] INTEGER NOT NULL DEFAULT 1);
CREATE TABLE [findings] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER NOT NULL REFERENCES [runs]([id]),
  [indicator] TEXT NOT NULL,
  [finding_key] TEXT NOT NULL,
  [source_table] TEXT NOT NULL,
  [source_id] INTEGER,
  [points_lost] REAL NOT NULL,
  [text_zh] TEXT NOT NULL,
  [text_en] TEXT NOT NULL
, [scoring] INTEGER NOT NULL DEFAULT 1);
INSERT INTO "findings" VALUES(1,1,'multi_browser_load','k','page_loads',1,50.0,'首页空白','blank',1);
CREATE TABLE [frontier] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER REFERENCES [runs]([id]),
  [fingerprint] INTEGER NOT NULL,
  [url] TEXT NOT NULL,
  [pattern] TEXT NOT NULL,
  [depth] INTEGER NOT NULL,
  [rank] INTEGER NOT NULL,
  [parent_url] TEXT,
  [link_text] TEXT,
  [via] TEXT NOT NULL,
  [linked_as_guide] INTEGER NOT NULL,
  [state] TEXT NOT NULL,
  [kind] TEXT,
  [reason] TEXT,
  [led_on] INTEGER NOT NULL
);
CREATE TABLE [guide_elements] (
  [id] INTEGER PRIMARY KEY,
  [guide_id] INTEGER NOT NULL REFERENCES [guides]([id]),
  [element] TEXT NOT NULL,
  [present] INTEGER NOT NULL,
  [label] TEXT,
  [text] TEXT
);
CREATE TABLE [guides] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER REFERENCES [runs]([id]),
  [attempt] INTEGER NOT NULL,
  [outcome] TEXT NOT NULL,
  [reason] TEXT,
  [evidence_id] INTEGER REFERENCES [evidence]([id]),
  [measured_at] TEXT NOT NULL,
  [note] TEXT,
  [page_id] INTEGER NOT NULL REFERENCES [pages]([id]),
  [matter] TEXT NOT NULL,
  [key_present] INTEGER NOT NULL,
  [key_expected] INTEGER NOT NULL
);
CREATE TABLE [imported_scores] (
  [id] INTEGER PRIMARY KEY,
  [city] TEXT NOT NULL REFERENCES [cities]([slug]),
  [sweep_id] INTEGER REFERENCES [sweeps]([id]),
  [dimension] TEXT NOT NULL,
  [score] REAL NOT NULL,
  [source] TEXT NOT NULL,
  [imported_at] TEXT NOT NULL
, [weights] TEXT);
CREATE TABLE [indicators] (
  [id] INTEGER PRIMARY KEY,
  [sweep_id] INTEGER NOT NULL REFERENCES [sweeps]([id]),
  [indicator] TEXT NOT NULL,
  [facet] TEXT NOT NULL,
  [facet_weight] REAL NOT NULL,
  [dimension] TEXT NOT NULL,
  [name_zh] TEXT NOT NULL,
  [name_en] TEXT NOT NULL,
  [weight] REAL NOT NULL,
  [rule] TEXT NOT NULL,
  [source] TEXT NOT NULL
, [rule_en] TEXT NOT NULL DEFAULT '', [absent] TEXT NOT NULL DEFAULT 'none', [thresholds] TEXT NOT NULL DEFAULT '{}', [catalogue_sha256] TEXT);
INSERT INTO "indicators" VALUES(1,1,'multi_browser_load','可及性',0.35,'技术支撑','多浏览器打开','Opens',0.5,'r','零点','','none','{}',NULL);
CREATE TABLE [interactions] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER REFERENCES [runs]([id]),
  [attempt] INTEGER NOT NULL,
  [outcome] TEXT NOT NULL,
  [reason] TEXT,
  [evidence_id] INTEGER REFERENCES [evidence]([id]),
  [measured_at] TEXT NOT NULL,
  [note] TEXT,
  [module] TEXT NOT NULL,
  [url] TEXT,
  [published_figure] TEXT
);
CREATE TABLE [item_lists] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER NOT NULL REFERENCES [runs]([id]),
  [zone] TEXT NOT NULL,
  [known] INTEGER NOT NULL,
  [official] INTEGER NOT NULL,
  [whole] INTEGER NOT NULL,
  [source] TEXT NOT NULL
);
CREATE TABLE [layouts] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER REFERENCES [runs]([id]),
  [attempt] INTEGER NOT NULL,
  [outcome] TEXT NOT NULL,
  [reason] TEXT,
  [evidence_id] INTEGER REFERENCES [evidence]([id]),
  [measured_at] TEXT NOT NULL,
  [note] TEXT,
  [page_id] INTEGER NOT NULL REFERENCES [pages]([id]),
  [width] INTEGER NOT NULL,
  [overflow_px] INTEGER,
  [has_viewport] INTEGER,
  [small_text_share] REAL
);
CREATE TABLE [links] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER REFERENCES [runs]([id]),
  [attempt] INTEGER NOT NULL,
  [outcome] TEXT NOT NULL,
  [reason] TEXT,
  [evidence_id] INTEGER REFERENCES [evidence]([id]),
  [measured_at] TEXT NOT NULL,
  [note] TEXT,
  [page_id] INTEGER NOT NULL REFERENCES [pages]([id]),
  [url] TEXT NOT NULL,
  [http_status] INTEGER
);
CREATE TABLE [page_links] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER NOT NULL REFERENCES [runs]([id]),
  [page_id] INTEGER NOT NULL REFERENCES [pages]([id]),
  [links] TEXT NOT NULL
);
CREATE TABLE [page_loads] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER REFERENCES [runs]([id]),
  [attempt] INTEGER NOT NULL,
  [outcome] TEXT NOT NULL,
  [reason] TEXT,
  [evidence_id] INTEGER REFERENCES [evidence]([id]),
  [measured_at] TEXT NOT NULL,
  [note] TEXT,
  [page_id] INTEGER NOT NULL REFERENCES [pages]([id]),
  [url] TEXT NOT NULL,
  [final_url] TEXT,
  [engine] TEXT NOT NULL,
  [engine_version] TEXT,
  [device] TEXT NOT NULL,
  [timed] INTEGER NOT NULL,
  [first_visit] INTEGER NOT NULL,
  [remote_ip] TEXT,
  [http_status] INTEGER,
  [ttfb_ms] REAL,
  [dom_ready_ms] REAL,
  [load_ms] REAL,
  [lcp_ms] REAL,
  [text_length] INTEGER,
  [console_errors] INTEGER,
  [failed_requests] INTEGER,
  [mixed_content] INTEGER,
  [requests] INTEGER
, [trace_id] INTEGER REFERENCES [evidence]([id]));
INSERT INTO "page_loads" VALUES(1,1,1,'failed','blank_page',NULL,'2026-11-21T23:00:02.000Z',NULL,1,'http://127.0.0.5/',NULL,'firefox',NULL,'desktop',0,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE [pages] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER REFERENCES [runs]([id]),
  [attempt] INTEGER NOT NULL,
  [outcome] TEXT NOT NULL,
  [reason] TEXT,
  [evidence_id] INTEGER REFERENCES [evidence]([id]),
  [measured_at] TEXT NOT NULL,
  [note] TEXT,
  [url] TEXT NOT NULL,
  [kind] TEXT NOT NULL,
  [why_kind] TEXT NOT NULL,
  [title] TEXT,
  [depth] INTEGER NOT NULL,
  [parent_url] TEXT,
  [http_status] INTEGER,
  [rendered] TEXT,
  [sampled] INTEGER NOT NULL,
  [linked_as_guide] INTEGER NOT NULL,
  [template] TEXT,
  [department] TEXT
, [link_text] TEXT);
INSERT INTO "pages" VALUES(1,1,1,'ok',NULL,NULL,'2026-11-21T23:00:01.000Z',NULL,'http://127.0.0.5/','home','home',NULL,0,NULL,NULL,NULL,1,0,NULL,NULL,NULL);
CREATE TABLE [reviews] (
  [id] INTEGER PRIMARY KEY,
  [source_table] TEXT NOT NULL,
  [source_id] INTEGER NOT NULL,
  [decision] TEXT NOT NULL,
  [by] TEXT NOT NULL,
  [why] TEXT NOT NULL,
  [decided_at] TEXT NOT NULL
);
CREATE TABLE [runs] (
  [id] INTEGER PRIMARY KEY,
  [sweep_id] INTEGER NOT NULL REFERENCES [sweeps]([id]),
  [city] TEXT NOT NULL REFERENCES [cities]([slug]),
  [state] TEXT NOT NULL,
  [started_at] TEXT NOT NULL,
  [finished_at] TEXT,
  [reason] TEXT,
  [entry] TEXT,
  [requests] INTEGER NOT NULL
);
INSERT INTO "runs" VALUES(1,1,'shanghai','complete','2026-11-21T23:00:00.000Z',NULL,NULL,NULL,0);
CREATE TABLE [scores] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER NOT NULL REFERENCES [runs]([id]),
  [indicator] TEXT NOT NULL,
  [score] REAL,
  [status] TEXT NOT NULL,
  [measured] INTEGER NOT NULL,
  [passed] REAL NOT NULL,
  [low] REAL,
  [high] REAL,
  [note] TEXT
, [coverage] REAL NOT NULL DEFAULT 0.0, [scoring] INTEGER NOT NULL DEFAULT 1, [replaces] INTEGER REFERENCES [scores]([id]));
INSERT INTO "scores" VALUES(1,1,'multi_browser_load',50.0,'scored',1,0.5,NULL,NULL,NULL,0.0,1,NULL);
CREATE TABLE [scorings] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER NOT NULL REFERENCES [runs]([id]),
  [scoring] INTEGER NOT NULL,
  [computed_at] TEXT NOT NULL,
  [catalogue] TEXT NOT NULL,
  [catalogue_sha256] TEXT NOT NULL,
  [reviews] INTEGER NOT NULL,
  [why] TEXT NOT NULL
);
CREATE TABLE [searches] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER REFERENCES [runs]([id]),
  [attempt] INTEGER NOT NULL,
  [outcome] TEXT NOT NULL,
  [reason] TEXT,
  [evidence_id] INTEGER REFERENCES [evidence]([id]),
  [measured_at] TEXT NOT NULL,
  [note] TEXT,
  [query] TEXT NOT NULL,
  [matter] TEXT,
  [wording] TEXT NOT NULL,
  [results] INTEGER,
  [target_rank] INTEGER,
  [elapsed_ms] REAL
);
CREATE TABLE [sweeps] (
  [id] INTEGER PRIMARY KEY,
  [kind] TEXT NOT NULL,
  [state] TEXT NOT NULL,
  [started_at] TEXT NOT NULL,
  [finished_at] TEXT,
  [settings] TEXT NOT NULL,
  [tool_version] TEXT NOT NULL,
  [vantage] TEXT NOT NULL
);
INSERT INTO "sweeps" VALUES(1,'practice','complete','2026-11-21T23:00:00.000Z',NULL,'{}','0.1.0','{}');
CREATE TABLE [units] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER NOT NULL REFERENCES [runs]([id]),
  [probe] TEXT NOT NULL,
  [key] TEXT NOT NULL,
  [attempt] INTEGER NOT NULL,
  [finished_at] TEXT NOT NULL
, [settled] INTEGER NOT NULL DEFAULT 1);
INSERT INTO "units" VALUES(1,1,'loads','k',1,'2026-11-22T00:49:13.392Z',1);
CREATE TABLE [zone_items] (
  [id] INTEGER PRIMARY KEY,
  [run_id] INTEGER REFERENCES [runs]([id]),
  [attempt] INTEGER NOT NULL,
  [outcome] TEXT NOT NULL,
  [reason] TEXT,
  [evidence_id] INTEGER REFERENCES [evidence]([id]),
  [measured_at] TEXT NOT NULL,
  [note] TEXT,
  [zone] TEXT NOT NULL,
  [required_item] TEXT,
  [listed_name] TEXT,
  [relation] TEXT NOT NULL,
  [similarity] REAL,
  [url] TEXT
);
CREATE INDEX [idx_runs_sweep_id] ON [runs] ([sweep_id]);
CREATE INDEX [idx_runs_city] ON [runs] ([city]);
CREATE INDEX [idx_units_run_id_probe_key] ON [units] ([run_id], [probe], [key]);
CREATE INDEX [idx_indicators_sweep_id_indicator] ON [indicators] ([sweep_id], [indicator]);
CREATE INDEX [idx_scores_run_id_indicator] ON [scores] ([run_id], [indicator]);
CREATE INDEX [idx_findings_run_id_indicator] ON [findings] ([run_id], [indicator]);
CREATE INDEX [idx_findings_finding_key] ON [findings] ([finding_key]);
CREATE INDEX [idx_evidence_sha256] ON [evidence] ([sha256]);
CREATE INDEX [idx_guide_elements_guide_id] ON [guide_elements] ([guide_id]);
CREATE INDEX [idx_guide_elements_element] ON [guide_elements] ([element]);
CREATE INDEX [idx_pages_run_id] ON [pages] ([run_id]);
CREATE INDEX [idx_guides_run_id] ON [guides] ([run_id]);
CREATE INDEX [idx_attachments_run_id] ON [attachments] ([run_id]);
CREATE INDEX [idx_page_loads_run_id] ON [page_loads] ([run_id]);
CREATE INDEX [idx_page_loads_page_id] ON [page_loads] ([page_id]);
CREATE INDEX [idx_layouts_run_id] ON [layouts] ([run_id]);
CREATE INDEX [idx_links_run_id] ON [links] ([run_id]);
CREATE INDEX [idx_downloads_run_id] ON [downloads] ([run_id]);
CREATE INDEX [idx_downloads_attachment_id] ON [downloads] ([attachment_id]);
CREATE INDEX [idx_searches_run_id] ON [searches] ([run_id]);
CREATE INDEX [idx_zone_items_run_id] ON [zone_items] ([run_id]);
CREATE INDEX [idx_chat_turns_run_id] ON [chat_turns] ([run_id]);
CREATE INDEX [idx_availability_city_measured_at] ON [availability] ([city], [measured_at]);
CREATE INDEX [idx_interactions_run_id] ON [interactions] ([run_id]);
CREATE INDEX [idx_scorings_run_id_scoring] ON [scorings] ([run_id], [scoring]);
CREATE INDEX [idx_imported_scores_city_dimension] ON [imported_scores] ([city], [dimension]);
CREATE INDEX [idx_frontier_run_id_fingerprint] ON [frontier] ([run_id], [fingerprint]);
CREATE INDEX [idx_frontier_run_id_state_depth_rank] ON [frontier] ([run_id], [state], [depth], [rank]);
CREATE INDEX [idx_circuits_run_id] ON [circuits] ([run_id]);
CREATE INDEX [idx_page_links_run_id] ON [page_links] ([run_id]);
CREATE VIEW "latest_city_scores" AS 
        select c.slug, c.name, c.region, s.score, s.score_study, s.coverage, s.grade, s.blocked,
               r.sweep_id, r.finished_at, s.low, s.high, r.id as run_id
        from (
    select r.* from runs r
    where r.id = (
        select max(r2.id) from runs r2 join city_scores s2 on s2.run_id = r2.id where r2.city = r.city
    )
) r
        join city_scores s on s.run_id = r.id and s.scoring = (select max(newest.scoring) from city_scores newest where newest.run_id = s.run_id)
        join cities c on c.slug = r.city;
CREATE VIEW "city_ranking" AS 
        select 1 + (select count(*) from latest_city_scores o where o.low > t.high) as rank,
               (select count(*) from latest_city_scores o where o.high >= t.low) as rank_worst,
               (select count(*) - 1 from latest_city_scores o where o.high >= t.low and o.low <= t.high) as tied,
               t.slug, t.name, t.region, t.score, t.score_study, t.coverage, t.grade, t.blocked, t.low, t.high
        from latest_city_scores t where t.score is not null
        order by t.score desc, t.slug;
CREATE VIEW "region_scores" AS 
        select region, count(*) as cities, count(score) as scored, round(avg(score), 2) as mean_score,
               min(score) as lowest, max(score) as highest, sum(blocked) as blocked
        from latest_city_scores group by region order by mean_score desc;
CREATE VIEW "score_history" AS 
        select c.slug, c.name, c.region, r.sweep_id, r.id as run_id, r.started_at,
               s.score, s.score_study, s.coverage, s.grade, s.blocked,
               round(s.score - lag(s.score) over (partition by c.slug order by r.id), 4) as change
        from runs r
        join city_scores s on s.run_id = r.id and s.scoring = (select max(newest.scoring) from city_scores newest where newest.run_id = s.run_id)
        join cities c on c.slug = r.city
        order by c.slug, r.id;
CREATE VIEW "indicator_history" AS 
        select r.city as slug, r.sweep_id, r.id as run_id, s.indicator, i.name_zh, i.facet,
               s.score, s.status, s.measured, s.passed, s.low, s.high, s.note
        from scores s
        join runs r on r.id = s.run_id and s.scoring = (select max(newest.scoring) from city_scores newest where newest.run_id = s.run_id)
        left join indicators i on i.sweep_id = r.sweep_id and i.indicator = s.indicator
            and i.catalogue_sha256 is null;
CREATE VIEW "cross_province_gaps" AS 
        select c.slug, c.name, z.zone, z.required_item, z.outcome, z.reason, z.url, z.measured_at, r.id as run_id
        from (
    select r.* from runs r
    where r.id = (
        select max(r2.id) from runs r2 join city_scores s2 on s2.run_id = r2.id where r2.city = r.city
    )
) r
        join cities c on c.slug = r.city
        join zone_items z on z.run_id = r.id
        where z.required_item is not null and z.zone <> 'one_thing' and z.outcome in ('failed', 'absent')
          and not exists (
    select 1 from zone_items other
    where other.run_id = z.run_id and other.zone = z.zone and other.required_item = z.required_item
      and other.outcome = 'ok'
)
          and z.id = (
            select max(last.id) from zone_items last
            where last.run_id = z.run_id and last.zone = z.zone and last.required_item = z.required_item
          )
        order by c.slug, z.zone, z.required_item;
CREATE VIEW "name_drift" AS 
        select z.zone, z.required_item, z.listed_name, z.relation,
               count(distinct r.city) as cities, group_concat(distinct r.city) as slugs
        from (
    select r.* from runs r
    where r.id = (
        select max(r2.id) from runs r2 join city_scores s2 on s2.run_id = r2.id where r2.city = r.city
    )
) r
        join zone_items z on z.run_id = r.id
        where z.required_item is not null and z.listed_name is not null and z.outcome = 'ok'
        group by z.zone, z.required_item, z.listed_name, z.relation
        order by z.zone, z.required_item, cities desc;
COMMIT;
