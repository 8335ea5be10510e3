-- Migration 2 as it was until roll-ups by hour and category x channel x region x customer group were dropped (migration 9).
CREATE TABLE IF NOT EXISTS tocsin.rollup_minute 
(
  workspace LowCardinality(String),
  dimension LowCardinality(String),
  value LowCardinality(String),
  time DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  items SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  repeats SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  complaints SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  negative SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  neutral SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  positive SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  mild SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  moderate SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  severe SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  implicit_complaints SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  rating_conflicts SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  stars_sum SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  ratings SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  rating_sum SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  satisfied SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  nps_answers SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  nps_promoters SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  nps_detractors SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  waits SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  wait_seconds_sum SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
  resolutions SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  resolved_items SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  complaint_probability_sum SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
  sentiment_probability_sum SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
  arrival_delay_ms_sum SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  customers AggregateFunction(uniqCombined(12), UInt64) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toDate(time)
ORDER BY (workspace, dimension, value, time)
TTL time + INTERVAL 3 DAY
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1;

CREATE TABLE IF NOT EXISTS tocsin.rollup_hour 
(
  workspace LowCardinality(String),
  dimension LowCardinality(String),
  value LowCardinality(String),
  time DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  items SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  repeats SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  complaints SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  negative SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  neutral SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  positive SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  mild SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  moderate SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  severe SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  implicit_complaints SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  rating_conflicts SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  stars_sum SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  ratings SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  rating_sum SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  satisfied SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  nps_answers SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  nps_promoters SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  nps_detractors SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  waits SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  wait_seconds_sum SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
  resolutions SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  resolved_items SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  complaint_probability_sum SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
  sentiment_probability_sum SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
  arrival_delay_ms_sum SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  customers AggregateFunction(uniqCombined(12), UInt64) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (workspace, dimension, value, time)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1;

CREATE TABLE IF NOT EXISTS tocsin.rollup_day 
(
  workspace LowCardinality(String),
  dimension LowCardinality(String),
  value LowCardinality(String),
  time DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  items SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  repeats SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  complaints SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  negative SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  neutral SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  positive SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  mild SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  moderate SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  severe SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  implicit_complaints SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  rating_conflicts SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  stars_sum SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  ratings SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  rating_sum SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  satisfied SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  nps_answers SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  nps_promoters SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  nps_detractors SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  waits SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  wait_seconds_sum SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
  resolutions SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  resolved_items SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  complaint_probability_sum SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
  sentiment_probability_sum SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
  arrival_delay_ms_sum SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  customers AggregateFunction(uniqCombined(12), UInt64) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYear(time)
ORDER BY (workspace, dimension, value, time)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1;

CREATE TABLE IF NOT EXISTS tocsin.rollup_cross_hour 
(
  workspace LowCardinality(String),
  category LowCardinality(String),
  time DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  channel LowCardinality(String),
  region LowCardinality(String),
  customer_group LowCardinality(String),
  items UInt64 CODEC(ZSTD(1)),
  repeats UInt64 CODEC(ZSTD(1)),
  complaints UInt64 CODEC(ZSTD(1)),
  negative UInt64 CODEC(ZSTD(1)),
  neutral UInt64 CODEC(ZSTD(1)),
  positive UInt64 CODEC(ZSTD(1)),
  mild UInt64 CODEC(ZSTD(1)),
  moderate UInt64 CODEC(ZSTD(1)),
  severe UInt64 CODEC(ZSTD(1))
)
ENGINE = SummingMergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (workspace, category, time, channel, region, customer_group)
TTL time + INTERVAL 62 DAY
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1;

CREATE TABLE IF NOT EXISTS tocsin.rollup_cross_day 
(
  workspace LowCardinality(String),
  category LowCardinality(String),
  time DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  channel LowCardinality(String),
  region LowCardinality(String),
  customer_group LowCardinality(String),
  items UInt64 CODEC(ZSTD(1)),
  repeats UInt64 CODEC(ZSTD(1)),
  complaints UInt64 CODEC(ZSTD(1)),
  negative UInt64 CODEC(ZSTD(1)),
  neutral UInt64 CODEC(ZSTD(1)),
  positive UInt64 CODEC(ZSTD(1)),
  mild UInt64 CODEC(ZSTD(1)),
  moderate UInt64 CODEC(ZSTD(1)),
  severe UInt64 CODEC(ZSTD(1))
)
ENGINE = SummingMergeTree
PARTITION BY toYear(time)
ORDER BY (workspace, category, time, channel, region, customer_group)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1;

CREATE TABLE IF NOT EXISTS tocsin.rollup_issue_day 
(
  workspace LowCardinality(String),
  dimension LowCardinality(String),
  category LowCardinality(String),
  value LowCardinality(String),
  time DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  items UInt64 CODEC(ZSTD(1)),
  repeats UInt64 CODEC(ZSTD(1)),
  complaints UInt64 CODEC(ZSTD(1)),
  negative UInt64 CODEC(ZSTD(1)),
  neutral UInt64 CODEC(ZSTD(1)),
  positive UInt64 CODEC(ZSTD(1)),
  mild UInt64 CODEC(ZSTD(1)),
  moderate UInt64 CODEC(ZSTD(1)),
  severe UInt64 CODEC(ZSTD(1))
)
ENGINE = SummingMergeTree
PARTITION BY toYear(time)
ORDER BY (workspace, dimension, category, value, time)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1;

INSERT INTO tocsin.backfills SELECT log_id, max(log_sequence) FROM tocsin.feedback GROUP BY log_id SETTINGS async_insert = 0, insert_deduplicate = 0;

DROP VIEW IF EXISTS tocsin.rollup_minute_view  SYNC;

TRUNCATE TABLE tocsin.rollup_minute;

INSERT INTO tocsin.rollup_minute 
SELECT workspace, dimension, value, time,
  items,
  repeats,
  complaints,
  negative,
  neutral,
  positive,
  mild,
  moderate,
  severe,
  implicit_complaints,
  rating_conflicts,
  stars_sum,
  ratings,
  rating_sum,
  satisfied,
  nps_answers,
  nps_promoters,
  nps_detractors,
  waits,
  wait_seconds_sum,
  resolutions,
  resolved_items,
  complaint_probability_sum,
  sentiment_probability_sum,
  arrival_delay_ms_sum,
  customers
FROM
(
  SELECT workspace, time, multiIf(grouping(channel) = grouping(workspace), 'channel', grouping(region) = grouping(workspace), 'region', grouping(product) = grouping(workspace), 'product', grouping(store) = grouping(workspace), 'store', grouping(agent) = grouping(workspace), 'agent', grouping(customer_group) = grouping(workspace), 'customer_group', grouping(customer_tier) = grouping(workspace), 'customer_tier', grouping(sentiment) = grouping(workspace), 'sentiment', grouping(severity) = grouping(workspace), 'severity', grouping(language) = grouping(workspace), 'language', grouping(model) = grouping(workspace), 'model', grouping(ids) = grouping(workspace), 'category', 'all') AS dimension, multiIf(grouping(channel) = grouping(workspace), [toString(channel)], grouping(region) = grouping(workspace), [toString(region)], grouping(product) = grouping(workspace), [toString(product)], grouping(store) = grouping(workspace), [toString(store)], grouping(agent) = grouping(workspace), [toString(agent)], grouping(customer_group) = grouping(workspace), [toString(customer_group)], grouping(customer_tier) = grouping(workspace), [toString(customer_tier)], grouping(sentiment) = grouping(workspace), [toString(sentiment)], grouping(severity) = grouping(workspace), [toString(severity)], grouping(language) = grouping(workspace), [toString(language)], grouping(model) = grouping(workspace), [toString(model)], grouping(ids) = grouping(workspace), arrayMap(id -> toString(id), ids), ['']) AS names,
  sum(row_items) AS items,
  sum(row_repeats) AS repeats,
  sum(row_complaints) AS complaints,
  sum(row_negative) AS negative,
  sum(row_neutral) AS neutral,
  sum(row_positive) AS positive,
  sum(row_mild) AS mild,
  sum(row_moderate) AS moderate,
  sum(row_severe) AS severe,
  sum(row_implicit_complaints) AS implicit_complaints,
  sum(row_rating_conflicts) AS rating_conflicts,
  sum(row_stars_sum) AS stars_sum,
  sum(row_ratings) AS ratings,
  sum(row_rating_sum) AS rating_sum,
  sum(row_satisfied) AS satisfied,
  sum(row_nps_answers) AS nps_answers,
  sum(row_nps_promoters) AS nps_promoters,
  sum(row_nps_detractors) AS nps_detractors,
  sum(row_waits) AS waits,
  sum(row_wait_seconds_sum) AS wait_seconds_sum,
  sum(row_resolutions) AS resolutions,
  sum(row_resolved_items) AS resolved_items,
  sum(row_complaint_probability_sum) AS complaint_probability_sum,
  sum(row_sentiment_probability_sum) AS sentiment_probability_sum,
  sum(row_arrival_delay_ms_sum) AS arrival_delay_ms_sum,
    uniqCombinedStateIf(12)(customer, row_customer) AS customers
  FROM
  (
    SELECT workspace, toStartOfMinute(created_at) AS time, channel, region, product, store, agent, customer_group, customer_tier, sentiment, severity, language, model, arrayDistinct(categories) AS ids, duplicate_of = '' AS original,
    original AS row_items,
    NOT original AS row_repeats,
    original AND complaint AS row_complaints,
    original AND sentiment = 'negative' AS row_negative,
    original AND sentiment = 'neutral' AS row_neutral,
    original AND sentiment = 'positive' AS row_positive,
    original AND severity = 'mild' AS row_mild,
    original AND severity = 'moderate' AS row_moderate,
    original AND severity = 'severe' AS row_severe,
    original AND implicit AND complaint AS row_implicit_complaints,
    original AND rating_conflict AS row_rating_conflicts,
    original * stars AS row_stars_sum,
    original AND rating IS NOT NULL AS row_ratings,
    original * ifNull(rating, 0) AS row_rating_sum,
    original AND ifNull(rating >= 4, false) AS row_satisfied,
    original AND nps IS NOT NULL AS row_nps_answers,
    original AND ifNull(nps >= 9, false) AS row_nps_promoters,
    original AND ifNull(nps <= 6, false) AS row_nps_detractors,
    original AND wait_seconds IS NOT NULL AS row_waits,
    original * ifNull(wait_seconds, 0) AS row_wait_seconds_sum,
    original AND resolved IS NOT NULL AS row_resolutions,
    original AND ifNull(resolved, false) AS row_resolved_items,
    original * toFloat64(complaint_probability) AS row_complaint_probability_sum,
    original * toFloat64(sentiment_probability) AS row_sentiment_probability_sum,
    toUInt64(original * greatest(dateDiff('millisecond', created_at, received_at), 0)) AS row_arrival_delay_ms_sum,
      cityHash64(workspace, if(customer_id != '', customer_id, customer_phone_hash)) AS customer, original AND (customer_id != '' OR customer_phone_hash != '') AS row_customer
    FROM tocsin.feedback WHERE received_at - created_at <= 259200
  )
  GROUP BY GROUPING SETS ((workspace, time), (workspace, time, channel), (workspace, time, region), (workspace, time, product), (workspace, time, store), (workspace, time, agent), (workspace, time, customer_group), (workspace, time, customer_tier), (workspace, time, sentiment), (workspace, time, severity), (workspace, time, language), (workspace, time, model), (workspace, time, ids))
)
ARRAY JOIN names AS value
WHERE dimension = 'all' OR value != '' SETTINGS async_insert = 0, insert_deduplicate = 0, max_partitions_per_insert_block = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS tocsin.rollup_minute_view  TO tocsin.rollup_minute AS 
WITH duplicate_of = '' AS original, if(customer_id != '', customer_id, customer_phone_hash) AS customer
SELECT workspace, pair.1 AS dimension, pair.2 AS value, toStartOfMinute(created_at) AS time,
  sum(original) AS items,
  sum(NOT original) AS repeats,
  sum(original AND complaint) AS complaints,
  sum(original AND sentiment = 'negative') AS negative,
  sum(original AND sentiment = 'neutral') AS neutral,
  sum(original AND sentiment = 'positive') AS positive,
  sum(original AND severity = 'mild') AS mild,
  sum(original AND severity = 'moderate') AS moderate,
  sum(original AND severity = 'severe') AS severe,
  sum(original AND implicit AND complaint) AS implicit_complaints,
  sum(original AND rating_conflict) AS rating_conflicts,
  sum(original * stars) AS stars_sum,
  sum(original AND rating IS NOT NULL) AS ratings,
  sum(original * ifNull(rating, 0)) AS rating_sum,
  sum(original AND ifNull(rating >= 4, false)) AS satisfied,
  sum(original AND nps IS NOT NULL) AS nps_answers,
  sum(original AND ifNull(nps >= 9, false)) AS nps_promoters,
  sum(original AND ifNull(nps <= 6, false)) AS nps_detractors,
  sum(original AND wait_seconds IS NOT NULL) AS waits,
  sum(original * ifNull(wait_seconds, 0)) AS wait_seconds_sum,
  sum(original AND resolved IS NOT NULL) AS resolutions,
  sum(original AND ifNull(resolved, false)) AS resolved_items,
  sum(original * toFloat64(complaint_probability)) AS complaint_probability_sum,
  sum(original * toFloat64(sentiment_probability)) AS sentiment_probability_sum,
  sum(toUInt64(original * greatest(dateDiff('millisecond', created_at, received_at), 0))) AS arrival_delay_ms_sum,
  uniqCombinedStateIf(12)(cityHash64(workspace, customer), original AND customer != '') AS customers
FROM tocsin.feedback
ARRAY JOIN arrayConcat([('all', ''), ('channel', toString(channel)), ('region', toString(region)), ('product', toString(product)), ('store', toString(store)), ('agent', toString(agent)), ('customer_group', toString(customer_group)), ('customer_tier', toString(customer_tier)), ('sentiment', toString(sentiment)), ('severity', toString(severity)), ('language', toString(language)), ('model', toString(model))], arrayMap(category -> ('category', toString(category)), arrayDistinct(categories))) AS pair
WHERE (dimension = 'all' OR value != '') AND received_at - created_at <= 259200
GROUP BY workspace, dimension, value, time;

DROP VIEW IF EXISTS tocsin.rollup_hour_view  SYNC;

TRUNCATE TABLE tocsin.rollup_hour;

INSERT INTO tocsin.rollup_hour 
SELECT workspace, dimension, value, time,
  items,
  repeats,
  complaints,
  negative,
  neutral,
  positive,
  mild,
  moderate,
  severe,
  implicit_complaints,
  rating_conflicts,
  stars_sum,
  ratings,
  rating_sum,
  satisfied,
  nps_answers,
  nps_promoters,
  nps_detractors,
  waits,
  wait_seconds_sum,
  resolutions,
  resolved_items,
  complaint_probability_sum,
  sentiment_probability_sum,
  arrival_delay_ms_sum,
  customers
FROM
(
  SELECT workspace, time, multiIf(grouping(channel) = grouping(workspace), 'channel', grouping(region) = grouping(workspace), 'region', grouping(product) = grouping(workspace), 'product', grouping(store) = grouping(workspace), 'store', grouping(agent) = grouping(workspace), 'agent', grouping(customer_group) = grouping(workspace), 'customer_group', grouping(customer_tier) = grouping(workspace), 'customer_tier', grouping(sentiment) = grouping(workspace), 'sentiment', grouping(severity) = grouping(workspace), 'severity', grouping(language) = grouping(workspace), 'language', grouping(model) = grouping(workspace), 'model', grouping(ids) = grouping(workspace), 'category', 'all') AS dimension, multiIf(grouping(channel) = grouping(workspace), [toString(channel)], grouping(region) = grouping(workspace), [toString(region)], grouping(product) = grouping(workspace), [toString(product)], grouping(store) = grouping(workspace), [toString(store)], grouping(agent) = grouping(workspace), [toString(agent)], grouping(customer_group) = grouping(workspace), [toString(customer_group)], grouping(customer_tier) = grouping(workspace), [toString(customer_tier)], grouping(sentiment) = grouping(workspace), [toString(sentiment)], grouping(severity) = grouping(workspace), [toString(severity)], grouping(language) = grouping(workspace), [toString(language)], grouping(model) = grouping(workspace), [toString(model)], grouping(ids) = grouping(workspace), arrayMap(id -> toString(id), ids), ['']) AS names,
  sum(row_items) AS items,
  sum(row_repeats) AS repeats,
  sum(row_complaints) AS complaints,
  sum(row_negative) AS negative,
  sum(row_neutral) AS neutral,
  sum(row_positive) AS positive,
  sum(row_mild) AS mild,
  sum(row_moderate) AS moderate,
  sum(row_severe) AS severe,
  sum(row_implicit_complaints) AS implicit_complaints,
  sum(row_rating_conflicts) AS rating_conflicts,
  sum(row_stars_sum) AS stars_sum,
  sum(row_ratings) AS ratings,
  sum(row_rating_sum) AS rating_sum,
  sum(row_satisfied) AS satisfied,
  sum(row_nps_answers) AS nps_answers,
  sum(row_nps_promoters) AS nps_promoters,
  sum(row_nps_detractors) AS nps_detractors,
  sum(row_waits) AS waits,
  sum(row_wait_seconds_sum) AS wait_seconds_sum,
  sum(row_resolutions) AS resolutions,
  sum(row_resolved_items) AS resolved_items,
  sum(row_complaint_probability_sum) AS complaint_probability_sum,
  sum(row_sentiment_probability_sum) AS sentiment_probability_sum,
  sum(row_arrival_delay_ms_sum) AS arrival_delay_ms_sum,
    uniqCombinedStateIf(12)(customer, row_customer) AS customers
  FROM
  (
    SELECT workspace, toDateTime(toStartOfHour(created_at, 'Asia/Shanghai'), 'UTC') AS time, channel, region, product, store, agent, customer_group, customer_tier, sentiment, severity, language, model, arrayDistinct(categories) AS ids, duplicate_of = '' AS original,
    original AS row_items,
    NOT original AS row_repeats,
    original AND complaint AS row_complaints,
    original AND sentiment = 'negative' AS row_negative,
    original AND sentiment = 'neutral' AS row_neutral,
    original AND sentiment = 'positive' AS row_positive,
    original AND severity = 'mild' AS row_mild,
    original AND severity = 'moderate' AS row_moderate,
    original AND severity = 'severe' AS row_severe,
    original AND implicit AND complaint AS row_implicit_complaints,
    original AND rating_conflict AS row_rating_conflicts,
    original * stars AS row_stars_sum,
    original AND rating IS NOT NULL AS row_ratings,
    original * ifNull(rating, 0) AS row_rating_sum,
    original AND ifNull(rating >= 4, false) AS row_satisfied,
    original AND nps IS NOT NULL AS row_nps_answers,
    original AND ifNull(nps >= 9, false) AS row_nps_promoters,
    original AND ifNull(nps <= 6, false) AS row_nps_detractors,
    original AND wait_seconds IS NOT NULL AS row_waits,
    original * ifNull(wait_seconds, 0) AS row_wait_seconds_sum,
    original AND resolved IS NOT NULL AS row_resolutions,
    original AND ifNull(resolved, false) AS row_resolved_items,
    original * toFloat64(complaint_probability) AS row_complaint_probability_sum,
    original * toFloat64(sentiment_probability) AS row_sentiment_probability_sum,
    toUInt64(original * greatest(dateDiff('millisecond', created_at, received_at), 0)) AS row_arrival_delay_ms_sum,
      cityHash64(workspace, if(customer_id != '', customer_id, customer_phone_hash)) AS customer, original AND (customer_id != '' OR customer_phone_hash != '') AS row_customer
    FROM tocsin.feedback 
  )
  GROUP BY GROUPING SETS ((workspace, time), (workspace, time, channel), (workspace, time, region), (workspace, time, product), (workspace, time, store), (workspace, time, agent), (workspace, time, customer_group), (workspace, time, customer_tier), (workspace, time, sentiment), (workspace, time, severity), (workspace, time, language), (workspace, time, model), (workspace, time, ids))
)
ARRAY JOIN names AS value
WHERE dimension = 'all' OR value != '' SETTINGS async_insert = 0, insert_deduplicate = 0, max_partitions_per_insert_block = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS tocsin.rollup_hour_view  TO tocsin.rollup_hour AS 
WITH duplicate_of = '' AS original, if(customer_id != '', customer_id, customer_phone_hash) AS customer
SELECT workspace, pair.1 AS dimension, pair.2 AS value, toDateTime(toStartOfHour(created_at, 'Asia/Shanghai'), 'UTC') AS time,
  sum(original) AS items,
  sum(NOT original) AS repeats,
  sum(original AND complaint) AS complaints,
  sum(original AND sentiment = 'negative') AS negative,
  sum(original AND sentiment = 'neutral') AS neutral,
  sum(original AND sentiment = 'positive') AS positive,
  sum(original AND severity = 'mild') AS mild,
  sum(original AND severity = 'moderate') AS moderate,
  sum(original AND severity = 'severe') AS severe,
  sum(original AND implicit AND complaint) AS implicit_complaints,
  sum(original AND rating_conflict) AS rating_conflicts,
  sum(original * stars) AS stars_sum,
  sum(original AND rating IS NOT NULL) AS ratings,
  sum(original * ifNull(rating, 0)) AS rating_sum,
  sum(original AND ifNull(rating >= 4, false)) AS satisfied,
  sum(original AND nps IS NOT NULL) AS nps_answers,
  sum(original AND ifNull(nps >= 9, false)) AS nps_promoters,
  sum(original AND ifNull(nps <= 6, false)) AS nps_detractors,
  sum(original AND wait_seconds IS NOT NULL) AS waits,
  sum(original * ifNull(wait_seconds, 0)) AS wait_seconds_sum,
  sum(original AND resolved IS NOT NULL) AS resolutions,
  sum(original AND ifNull(resolved, false)) AS resolved_items,
  sum(original * toFloat64(complaint_probability)) AS complaint_probability_sum,
  sum(original * toFloat64(sentiment_probability)) AS sentiment_probability_sum,
  sum(toUInt64(original * greatest(dateDiff('millisecond', created_at, received_at), 0))) AS arrival_delay_ms_sum,
  uniqCombinedStateIf(12)(cityHash64(workspace, customer), original AND customer != '') AS customers
FROM tocsin.feedback
ARRAY JOIN arrayConcat([('all', ''), ('channel', toString(channel)), ('region', toString(region)), ('product', toString(product)), ('store', toString(store)), ('agent', toString(agent)), ('customer_group', toString(customer_group)), ('customer_tier', toString(customer_tier)), ('sentiment', toString(sentiment)), ('severity', toString(severity)), ('language', toString(language)), ('model', toString(model))], arrayMap(category -> ('category', toString(category)), arrayDistinct(categories))) AS pair
WHERE (dimension = 'all' OR value != '') 
GROUP BY workspace, dimension, value, time;

DROP VIEW IF EXISTS tocsin.rollup_day_view  SYNC;

TRUNCATE TABLE tocsin.rollup_day;

INSERT INTO tocsin.rollup_day 
SELECT workspace, dimension, value, time,
  items,
  repeats,
  complaints,
  negative,
  neutral,
  positive,
  mild,
  moderate,
  severe,
  implicit_complaints,
  rating_conflicts,
  stars_sum,
  ratings,
  rating_sum,
  satisfied,
  nps_answers,
  nps_promoters,
  nps_detractors,
  waits,
  wait_seconds_sum,
  resolutions,
  resolved_items,
  complaint_probability_sum,
  sentiment_probability_sum,
  arrival_delay_ms_sum,
  customers
FROM
(
  SELECT workspace, time, multiIf(grouping(channel) = grouping(workspace), 'channel', grouping(region) = grouping(workspace), 'region', grouping(product) = grouping(workspace), 'product', grouping(store) = grouping(workspace), 'store', grouping(agent) = grouping(workspace), 'agent', grouping(customer_group) = grouping(workspace), 'customer_group', grouping(customer_tier) = grouping(workspace), 'customer_tier', grouping(sentiment) = grouping(workspace), 'sentiment', grouping(severity) = grouping(workspace), 'severity', grouping(language) = grouping(workspace), 'language', grouping(model) = grouping(workspace), 'model', grouping(ids) = grouping(workspace), 'category', 'all') AS dimension, multiIf(grouping(channel) = grouping(workspace), [toString(channel)], grouping(region) = grouping(workspace), [toString(region)], grouping(product) = grouping(workspace), [toString(product)], grouping(store) = grouping(workspace), [toString(store)], grouping(agent) = grouping(workspace), [toString(agent)], grouping(customer_group) = grouping(workspace), [toString(customer_group)], grouping(customer_tier) = grouping(workspace), [toString(customer_tier)], grouping(sentiment) = grouping(workspace), [toString(sentiment)], grouping(severity) = grouping(workspace), [toString(severity)], grouping(language) = grouping(workspace), [toString(language)], grouping(model) = grouping(workspace), [toString(model)], grouping(ids) = grouping(workspace), arrayMap(id -> toString(id), ids), ['']) AS names,
  sum(row_items) AS items,
  sum(row_repeats) AS repeats,
  sum(row_complaints) AS complaints,
  sum(row_negative) AS negative,
  sum(row_neutral) AS neutral,
  sum(row_positive) AS positive,
  sum(row_mild) AS mild,
  sum(row_moderate) AS moderate,
  sum(row_severe) AS severe,
  sum(row_implicit_complaints) AS implicit_complaints,
  sum(row_rating_conflicts) AS rating_conflicts,
  sum(row_stars_sum) AS stars_sum,
  sum(row_ratings) AS ratings,
  sum(row_rating_sum) AS rating_sum,
  sum(row_satisfied) AS satisfied,
  sum(row_nps_answers) AS nps_answers,
  sum(row_nps_promoters) AS nps_promoters,
  sum(row_nps_detractors) AS nps_detractors,
  sum(row_waits) AS waits,
  sum(row_wait_seconds_sum) AS wait_seconds_sum,
  sum(row_resolutions) AS resolutions,
  sum(row_resolved_items) AS resolved_items,
  sum(row_complaint_probability_sum) AS complaint_probability_sum,
  sum(row_sentiment_probability_sum) AS sentiment_probability_sum,
  sum(row_arrival_delay_ms_sum) AS arrival_delay_ms_sum,
    uniqCombinedStateIf(12)(customer, row_customer) AS customers
  FROM
  (
    SELECT workspace, toDateTime(toStartOfDay(created_at, 'Asia/Shanghai'), 'UTC') AS time, channel, region, product, store, agent, customer_group, customer_tier, sentiment, severity, language, model, arrayDistinct(categories) AS ids, duplicate_of = '' AS original,
    original AS row_items,
    NOT original AS row_repeats,
    original AND complaint AS row_complaints,
    original AND sentiment = 'negative' AS row_negative,
    original AND sentiment = 'neutral' AS row_neutral,
    original AND sentiment = 'positive' AS row_positive,
    original AND severity = 'mild' AS row_mild,
    original AND severity = 'moderate' AS row_moderate,
    original AND severity = 'severe' AS row_severe,
    original AND implicit AND complaint AS row_implicit_complaints,
    original AND rating_conflict AS row_rating_conflicts,
    original * stars AS row_stars_sum,
    original AND rating IS NOT NULL AS row_ratings,
    original * ifNull(rating, 0) AS row_rating_sum,
    original AND ifNull(rating >= 4, false) AS row_satisfied,
    original AND nps IS NOT NULL AS row_nps_answers,
    original AND ifNull(nps >= 9, false) AS row_nps_promoters,
    original AND ifNull(nps <= 6, false) AS row_nps_detractors,
    original AND wait_seconds IS NOT NULL AS row_waits,
    original * ifNull(wait_seconds, 0) AS row_wait_seconds_sum,
    original AND resolved IS NOT NULL AS row_resolutions,
    original AND ifNull(resolved, false) AS row_resolved_items,
    original * toFloat64(complaint_probability) AS row_complaint_probability_sum,
    original * toFloat64(sentiment_probability) AS row_sentiment_probability_sum,
    toUInt64(original * greatest(dateDiff('millisecond', created_at, received_at), 0)) AS row_arrival_delay_ms_sum,
      cityHash64(workspace, if(customer_id != '', customer_id, customer_phone_hash)) AS customer, original AND (customer_id != '' OR customer_phone_hash != '') AS row_customer
    FROM tocsin.feedback 
  )
  GROUP BY GROUPING SETS ((workspace, time), (workspace, time, channel), (workspace, time, region), (workspace, time, product), (workspace, time, store), (workspace, time, agent), (workspace, time, customer_group), (workspace, time, customer_tier), (workspace, time, sentiment), (workspace, time, severity), (workspace, time, language), (workspace, time, model), (workspace, time, ids))
)
ARRAY JOIN names AS value
WHERE dimension = 'all' OR value != '' SETTINGS async_insert = 0, insert_deduplicate = 0, max_partitions_per_insert_block = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS tocsin.rollup_day_view  TO tocsin.rollup_day AS 
SELECT workspace, dimension, value, toDateTime(toStartOfDay(hourly.time, 'Asia/Shanghai'), 'UTC') AS time,
  sum(hourly.items) AS items,
  sum(hourly.repeats) AS repeats,
  sum(hourly.complaints) AS complaints,
  sum(hourly.negative) AS negative,
  sum(hourly.neutral) AS neutral,
  sum(hourly.positive) AS positive,
  sum(hourly.mild) AS mild,
  sum(hourly.moderate) AS moderate,
  sum(hourly.severe) AS severe,
  sum(hourly.implicit_complaints) AS implicit_complaints,
  sum(hourly.rating_conflicts) AS rating_conflicts,
  sum(hourly.stars_sum) AS stars_sum,
  sum(hourly.ratings) AS ratings,
  sum(hourly.rating_sum) AS rating_sum,
  sum(hourly.satisfied) AS satisfied,
  sum(hourly.nps_answers) AS nps_answers,
  sum(hourly.nps_promoters) AS nps_promoters,
  sum(hourly.nps_detractors) AS nps_detractors,
  sum(hourly.waits) AS waits,
  sum(hourly.wait_seconds_sum) AS wait_seconds_sum,
  sum(hourly.resolutions) AS resolutions,
  sum(hourly.resolved_items) AS resolved_items,
  sum(hourly.complaint_probability_sum) AS complaint_probability_sum,
  sum(hourly.sentiment_probability_sum) AS sentiment_probability_sum,
  sum(hourly.arrival_delay_ms_sum) AS arrival_delay_ms_sum,
  uniqCombinedMergeState(12)(hourly.customers) AS customers
FROM tocsin.rollup_hour AS hourly
GROUP BY workspace, dimension, value, time;

DROP VIEW IF EXISTS tocsin.rollup_cross_hour_view  SYNC;

TRUNCATE TABLE tocsin.rollup_cross_hour;

INSERT INTO tocsin.rollup_cross_hour 
SELECT workspace, category, time, channel, region, customer_group,
  items,
  repeats,
  complaints,
  negative,
  neutral,
  positive,
  mild,
  moderate,
  severe
FROM
(
  SELECT workspace, ids, time, channel, region, customer_group,
  sum(row_items) AS items,
  sum(row_repeats) AS repeats,
  sum(row_complaints) AS complaints,
  sum(row_negative) AS negative,
  sum(row_neutral) AS neutral,
  sum(row_positive) AS positive,
  sum(row_mild) AS mild,
  sum(row_moderate) AS moderate,
  sum(row_severe) AS severe
  FROM
  (
    SELECT workspace, arrayDistinct(categories) AS ids, toDateTime(toStartOfHour(created_at, 'Asia/Shanghai'), 'UTC') AS time, channel, region, customer_group, duplicate_of = '' AS original,
    original AS row_items,
    NOT original AS row_repeats,
    original AND complaint AS row_complaints,
    original AND sentiment = 'negative' AS row_negative,
    original AND sentiment = 'neutral' AS row_neutral,
    original AND sentiment = 'positive' AS row_positive,
    original AND severity = 'mild' AS row_mild,
    original AND severity = 'moderate' AS row_moderate,
    original AND severity = 'severe' AS row_severe
    FROM tocsin.feedback
  )
  GROUP BY workspace, ids, time, channel, region, customer_group
)
ARRAY JOIN arrayConcat([''], arrayMap(id -> toString(id), ids)) AS category SETTINGS async_insert = 0, insert_deduplicate = 0, max_partitions_per_insert_block = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS tocsin.rollup_cross_hour_view  TO tocsin.rollup_cross_hour AS 
WITH duplicate_of = '' AS original
SELECT workspace, category, toDateTime(toStartOfHour(created_at, 'Asia/Shanghai'), 'UTC') AS time, channel, region, customer_group,
  sum(original) AS items,
  sum(NOT original) AS repeats,
  sum(original AND complaint) AS complaints,
  sum(original AND sentiment = 'negative') AS negative,
  sum(original AND sentiment = 'neutral') AS neutral,
  sum(original AND sentiment = 'positive') AS positive,
  sum(original AND severity = 'mild') AS mild,
  sum(original AND severity = 'moderate') AS moderate,
  sum(original AND severity = 'severe') AS severe
FROM tocsin.feedback
ARRAY JOIN arrayConcat([''], arrayMap(id -> toString(id), arrayDistinct(categories))) AS category
GROUP BY workspace, category, time, channel, region, customer_group;

DROP VIEW IF EXISTS tocsin.rollup_cross_day_view  SYNC;

TRUNCATE TABLE tocsin.rollup_cross_day;

INSERT INTO tocsin.rollup_cross_day 
SELECT workspace, category, time, channel, region, customer_group,
  items,
  repeats,
  complaints,
  negative,
  neutral,
  positive,
  mild,
  moderate,
  severe
FROM
(
  SELECT workspace, ids, time, channel, region, customer_group,
  sum(row_items) AS items,
  sum(row_repeats) AS repeats,
  sum(row_complaints) AS complaints,
  sum(row_negative) AS negative,
  sum(row_neutral) AS neutral,
  sum(row_positive) AS positive,
  sum(row_mild) AS mild,
  sum(row_moderate) AS moderate,
  sum(row_severe) AS severe
  FROM
  (
    SELECT workspace, arrayDistinct(categories) AS ids, toDateTime(toStartOfDay(created_at, 'Asia/Shanghai'), 'UTC') AS time, channel, region, customer_group, duplicate_of = '' AS original,
    original AS row_items,
    NOT original AS row_repeats,
    original AND complaint AS row_complaints,
    original AND sentiment = 'negative' AS row_negative,
    original AND sentiment = 'neutral' AS row_neutral,
    original AND sentiment = 'positive' AS row_positive,
    original AND severity = 'mild' AS row_mild,
    original AND severity = 'moderate' AS row_moderate,
    original AND severity = 'severe' AS row_severe
    FROM tocsin.feedback
  )
  GROUP BY workspace, ids, time, channel, region, customer_group
)
ARRAY JOIN arrayConcat([''], arrayMap(id -> toString(id), ids)) AS category SETTINGS async_insert = 0, insert_deduplicate = 0, max_partitions_per_insert_block = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS tocsin.rollup_cross_day_view  TO tocsin.rollup_cross_day AS 
SELECT workspace, category, toDateTime(toStartOfDay(hourly.time, 'Asia/Shanghai'), 'UTC') AS time, channel, region, customer_group,
  sum(hourly.items) AS items,
  sum(hourly.repeats) AS repeats,
  sum(hourly.complaints) AS complaints,
  sum(hourly.negative) AS negative,
  sum(hourly.neutral) AS neutral,
  sum(hourly.positive) AS positive,
  sum(hourly.mild) AS mild,
  sum(hourly.moderate) AS moderate,
  sum(hourly.severe) AS severe
FROM tocsin.rollup_cross_hour AS hourly
GROUP BY workspace, category, time, channel, region, customer_group;

DROP VIEW IF EXISTS tocsin.rollup_issue_day_view  SYNC;

TRUNCATE TABLE tocsin.rollup_issue_day;

INSERT INTO tocsin.rollup_issue_day 
SELECT workspace, dimension, category, value, time,
  items,
  repeats,
  complaints,
  negative,
  neutral,
  positive,
  mild,
  moderate,
  severe
FROM
(
  SELECT workspace, ids, time, multiIf(grouping(product) = grouping(workspace), 'product', grouping(store) = grouping(workspace), 'store', grouping(agent) = grouping(workspace), 'agent', '') AS dimension, multiIf(grouping(product) = grouping(workspace), toString(product), grouping(store) = grouping(workspace), toString(store), grouping(agent) = grouping(workspace), toString(agent), '') AS value,
  sum(row_items) AS items,
  sum(row_repeats) AS repeats,
  sum(row_complaints) AS complaints,
  sum(row_negative) AS negative,
  sum(row_neutral) AS neutral,
  sum(row_positive) AS positive,
  sum(row_mild) AS mild,
  sum(row_moderate) AS moderate,
  sum(row_severe) AS severe
  FROM
  (
    SELECT workspace, arrayDistinct(categories) AS ids, toDateTime(toStartOfDay(created_at, 'Asia/Shanghai'), 'UTC') AS time, product, store, agent, duplicate_of = '' AS original,
    original AS row_items,
    NOT original AS row_repeats,
    original AND complaint AS row_complaints,
    original AND sentiment = 'negative' AS row_negative,
    original AND sentiment = 'neutral' AS row_neutral,
    original AND sentiment = 'positive' AS row_positive,
    original AND severity = 'mild' AS row_mild,
    original AND severity = 'moderate' AS row_moderate,
    original AND severity = 'severe' AS row_severe
    FROM tocsin.feedback
  )
  GROUP BY GROUPING SETS ((workspace, ids, time, product), (workspace, ids, time, store), (workspace, ids, time, agent))
)
ARRAY JOIN arrayConcat([''], arrayMap(id -> toString(id), ids)) AS category
WHERE value != '' SETTINGS async_insert = 0, insert_deduplicate = 0, max_partitions_per_insert_block = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS tocsin.rollup_issue_day_view  TO tocsin.rollup_issue_day AS 
WITH duplicate_of = '' AS original, arrayConcat([''], arrayMap(id -> toString(id), arrayDistinct(categories))) AS ids
SELECT workspace, triple.1 AS dimension, triple.3 AS category, triple.2 AS value, toDateTime(toStartOfDay(created_at, 'Asia/Shanghai'), 'UTC') AS time,
  sum(original) AS items,
  sum(NOT original) AS repeats,
  sum(original AND complaint) AS complaints,
  sum(original AND sentiment = 'negative') AS negative,
  sum(original AND sentiment = 'neutral') AS neutral,
  sum(original AND sentiment = 'positive') AS positive,
  sum(original AND severity = 'mild') AS mild,
  sum(original AND severity = 'moderate') AS moderate,
  sum(original AND severity = 'severe') AS severe
FROM tocsin.feedback
ARRAY JOIN arrayFlatten(arrayMap(field -> arrayMap(id -> (field.1, field.2, id), ids), [('product', toString(product)), ('store', toString(store)), ('agent', toString(agent))])) AS triple
WHERE value != ''
GROUP BY workspace, dimension, category, value, time;
