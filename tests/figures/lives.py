"""Any number of complaints with the journals of their lives, made by PostgreSQL itself: as if a desk had been at work
for a while, with its good people, its slow ones, and a product that goes wrong at the end.
"""

from __future__ import annotations

from datetime import timedelta

import asyncpg

_DRAW = """
CREATE TEMPORARY TABLE lives AS
WITH drawn AS (
    SELECT
        n, now() - $2::interval * (1 - (n - random()) / $1) AS received_at,
        random() AS a, random() AS b, random() AS c, random() AS d, random() AS e, random() AS f, random() AS g
    FROM generate_series(1, $1::bigint) AS n
), placed AS (
    SELECT *, CASE
            WHEN received_at > now() - interval '9 days' AND a < 0.12 THEN 'quality'
            WHEN a < 0.34 THEN 'service' WHEN a < 0.55 THEN 'quality' WHEN a < 0.72 THEN 'logistics'
            WHEN a < 0.84 THEN 'price' WHEN a < 0.93 THEN 'policy' ELSE 'other' END AS nature
    FROM drawn
), owned AS (
    SELECT placed.*, CASE nature WHEN 'quality' THEN 'technical_support' WHEN 'policy' THEN 'legal_compliance'
            ELSE 'customer_service' END AS department,
        CASE WHEN received_at > now() - interval '9 days' AND a < 0.12 THEN '洗衣机 WM-9'
            ELSE (ARRAY['冰箱 R-2', 'Washing machine WM-7', 'Phone P1', '净水器', NULL])[1 + floor(b * 5)::int]
            END AS product
    FROM placed
), staffed AS (
    SELECT owned.*, people[1 + floor(c * array_length(people, 1))::int] AS owner
    FROM owned JOIN (
        SELECT department, array_agg(subject ORDER BY subject) AS people FROM staff
        WHERE 'agent' = ANY (roles) GROUP BY department
    ) AS teams USING (department)
)
SELECT
    'LIVE-' || lpad(n::text, 9, '0') AS reference, received_at, nature, department, product, owner, a, d, e, f, g,
    interval '1 hour' * (-ln(1 - c * 0.999) * 5 + 0.2) AS reply_after,
    interval '1 day' * exp(0.9 + 1.1 * sqrt(-2 * ln(1 - d * 0.999)) * cos(6.283 * e)
        + (hashtext(owner) % 5) * 0.12) AS close_after,
    f < 0.06 AS reopens, g < 0.55 AS answers, e < 0.86 + (hashtext(owner) % 4) * 0.04 AS is_solved
FROM staffed
"""

_COMPLAINTS = """
INSERT INTO complaints (
    reference, origin_run_id, source, source_key, channel, language, subject, text, complainant_name, received_at,
    status, outcome, nature, severity, department, owner, level, waiting_for, breached, due_at, policy, product,
    sequence, updated_at, duties
)
SELECT
    reference, 'run', 'lives', reference, (ARRAY['web', 'app', 'email', 'hotline', 'letter'])[1 + floor(d * 5)::int],
    CASE WHEN e < 0.5 THEN 'zh' ELSE 'en' END, 'A complaint', repeat('It broke. 它坏了。 ', 12),
    'Somebody', received_at, status,
    CASE WHEN is_over THEN CASE WHEN a < 0.9 THEN 'resolved' WHEN a < 0.95 THEN 'withdrawn' ELSE 'merged' END END,
    nature, CASE WHEN d < 0.1 THEN 'high' WHEN d < 0.12 THEN 'critical' WHEN d < 0.6 THEN 'normal' ELSE 'low' END,
    department, owner, 'owner', CASE WHEN status = 'waiting' THEN 'complainant' END,
    close_after > interval '15 days' AND received_at + interval '15 days' < now()
        OR reply_after > interval '24 hours' AND received_at + interval '24 hours' < now(),
    CASE WHEN NOT is_over AND received_at + interval '15 days' > now() THEN received_at + interval '15 days' END,
    'default@0123456789ab', product, 10, now(),
    CASE WHEN is_over OR status IN ('waiting', 'confirming') THEN '[]'::jsonb
        ELSE jsonb_build_array(
            jsonb_build_object('duty', 'handle', 'subject', owner, 'due_at', received_at + interval '15 days'))
    END
FROM (
    SELECT *, received_at + close_after < now() AS is_over, CASE
        WHEN received_at + close_after < now() - interval '30 days' THEN 'archived'
        WHEN received_at + close_after < now() THEN 'closed'
        WHEN received_at + reply_after > now() THEN 'assigned'
        ELSE (ARRAY['investigating', 'investigating', 'waiting', 'approving', 'executing', 'confirming'])
            [1 + floor(d * 6)::int] END AS status
    FROM lives
) AS standing
"""

_ACTOR = """'{"subject": "amends", "roles": [], "authenticated_by": "lives"}'::jsonb"""

_EVENTS = f"""
INSERT INTO events (reference, sequence, at, type, actor, command_id, data)
SELECT reference, row_number() OVER (PARTITION BY reference ORDER BY place), at, data ->> 'type', {_ACTOR}, '', data
FROM lives, LATERAL (
    VALUES
        (1, received_at, '{{"type": "filed"}}'::jsonb), (2, received_at, '{{"type": "classified"}}'),
        (3, received_at, '{{"type": "assigned"}}'), (4, received_at + reply_after, '{{"type": "accepted"}}'),
        (5, received_at + close_after * 0.6, '{{"type": "proposed"}}'),
        (6, received_at + close_after * 0.7, '{{"type": "approved"}}'),
        (7, received_at + close_after * 0.8, '{{"type": "executed"}}'),
        (8, CASE WHEN reopens THEN received_at + close_after * 0.85 END, '{{"type": "closed", "outcome": "resolved"}}'),
        (9, CASE WHEN reopens THEN received_at + close_after * 0.9 END, '{{"type": "reopened"}}'),
        (10, CASE WHEN answers THEN received_at + close_after * 0.95 END, jsonb_build_object(
            'type', 'survey_answered', 'solved', is_solved,
            'score', CASE WHEN is_solved THEN 3 + floor(g * 5.4)::int % 3 ELSE 1 + floor(g * 4)::int % 2 END)),
        (11, received_at + close_after, jsonb_build_object(
            'type', 'closed', 'outcome',
            CASE WHEN a < 0.9 THEN 'resolved' WHEN a < 0.95 THEN 'withdrawn' ELSE 'merged' END)),
        (12, received_at + close_after + interval '30 days', '{{"type": "archived"}}')
) AS entry (place, at, data)
WHERE at < now()
"""  # noqa: S608 - our own words


async def fill(owner_url: str, count: int, span: timedelta) -> None:
    """Put so many on file, received evenly over the time before now; the same ones each time. The agents on the staff
    own them.
    """
    connection = await asyncpg.connect(owner_url)
    try:
        await connection.execute("SELECT setseed(0.5)")
        await connection.execute(_DRAW, count, span)
        await connection.execute(_COMPLAINTS)
        await connection.execute(_EVENTS)
        for table in ("complaints", "events"):
            await connection.execute(f"VACUUM (ANALYZE) {table}")
    finally:
        await connection.close()
