"""Any number of complaints, made by PostgreSQL itself in Chinese and English, as they would be on file after years."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
from sqlalchemy.dialects import postgresql

from infra.db.tables import complaints
from infra.db.tables.searchable import content_of

CHINESE = (
    "洗衣机 退款 快递 客服 质量 坏了 没有 收到 商品 价格 发票 延迟 电话 服务 态度 要求 赔偿 一直 已经 三天 我 的 了"
    " ， 。 包裹 冰箱 手机 屏幕 电池"
)
ENGLISH = (
    "parcel refund delivery the and never arrived courier phone screen battery charged twice invoice service rude my"
    " was nobody answers account bank fee promised warranty broken tv box late again"
)
RARE = ("zeppelin", "鲸鱼", "鲸", "q7")
"""Words in one complaint of a few thousand; `zeppelin` is the only one of many letters."""

COMMON = ("退", "退款", "洗衣机", "the", "delivery", "tv", "a", "洗衣机 退款", "delivery refund")
NOWHERE = ("delivery 退款", "天我的了", "&&&", "zz", "缘", "缘分")
"""The words of the first are common, but never in the same complaint."""

EVENTS_EACH = 2
DEPARTMENTS = ("customer_service", "technical_support", "marketing_pr", "legal_compliance", "executive")
AGENTS = 200
"""Their names are `agent-0` and so on; the last complaints, still open, are theirs to handle."""

_ONE_IN_FEW_THOUSAND = 5000
_APART = timedelta(minutes=1)
_SHARE_ARCHIVED = 0.97

_DRAWN = "(hashint8(n::bigint * 64 + {salt}) & 2147483647) % {among} + 1"


def _text(words: str, count: int, blank: str) -> str:
    """SQL of a text of so many words."""
    quoted = ", ".join(f"'{word}'" for word in words.split())
    drawn = _DRAWN.format(salt="place", among=len(words.split()))
    each = f"SELECT place, (ARRAY[{quoted}])[{drawn}] AS word FROM generate_series(1, {count}) AS place"  # noqa: S608 - our own words
    return f"(SELECT string_agg(word, '{blank}' ORDER BY place) FROM ({each}) AS words)"  # noqa: S608 - as above


def _one_of(*words: str, salt: int) -> str:
    quoted = ", ".join(f"'{word}'" for word in words)
    return f"(ARRAY[{quoted}])[{_DRAWN.format(salt=salt, among=len(words))}]"


_AGENT = f"'agent-' || ({_DRAWN.format(salt=70, among=AGENTS)} - 1)"

_COMPLAINTS = f"""
INSERT INTO complaints (
    reference, origin_run_id, source, source_key, channel, language, text, complainant_name, complainant_email,
    complainant_phone, received_at, status, nature, severity, department, owner, level, breached, due_at, policy,
    sequence, updated_at, duties
)
SELECT
    'MANY-' || lpad(n::text, 9, '0'), 'run', 'source-' || n % 5, n::text,
    {_one_of("web", "app", "email", "hotline", "letter", "social", "marketplace", salt=71)},
    CASE WHEN n % 2 = 0 THEN 'zh' ELSE 'en' END,
    CASE WHEN n % 2 = 0 THEN {_text(CHINESE, 40, "")} ELSE {_text(ENGLISH, 60, " ")} END
        || CASE WHEN n % {_ONE_IN_FEW_THOUSAND} = 1 THEN ' {" ".join(RARE)}' ELSE '' END,
    'Somebody ' || n, n || '@customer.example', '+86 138 ' || overlay(lpad(n::text, 8, '0') PLACING '-' FROM 5 FOR 0),
    now() - ($1 - n) * $2::interval,
    CASE WHEN n <= $1 * {_SHARE_ARCHIVED} THEN 'archived'
        ELSE {_one_of("assigned", "investigating", "waiting", "approving", salt=72)} END,
    {_one_of("service", "quality", "logistics", "price", "other", salt=73)},
    {_one_of("low", "normal", "normal", "normal", "high", salt=74)},
    {_one_of(*DEPARTMENTS[:4], salt=75)},
    {_AGENT}, 'owner', n % 9 = 0, now() + n * interval '1 second', 'default@0123456789ab', {EVENTS_EACH}, now(),
    CASE WHEN n <= $1 * {_SHARE_ARCHIVED} THEN '[]'::jsonb
        ELSE jsonb_build_array(jsonb_build_object('duty', 'handle', 'subject', {_AGENT}, 'due_at', now() + n * $2))
    END
FROM generate_series(1, $1::bigint) AS n
"""  # noqa: S608 - our own words

_EVENTS = f"""
INSERT INTO events (reference, sequence, at, type, actor, command_id, data)
SELECT
    reference, number, received_at, 'noted', '{{"subject": "amends", "roles": [], "authenticated_by": "many"}}', '',
    '{{"type": "noted", "text": "…"}}'
FROM complaints, generate_series(1, {EVENTS_EACH}) AS number
WHERE reference LIKE 'MANY-%'
"""  # noqa: S608 - our own words

_CONTENT = content_of(dict(complaints.c)).compile(
    dialect=postgresql.dialect(paramstyle="named"),  # type: ignore[no-untyped-call] # SQLAlchemy gives it no types
    compile_kwargs={"literal_binds": True},
)
_SEARCHABLE = (
    f"INSERT INTO searchable (reference, content) SELECT reference, {_CONTENT} FROM complaints"  # noqa: S608 - our own words
    " WHERE reference LIKE 'MANY-%'"
)

_LARGE_INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'searchable' AND indexdef LIKE '% gin %'"


async def fill(owner_url: str, count: int) -> None:
    """Put so many on file, each received a minute after the one before, the last one now; and have them analysed."""
    connection = await asyncpg.connect(owner_url)
    try:
        await connection.execute("SET maintenance_work_mem = '256MB'")
        await connection.execute(_COMPLAINTS, count, _APART)
        await connection.execute(_EVENTS)
        large = await connection.fetch(_LARGE_INDEXES)  # made again afterwards, which takes a tenth of the time
        for index in large:
            await connection.execute(f"DROP INDEX {index['indexname']}")
        await connection.execute(_SEARCHABLE)
        for index in large:
            await connection.execute(index["indexdef"])
        for table in ("complaints", "events", "searchable"):
            await connection.execute(f"VACUUM (ANALYZE) {table}")
    finally:
        await connection.close()
