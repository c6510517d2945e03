#!/usr/bin/env python3
"""make_catalog.py - derives assets/catalog/*.json from collected material.

    python3 scripts/make_catalog.py MATERIAL [CATALOG]

MATERIAL is a directory outside the project with prices_us_east_1.json, limits_aws.json,
lambda_coldstart_2026.json and idle_survival_curves.json; CATALOG is where the four files of
the project go (assets/catalog). Same material, same bytes. What the program reads is described
in sim/cost/catalog.h; this script decides how measurements become entries:

prices     Codes of sources are spelled out. A first tier of price 0 is a free allowance: it becomes
           free_per_month, and the bounds of the paid tiers move down by it, so that "free units
           first, then the tiers from 0" gives what the provider charges, and leaving the free
           units out gives the price without them. free_gb and free_units (units for every hour of the
           month) become free_per_month as well. Prices nobody collected are listed under `omitted`.
limits     One number an entry: lists and groups become KEY.NAME. Rules that hang on a price (chunk
           sizes, rounding, minimum times) become limits named PRICE.RULE.
runtimes   Log-normal fits are taken over as measured. The first run after an init is split per
           runtime, package and architecture; see `note` in runtimes.json and first_run() here.
keep-alive Published presets; azure-2021 is the measured curve made monotone (isotonic least
           squares), as percentiles.
"""
import json
import math
import re
import sys
from pathlib import Path

MONTH_H = 730
MB_PER_VCPU = 1769
WARM_MS = 1.0  # a warm hello-world handler; taken off the first run
DOCS = "AWS documentation (2026-10)"


def die(message):
    sys.exit(f"make_catalog.py: {message}")


def number(value):
    """Whole numbers without a fraction, so that the files read as people write."""
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else value


def plain(text):
    """Remarks of the collectors about their own work say nothing to a reader of the catalog."""
    text = re.sub(r",? *(NOT re-verified|unverified) (in )?this session", ", not re-verified", text)
    text = re.sub(r"; not re-read here", "", text).replace("dimensions, not", "dimensions not")
    return re.sub(r"\baws docs mirror\b", "AWS documentation, copy", text)


def write(path, head, groups):
    """One entry a line: small, and a change of one figure is a change of one line."""
    lines = [f"  {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in head.items()]
    for name, entries in groups.items():
        open_, close = ("{", "}") if isinstance(entries, dict) else ("[", "]")
        rows = [
            f"    {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in entries.items()
        ] if isinstance(entries, dict) else [f"    {row}" for row in entries]
        lines.append(f"  {json.dumps(name)}: {open_}\n" + ",\n".join(rows) + f"\n  {close}")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{path}: {path.stat().st_size} bytes")


# --- prices ---------------------------------------------------------------------------------

# One allowance over several prices.
POOLS = {
    "lambda.duration.x86": "lambda.gb_seconds",
    "lambda.duration.arm64": "lambda.gb_seconds",
    "sqs.standard.request": "sqs.requests",
    "sqs.fifo.request": "sqs.requests",
}

# Fields of a price that are rules of metering: they become limits.
RULES = {
    "round_ms": "ms", "round_s": "s", "min_s": "s", "min_ms": "ms", "chunk_kb": "KB",
    "included_gb": "GB", "memory_chunk_mb": "MB", "memory_round_mb": "MB", "max_mb": "MB",
    "min_gb": "GB", "base_kb": "KB", "extra_request_per_kb": "KB", "max_kb": "KB",
}
LCU_UNITS = {
    "new_conn_per_s": "1/s", "active_conn": "count", "gb_per_hour": "GB/h",
    "gb_per_hour_lambda": "GB/h", "rule_eval_per_s": "1/s",
}


def spelled_out(note, sources):
    """Codes of sources inside a remark become the beginning of the source's name."""
    def name_of(match):
        return re.split(r"[,(]| pricing| golden| mirror", sources[match.group(0)]["what"])[0].strip()
    return re.sub(r"\b(" + "|".join(sorted(sources, key=len, reverse=True)) + r")\b", name_of, note)


def price_entry(key, raw, sources):
    free = raw.get("free_per_month", 0) or raw.get("free_gb", 0) or raw.get("free_units", 0) * MONTH_H
    entry = {}
    if "tiers" in raw:
        tiers = raw["tiers"]
        if tiers[0][1] == 0:
            if free:
                die(f"price {key} has two free allowances")
            free = tiers[0][0]
            tiers = [[None if upto is None else upto - free, usd] for upto, usd in tiers[1:]]
        entry["tiers"] = [[None if upto is None else number(upto), usd] for upto, usd in tiers]
    else:
        entry["usd"] = raw["usd"]
    entry |= {"unit": raw["per"], "as_of": raw["as_of"]}
    entry["source"] = plain(sources[raw["source"]]["what"])
    if free and raw.get("free_tier", True):
        entry["free_per_month"] = number(free)
        if key in POOLS:
            entry["free_pool"] = POOLS[key]
    entry["confidence"] = raw["confidence"]
    if "note" in raw:
        entry["note"] = spelled_out(plain(raw["note"]), sources)
    return entry


def make_prices(material):
    sources, prices, omitted = material["sources"], {}, {}
    for key, raw in material["prices"].items():
        if "tiers" not in raw and raw["usd"] is None:
            omitted[key] = "a rule of metering, in limits-aws.json" if any(
                rule in raw for rule in RULES) else plain(raw.get("note", "not collected"))
        else:
            prices[key] = price_entry(key, raw, sources)
    head = {
        "format": "tepid-prices/1",
        "id": "aws/us-east-1/2026-10",
        "date": "2026-10",
        "currency": "USD",
        "note": "usd per unit, or graduated tiers [upper bound of the month's cumulative quantity, usd], the last "
                "bound null. Free units (only if the scenario asks for the free tier) go first, then "
                "the tiers from 0; prices of one free_pool share one allowance.",
    }
    return head, {"omitted": omitted, "prices": prices}


# --- limits ---------------------------------------------------------------------------------

# How lists become numbers: key -> (unit, names); None leaves an element out.
MIN_MAX, DEFAULT_RANGE = ["min", "max"], ["default", "min", "max"]
LISTS = {
    "lambda.memory_mb": ("MB", ["min", "max", "step"]),
    "lambda.timeout_s": ("s", ["min", "max", "default"]),
    "lambda.tmp_mb": ("MB", MIN_MAX),
    "lambda.net_mbps": ("Mbit/s", ["default", "raised_max"]),
    "lambda.init_timeout_pc_snap_s": ("s", MIN_MAX),
    "lambda.pc.alloc_per_min.prep_s": ("s", MIN_MAX),
    "lambda.pc.aas_target": ("share", ["min", "max", "example"]),
    "lambda.async.retries": ("count", DEFAULT_RANGE),
    "lambda.async.retry_delay_s": ("s", ["first", "second"]),
    "lambda.async.max_age_s": ("s", DEFAULT_RANGE),
    "lambda.async.throttle_backoff_s": ("s", ["first", "max"]),
    "esm.sqs.max_concurrency_setting": ("count", MIN_MAX),
    "esm.sqs.batch": ("messages", ["default", "max_standard", "max_fifo"]),
    "esm.sqs.window_s": ("s", ["default", "max"]),
    "esm.sqs.provisioned.min_pollers": ("count", DEFAULT_RANGE),
    "esm.sqs.provisioned.max_pollers": ("count", DEFAULT_RANGE),
    "esm.stream.batch": ("records", ["default", "max"]),
    "esm.stream.parallelization": ("count", ["default", "max"]),
    "esm.stream.retry": ("count", [None, "max"]),
    "esm.stream.max_record_age_s": ("s", [None, "max"]),
    "sqs.visibility_s": ("s", DEFAULT_RANGE),
    "sqs.retention_s": ("s", DEFAULT_RANGE),
    "sns.retry.managed.pre_backoff": ("", ["count", "delay_s"]),
    "sns.retry.managed.backoff": ("", ["count", "first_s", "max_s"]),
    "sns.retry.managed.post": ("", ["count", "delay_s"]),
    "sns.retry.customer.pre_backoff": ("", ["count", "delay_s"]),
    "sns.retry.customer.backoff": ("", ["count", "first_s", "max_s"]),
    "sns.retry.customer.post": ("", ["count", "delay_s"]),
    "eb.v2.retry.attempts": ("count", DEFAULT_RANGE),
    "eb.v2.retry.max_age_s": ("s", DEFAULT_RANGE),
    "sfn.standard.transition_bucket": ("", ["burst", "refill_per_s"]),
    "sfn.standard.start_bucket": ("", ["burst", "refill_per_s"]),
    "sfn.express.start_bucket": ("", ["burst", "refill_per_s"]),
    "apigw.rest.timeout_ms": ("ms", MIN_MAX),
    "apigw.burst.small_regions": ("", ["rate_per_s", "burst"]),
    "ddb.partition": ("1/s", ["rcu_per_s", "wcu_per_s"]),
    "ddb.ondemand.initial": ("1/s", ["rru_per_s", "wru_per_s"]),
    "ddb.table_default_quota": ("1/s", ["rru_per_s", "wru_per_s"]),
    "ddb.account_provisioned": ("1/s", ["rcu_per_s", "wcu_per_s"]),
    "ddb.aas.target": ("share", MIN_MAX),
    "kinesis.ondemand_initial_mb_per_s": ("MB/s", ["write", "read"]),
    "aurora.range": ("ACU", ["min", "max", "step"]),
    "aurora.autopause_s": ("s", DEFAULT_RANGE),
    "aurora.resume_s": ("s", ["typical", "after_24h"]),
    "s3.small_object_ms": ("ms", MIN_MAX),
}
for acu in (1, 4, 8, 16, 32, 64, 128, 256):
    LISTS[f"aurora.max_conn_by_max_acu.{acu}"] = ("connections", ["mysql", "postgres"])

# Limits that stand beside another one in the material, and their own key.
COMPANIONS = {
    ("lambda.pc.alloc_per_min", "prep_s"): "lambda.pc.prep_s",
    ("esm.sqs.initial", "idle_min"): "esm.sqs.idle_min",
    ("sqs.fifo.tps_per_partition", "batched_msgs"): "sqs.fifo.batched_msgs_per_s",
    ("sqs.fifo.ht_tps_us_east_1", "batched_msgs"): "sqs.fifo.ht_batched_msgs_per_s_us_east_1",
    ("apigw.burst", "small_regions"): "apigw.small_regions",
}
LISTS["lambda.pc.prep_s"] = LISTS.pop("lambda.pc.alloc_per_min.prep_s")
LISTS["apigw.small_regions"] = LISTS.pop("apigw.burst.small_regions")
NOTES = ("refill", "old", "old_until_2023_11", "conflict")
# What the end of a key says about its unit; the rest are counts.
UNITS = {
    "_s": "s", "_ms": "ms", "_mb": "MB", "_gb": "GB", "_kb": "KB", "_bytes": "B", "_gib": "GiB", "_per_s": "1/s",
    "_per_min": "1/min", "tps": "1/s", "tps_per_partition": "1/s", "_per_s_us_east_1": "1/s", "tps_us_east_1": "1/s",
    "_mb_per_s": "MB/s", "_fraction_of_target": "share", "console_default": "share", "_per_prefix": "1/s",
    "bytes_per_connection": "B", "apigw.rate": "1/s", "percent_default": "percent", "percent_of_max": "percent",
    "rps_per_10s_per_function": "1/s", "rps_per_concurrency": "1/s", "visibility_multiple": "times",
    "lambda.mb_per_vcpu": "MB",
}

# Text in the material that stands for numbers.
REWRITES = {
    "rds.max_conn": {
        "postgres": {"bytes_per_connection": 9531392, "max": 5000},
        "mysql": {"bytes_per_connection": 12582880},
    },
}
RENAMES = {"MBps": "mb_per_s", "in_MBps": "in_mb_per_s", "out_MBps": "out_mb_per_s",
           "in_rec": "in_records_per_s", "get_tps": "get_per_s"}

DELIVERY = "measured, producer to handler, eu-west-1, 1024 messages (bitesizedserverless.com, 2022-09)"
AURORA = "AWS documentation (2026-04) Aurora Serverless v2"
OURS = "our choice: no published figure; give the setting where you measured one"

READ_FIT = ("our fit: the wait for the next poll and the put come on top, and the whole has the median and 99th "
            "percentile of latency.kinesis, latency.ddb_stream")

# Facts that no file of the material holds as a number.
FARGATE_SIZES = "table of task sizes, as quoted by elasticscale.com from AWS documentation (task definition parameters)"
UNREAD = "AWS documentation, not re-verified"
MORE_LIMITS = [
    ("latency.sqs_ms.p50", 16.2, "ms", "2022-09", DELIVERY),
    ("latency.sqs_ms.p99", 105, "ms", "2022-09", DELIVERY),
    ("latency.sqs_fifo_ms.p50", 28.1, "ms", "2022-09", DELIVERY),
    ("latency.sqs_fifo_ms.p99", 645, "ms", "2022-09", DELIVERY),
    ("latency.sns_ms.p50", 73, "ms", "2022-09", DELIVERY),
    ("latency.sns_ms.p99", 225, "ms", "2022-09", DELIVERY),
    ("latency.sns_fifo_ms.p50", 40.1, "ms", "2022-09", DELIVERY),
    ("latency.sns_fifo_ms.p99", 497, "ms", "2022-09", DELIVERY),
    ("latency.sfn_standard_async_ms.p50", 142, "ms", "2022-09", DELIVERY),
    ("latency.sfn_standard_async_ms.p99", 313, "ms", "2022-09", DELIVERY),
    ("latency.sfn_standard_sync_ms.p50", 99, "ms", "2022-09", DELIVERY),
    ("latency.sfn_standard_sync_ms.p99", 250, "ms", "2022-09", DELIVERY),
    ("latency.sfn_express_async_ms.p50", 118, "ms", "2022-09", DELIVERY),
    ("latency.sfn_express_async_ms.p99", 298, "ms", "2022-09", DELIVERY),
    ("latency.sfn_express_sync_ms.p50", 77, "ms", "2022-09", DELIVERY),
    ("latency.sfn_express_sync_ms.p99", 241, "ms", "2022-09", DELIVERY),
    ("latency.kinesis_ms.p50", 627, "ms", "2022-09", DELIVERY),
    ("latency.kinesis_ms.p99", 1580, "ms", "2022-09", DELIVERY),
    ("latency.kinesis_efo_ms.p50", 49, "ms", "2022-09", DELIVERY),
    ("latency.kinesis_efo_ms.p99", 109, "ms", "2022-09", DELIVERY),
    ("latency.ddb_stream_ms.p50", 213, "ms", "2022-09", DELIVERY),
    ("latency.ddb_stream_ms.p99", 552, "ms", "2022-09", DELIVERY),
    ("latency.eventbridge_ms.p50", 50, "ms", "2026-02", "our reading: p90 80 ms at 2000 events/s (AWS blog 2026-02), median about 50 ms"),
    ("latency.eventbridge_ms.p99", 117, "ms", "2026-02", "our reading: p90 80 ms at 2000 events/s (AWS blog 2026-02), median about 50 ms"),
    ("latency.ddb_get_ms.p50", 3, "ms", "2026-04", "our reading of AWS documentation (2026-04): single-digit ms on average"),
    ("latency.ddb_get_ms.p99", 10, "ms", "2026-04", "our reading of AWS documentation (2026-04): single-digit ms on average"),
    ("latency.ddb_put_ms.p50", 4, "ms", "2026-04", "our reading of AWS documentation (2026-04): single-digit ms on average"),
    ("latency.ddb_put_ms.p99", 12, "ms", "2026-04", "our reading of AWS documentation (2026-04): single-digit ms on average"),
    ("latency.sqs_send_ms.p50", 5, "ms", "2026-11", OURS),
    ("latency.sqs_send_ms.p99", 25, "ms", "2026-11", OURS),
    ("latency.sns_publish_ms.p50", 8, "ms", "2026-11", OURS),
    ("latency.sns_publish_ms.p99", 30, "ms", "2026-11", OURS),
    ("latency.eventbridge_put_ms.p50", 8, "ms", "2026-11", OURS),
    ("latency.eventbridge_put_ms.p99", 40, "ms", "2026-11", OURS),
    ("latency.kinesis_put_ms.p50", 8, "ms", "2026-11", OURS),
    ("latency.kinesis_put_ms.p99", 30, "ms", "2026-11", OURS),
    ("latency.lambda_invoke_async_ms.p50", 10, "ms", "2026-11", OURS),
    ("latency.lambda_invoke_async_ms.p99", 40, "ms", "2026-11", OURS),
    ("latency.sfn_start_ms.p50", 15, "ms", "2026-11", OURS),
    ("latency.sfn_start_ms.p99", 60, "ms", "2026-11", OURS),
    ("latency.sql_ms.p50", 2, "ms", "2026-11", OURS),
    ("latency.sql_ms.p99", 20, "ms", "2026-11", OURS),
    ("latency.sql_connect_ms.p50", 8, "ms", "2026-11", OURS),
    ("latency.sql_connect_ms.p99", 40, "ms", "2026-11", OURS),
    ("latency.cache_ms.p50", 0.5, "ms", "2026-11", OURS),
    ("latency.cache_ms.p99", 2, "ms", "2026-11", OURS),
    ("latency.alb_ms.p50", 1.5, "ms", "2026-11", OURS),
    ("latency.alb_ms.p99", 6, "ms", "2026-11", OURS),
    ("latency.url_ms.p50", 2, "ms", "2026-11", OURS),
    ("latency.url_ms.p99", 8, "ms", "2026-11", OURS),
    ("latency.kinesis_read_ms.p50", 67, "ms", "2022-09", READ_FIT),
    ("latency.kinesis_read_ms.p99", 950, "ms", "2022-09", READ_FIT),
    ("latency.ddb_stream_read_ms.p50", 62.5, "ms", "2022-09", READ_FIT),
    ("latency.ddb_stream_read_ms.p99", 393, "ms", "2022-09", READ_FIT),
    ("kinesis.shard.out_burst_mb", 10, "MB", "2026-10", DOCS + " streams limits: 10 MB read, then none for 5 s"),
    ("kinesis.shards.max", 20000, "count", "2026-10", DOCS + " streams limits: default quota in us-east-1"),
    ("kinesis.retention_h.min", 24, "h", "2026-10", DOCS + " streams limits"),
    ("kinesis.retention_h.max", 8760, "h", "2026-10", DOCS + " streams limits"),
    ("esm.stream.failure_bytes", 1024, "B", "2026-11", OURS),
    ("lambda.memory_mb.default", 128, "MB", "2026-10", DOCS + " lambda/configuration-memory"),
    ("lambda.scale.window_s", 10, "s", "2026-10",
     DOCS + " scaling-behavior: per 10 s, refilled continuously"),
    ("lambda.burst_2023.initial", 3000, "instances, account-wide", "2023-11",
     "AWS documentation until 2023-11: us-east-1, us-west-2, eu-west-1 (1000 or 500 elsewhere)"),
    ("lambda.burst_2023.per_min", 500, "instances/min, account-wide", "2023-11",
     "AWS documentation until 2023-11"),
    ("lambda.snapstart.restore_timeout_s", 10, "s", "2026-10",
     DOCS + " lambda snapstart: restore and after-restore hook"),
    ("lambda.instance_tmp_included_mb", 512, "MB", "2026-10", DOCS + " lambda/gettingstarted-limits"),
    ("apigw.http.overhead_ms.p50", 4, "ms", "2020-03",
     "our reading of the AWS blog (2020-03): p99 below 10 ms"),
    ("apigw.http.overhead_ms.p99", 10, "ms", "2020-03", "AWS blog (2020-03): overhead p99 below 10 ms"),
    ("apigw.rest.overhead_ms.p50", 10, "ms", "2020-03",
     "our reading of the AWS blog (2020-03): HTTP API up to 60 % lower"),
    ("apigw.rest.overhead_ms.p99", 25, "ms", "2020-03",
     "our reading of the AWS blog (2020-03): HTTP API up to 60 % lower"),
    ("sdk.legacy.max_attempts", 5, "count", "2026-08-07", "botocore 0e6e2404b (2026-08-07), legacy mode"),
    ("sdk.legacy.ddb_attempts", 10, "count", "2026-08-07", "botocore 0e6e2404b (2026-08-07), legacy mode"),
    ("sdk.legacy.base_ms", 1000, "ms", "2026-08-07", "botocore 0e6e2404b (2026-08-07), legacy mode"),
    ("sdk.legacy.base_ddb_ms", 50, "ms", "2026-08-07", "botocore 0e6e2404b (2026-08-07), legacy mode"),
    ("lmi.headroom_factor", 2, "times", "2026-10", DOCS + " Lambda Managed Instances: traffic x2"),
    ("latency.sns_sqs_ms.p50", 15, "ms", "2022-09",
     "our reading: SNS FIFO to SQS to handler less SQS FIFO to handler, 12 ms in the median (bitesizedserverless.com, 2022-09)"),
    ("latency.sns_sqs_ms.p99", 60, "ms", "2026-11", OURS),
    ("sns.publish_per_s", 30000, "1/s", "2026-10", DOCS + " SNS endpoints and quotas: Publish, us-east-1, standard topics"),
    ("sns.batch_max", 10, "count", "2026-10", DOCS + " SNS PublishBatch"),
    ("sns.message_max_bytes", 262144, "B", "2026-10", DOCS + " SNS Publish"),
    ("eb.event_max_bytes", 1048576, "B", "2026-10", DOCS + " EventBridge PutEvents (256 KB until 2026-01)"),
    ("sns.filtered_max", 200, "count", "2026-10", DOCS + " SNS endpoints and quotas: filter policies per topic"),
    ("eb.put_batch_max", 10, "count", "2026-10", DOCS + " EventBridge PutEvents: entries of a request"),
    ("eb.rules_per_bus", 300, "count", "2026-10", DOCS + " eb-quota: rules per event bus"),
    ("eb.retry.backoff_s.first", 1, "s", "2026-11", OURS),
    ("eb.retry.backoff_s.max", 600, "s", "2026-11",
     "our choice: no published figure; with equal jitter 185 retries then take 22 of the 24 hours documented"),
    ("lmi.headroom_window_s", 300, "s", "2026-10", DOCS + " Lambda Managed Instances: in 5 min"),
    ("sqs.max_receive.default", 10, "receives", "2026-10",
     DOCS + " SQS console: maximum receives of a new redrive policy"),
    ("esm.sqs_2023.ramp_per_min", 60, "1/min", "2022-12",
     "AWS documentation until 2023-11: 60 more instances per minute"),
    ("esm.sqs_2023.max", 1000, "count", "2022-12",
     "AWS documentation until 2023-11: up to 1000 batches at once"),
    ("esm.sqs.rest_s", 300, "s", "2026-11",
     "our choice: pollers shrink after minutes without work, AWS gives no figure"),
    ("esm.sqs.throttle_backoff_s.first", 1, "s", "2026-11",
     "our choice: a throttled batch is tried again with a back-off, AWS gives no figure"),
    ("esm.sqs.throttle_backoff_s.max", 10, "s", "2026-11",
     "our choice: a throttled batch is tried again with a back-off, AWS gives no figure"),
    ("ddb.unit_bytes.read", 4096, "bytes", "2026-04", "AWS documentation: a read unit is one strong read of up to 4 KB"),
    ("ddb.unit_bytes.write", 1024, "bytes", "2026-04", "AWS documentation: a write unit is one write of up to 1 KB"),
    ("ddb.item_bytes.max", 409600, "bytes", "2026-04", "AWS documentation: an item is at most 400 KB, names included"),
    ("ddb.query_page_bytes", 1048576, "bytes", "2026-04", "AWS documentation: one query reads at most 1 MB"),
    ("ddb.ondemand.peak_window_s", 60, "s", "2026-11", "our choice: a peak of traffic is the mean of a minute"),
    ("ddb.split_after_s", 300, "s", "2026-11",
     "our choice: AWS documentation says sustained heat, minutes; no published figure"),
    ("ddb.aas.in_gap", 0.2, "share", "2026-11",
     "AWS knowledge center, dynamodb-auto-scaling: in when 20 points below the target for 15 minutes"),
    ("ddb.aas.alarm_lag_s", 60, "s", "2026-04", "our reading of AWS documentation (2026-04): up to a few minutes"),
    ("ddb.update_table_s", 120, "s", "2026-04", "our reading of AWS documentation (2026-04): several minutes"),
    ("ddb.decreases.at_will", 4, "count/day", "2026-04", "AWS documentation: four decreases a day at any time"),
    ("ddb.decreases.spacing_s", 3600, "s", "2026-04",
     "AWS documentation: one more whenever the last hour saw none; 27 a day in all"),
    ("elasticache.serverless.ecpu_bytes", 1024, "bytes", "2026-06",
     "AWS price page: a request is 1 ECPU for each KB it transfers, at least 1"),
    ("s3.connection_mb_per_s", 85, "MB/s", "2026-04", "AWS documentation, S3 performance: 85-90 MB/s for one request"),
    ("latency.s3_event_ms.p50", 200, "ms", "2026-11", OURS + "; AWS documentation: typically seconds"),
    ("latency.s3_event_ms.p99", 1500, "ms", "2026-11", OURS + "; AWS documentation: typically seconds"),
    ("sfn.standard.max_s", 31536000, "s", "2026-10", DOCS + " step-functions/service-quotas: 1 year"),
    ("sfn.standard.state_ms", 20, "ms", "2026-11", OURS),
    ("sfn.express.state_ms", 5, "ms", "2026-11", OURS),
    ("aurora.max_conn_by_max_acu.192.mysql", 6000, "connections", "2026-04", AURORA + ": 192 and 256 ACU alike"),
    ("aurora.max_conn_by_max_acu.192.postgres", 5000, "connections", "2026-04", AURORA + ": 192 and 256 ACU alike"),
    ("aurora.max_conn_small_min.acu", 0.5, "ACU", "2026-04", AURORA + ": minimum up to which PostgreSQL is capped"),
    ("aurora.max_conn_small_min.postgres", 2000, "connections", "2026-04", AURORA + ": with a minimum of 0 or 0.5 ACU"),
    ("aurora.max_acu.min", 1, "ACU", "2026-04", AURORA + ": the maximum is at least 1 ACU"),
    ("aurora.default_acu.min", 0.5, "ACU", "2026-10", "default of the AWS CDK, aws-rds DatabaseCluster"),
    ("aurora.default_acu.max", 2, "ACU", "2026-10", "default of the AWS CDK, aws-rds DatabaseCluster"),
    ("aurora.long_pause_s", 86400, "s", "2026-04", AURORA + ": resume takes longer after more than 24 h"),
    ("aurora.queries_per_acu", 1, "queries", "2026-11", OURS),
    ("aurora.scale_every_s", 30, "s", "2025-01", "laniakeaconsult.com (2025-01): 15-90 s a step; AWS gives no constant"),
    ("aurora.scale_step", 0.5, "share", "2026-11", OURS),
    ("aurora.scale_target", 0.7, "share", "2026-11", OURS),
    ("rds.queries_per_vcpu", 4, "queries", "2026-11", OURS + "; 8 GiB, as of 4 ACU, stand beside a vCPU of the r classes"),
    ("rdsproxy.min_acu", 8, "ACU", "unverified", "long-standing public price list, not re-verified"),
    ("rdsproxy.min_vcpu", 2, "vCPU", "unverified", "long-standing public price list, not re-verified"),
    ("lambda.pc.aas_alarm.low_points", 15, "count", "2026-10",
     DOCS + " provisioned-concurrency: target tracking scales in after 15 points"),
    ("apigw.http.authorizer_timeout_ms", 10000, "ms", "2026-10", DOCS + " http-api-quotas: Lambda authorizer response"),
    ("apigw.authorizer.ttl_s.default", 300, "s", "2026-10", DOCS + " API Gateway CreateAuthorizer"),
    ("apigw.authorizer.ttl_s.max", 3600, "s", "2026-10", DOCS + " API Gateway CreateAuthorizer"),
    ("apigw.rest.cache.ttl_s.default", 300, "s", "2026-10", DOCS + " api-gateway-caching"),
    ("apigw.rest.cache.ttl_s.max", 3600, "s", "2026-10", DOCS + " api-gateway-caching"),
    ("fargate.start_s.min", 30, "s", "2026-11", "awsnegotiations (2026): a Fargate task starts in 30 to 60 s"),
    ("fargate.start_s.max", 60, "s", "2026-11", "awsnegotiations (2026): a Fargate task starts in 30 to 60 s"),
    *[(f"fargate.vcpu_{vcpu}.memory_gb.{name}", value, "GB", "2026-11", FARGATE_SIZES)
      for vcpu, *sizes in [("0.25", 0.5, 2, 1), ("0.5", 1, 4, 1), ("1", 2, 8, 1), ("2", 4, 16, 1), ("4", 8, 30, 1),
                           ("8", 16, 60, 4), ("16", 32, 120, 8)]
      for name, value in zip(("min", "max", "step"), sizes)],
    ("ecs.tasks_per_service", 5000, "tasks", "2026-11", UNREAD + ": AmazonECS service quotas"),
    ("ecs.health_check_s", 30, "s", "2026-11",
     "our reading of AWS documentation, ELB target-group-health-checks: a new target must pass one check; every 30 s by default"),
    ("ecs.aas.period_s", 60, "s", "2026-11", UNREAD + ": ECS service metrics, one point a minute"),
    ("ecs.aas.out_points", 3, "points", "2026-11", "fortem.dev ecs-fargate-autoscaling: about 3 minutes above the target"),
    ("ecs.aas.in_points", 15, "points", "2026-11", "fortem.dev ecs-fargate-autoscaling: about 15 minutes below"),
    ("ecs.aas.low_fraction_of_target", 0.9, "share", "2026-11",
     "our reading: as for other services, scales in more than 10 % below the target"),
    ("alb.free_rules", 10, "rules", "2026-11", UNREAD + ": ELB pricing, the first 10 processed rules are free"),
    ("alb.idle_timeout_s.default", 60, "s", "2026-11", UNREAD + ": ALB connection idle timeout"),
    ("alb.idle_timeout_s.min", 1, "s", "2026-11", UNREAD + ": ALB connection idle timeout"),
    ("alb.idle_timeout_s.max", 4000, "s", "2026-11", UNREAD + ": ALB connection idle timeout"),
] + [
    (f"rds.class.{name}.{what}", value, unit, "2026-10", DOCS + " rds db-instance-class-types")
    for name, gib, vcpu in (
        ("db.t4g.micro", 1, 2), ("db.t4g.small", 2, 2), ("db.t4g.medium", 4, 2), ("db.t4g.large", 8, 2),
        ("db.t3.medium", 4, 2), ("db.m5.large", 8, 2), ("db.r6g.large", 16, 2), ("db.r7g.xlarge", 32, 4),
        ("db.r8g.large", 16, 2), ("db.r8g.xlarge", 32, 4))
    for what, value, unit in (("memory_gib", gib, "GiB"), ("vcpu", vcpu, "vCPU"))
]


def limit_as_of(source, default):
    found = re.search(r"\((\d{4}-\d{2}(?:-\d{2})?)\)", source)
    return found.group(1) if found else default


def limit_unit(key):
    """By the longest ending known, of the whole key or, failing that, of the part before the last dot
    ("aas.cooldown_s.ecs")."""
    while key:
        for ending in sorted(UNITS, key=len, reverse=True):
            if key.endswith(ending):
                return UNITS[ending]
        key = key.rpartition(".")[0]
    return "count"


def flatten(key, value):
    """Yields (key, number, unit) for a number, a named list or a group."""
    key = ".".join(RENAMES.get(part, part) for part in key.split("."))
    key = key.replace("_MBps", "_mb_per_s")
    if isinstance(value, dict):
        for name, part in value.items():
            yield from flatten(f"{key}.{name}", part)
    elif isinstance(value, list):
        if key not in LISTS:
            die(f"limit {key}: name the elements of {value} in LISTS")
        list_unit, names = LISTS[key]
        for name, part in zip(names, value, strict=True):
            if name is not None:
                yield f"{key}.{name}", part, list_unit or limit_unit(name)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield key, value, limit_unit(key)


def price_rules(prices, sources):
    for key, raw in prices.items():
        rules = {k: (v, RULES[k]) for k, v in raw.items() if k in RULES}
        rules |= {k: (v, LCU_UNITS[k]) for k, v in raw.get("lcu", {}).items()}
        for rule, (value, unit) in rules.items():
            entry = {"value": value, "unit": unit, "as_of": raw["as_of"]}
            entry["source"] = plain(sources[raw["source"]]["what"])
            yield f"{key}.{rule}", entry


def limit_note(raw, unit):
    """What the material says beside the number; its `unit` of a single number is often a remark."""
    parts = [] if isinstance(raw["v"], (list, dict)) or raw["unit"] in ("", unit) else [raw["unit"]]
    parts += [f"before: {raw[name]}" if name.startswith("old") else raw[name] for name in NOTES if name in raw]
    return "; ".join(plain(part) for part in parts)


def limit_entries(key, raw, default_as_of):
    as_of = limit_as_of(raw["source"], default_as_of)
    parts = list(flatten(key, REWRITES.get(key, raw["v"])))
    for (owner, name), own_key in COMPANIONS.items():
        if owner == key:
            parts += flatten(own_key, raw[name])
    for part_key, value, unit in parts:
        entry = {"value": number(value), "unit": unit, "as_of": as_of, "source": plain(raw["source"])}
        note = limit_note(raw, unit)
        if note and part_key == key:
            entry["note"] = note
        yield part_key, entry


def make_limits(material, prices):
    limits = {}
    for key, raw in material["limits"].items():
        limits.update(limit_entries(key, raw, material["as_of"]))
    limits.update(price_rules(prices["prices"], prices["sources"]))
    for key, value, unit, as_of, source in MORE_LIMITS:
        if key in limits:
            die(f"limit {key} is in the material already")
        limits[key] = {"value": value, "unit": unit, "as_of": as_of, "source": source}
    head = {"format": "tepid-limits/1", "date": material["as_of"]}
    return head, {"limits": dict(sorted(limits.items()))}


# --- runtimes -------------------------------------------------------------------------------

# As measured -> as users write it, and other names for it.
RUNTIMES = {
    "nodejs24.x": ("nodejs24", ["nodejs24.x"]),
    "nodejs22.x": ("nodejs22", ["nodejs22.x"]),
    "nodejs20.x": ("nodejs20", ["nodejs20.x"]),
    **{f"python3.{n}": (f"python3.{n}", []) for n in range(14, 8, -1)},
    **{f"ruby3.{n}": (f"ruby3.{n}", []) for n in (4, 3, 2)},
    **{f"java{n}": (f"java{n}", []) for n in (25, 21, 17, 11)},
    "java8.al2": ("java8", ["java8.al2"]),
    "dotnet10": ("dotnet10", []),
    "dotnet8": ("dotnet8", []),
    "dotnet10 aot (prov.al2023)": ("dotnet10-aot", []),
    "dotnet9 aot (prov.al2023)": ("dotnet9-aot", []),
    "dotnet8 aot (prov.al2023)": ("dotnet8-aot", []),
    "dotnet7 aot (prov.al2)": ("dotnet7-aot", []),
    "go (prov.al2023)": ("go", ["provided.al2023", "golang"]),
    "go (prov.al2)": ("go-al2", ["provided.al2"]),
    "rust (prov.al2023)": ("rust", []),
    "rust (prov.al2)": ("rust-al2", []),
    "c++ 11 (prov.al2023)": ("cpp", ["c++"]),
    "c++ 11 (prov.al2)": ("cpp-al2", []),
    "llrt (prov.al2023)": ("llrt", []),
    "bun (prov.al2)": ("bun", []),
    "bun layer(prov.al2)": ("bun-layer", []),
    "graalvm java23 (prov.al2023)": ("graalvm-java23", []),
    "graalvm java21 (prov.al2023)": ("graalvm-java21", []),
    "graalvm java17 (prov.al2)": ("graalvm-java17", []),
    "quarkus (prov.al2)": ("quarkus", []),
    "apple swift 6.2 (prov.al2)": ("swift", ["swift6.2"]),
    "apple swift 5.8 (prov.al2)": ("swift5.8", []),
    "shell (prov.al2023)": ("shell", []),
    "shell (prov.al2)": ("shell-al2", []),
}
SNAPSTART = {
    **{f"java{n}": "free" for n in (11, 17, 21, 25)},
    **{f"python3.{n}": "paid" for n in (12, 13, 14)},
    **{f"dotnet{n}": "paid" for n in (8, 10)},
}
# Middle of the measured medians; p99 0.81-1.26 s over all of them.
RESTORE_SOURCE = "lambda-perf, SnapStart hello world, 300 restores each (2025-06)"
RESTORE_P50_MS = {"java11": 675, "java17": 757, "java21": 712}
RESTORE_OTHER_MS, RESTORE_P99_MS = 700, 1000

RUNTIME_NOTE = (
    "init: log-normal of the init duration in ms (mu, sigma of its natural logarithm), as fitted to n cold starts; "
    "p50 and p99 are measured, for reference. The first run after an init takes longer than later ones: first_ms is the mean "
    "duration of the hello-world handler in that run. Rule, per runtime, package and architecture: if first_ms at 256 MB "
    "is at least twice that at 1024 MB the extra is CPU work that scales with memory, first_run_cpu_ms = mean over "
    "the sizes of (first_ms - 1) * memory / 1769; otherwise it does not scale, first_run_ms = median of (first_ms - 1). The "
    "1 ms is a warm hello-world handler (assumed, not measured). Memory does not slow the init itself."
)


def median(values):
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def first_run(rows):
    """(constant ms, ms of work at one vCPU); one of them is 0. At 128 MB some runtimes that
    are flat elsewhere take 10 ms, so that size does not decide and a median keeps it out."""
    first = {row["memory_mb"]: row["first_invoke_ms_mean"] for row in rows}
    extra = {memory: max(0.0, ms - WARM_MS) for memory, ms in first.items()}
    if first[256] >= 2 * first[1024]:
        work = [ms * min(1.0, memory / MB_PER_VCPU) for memory, ms in extra.items()]
        return 0, round(sum(work) / len(work), 2)
    return round(median(extra.values()), 2), 0


def restore_of(name):
    law = {"p50_ms": RESTORE_P50_MS.get(name, RESTORE_OTHER_MS), "p99_ms": RESTORE_P99_MS,
           "unit": "ms", "as_of": "2025-06", "source": RESTORE_SOURCE}
    if name not in RESTORE_P50_MS:
        law["note"] = "not measured: taken from Java"
    return law


def cell_text(package, arch, rows):
    rows = sorted(rows, key=lambda row: row["memory_mb"])
    constant_ms, cpu_ms = first_run(rows)
    sizes = [[row["memory_mb"], row["n"], round(row["lognormal"]["mu"], 4), round(row["lognormal"]["sigma"], 4),
              row["init_ms"]["p50"], row["init_ms"]["p99"], row["first_invoke_ms_mean"]] for row in rows]
    cell = {"package": package, "arch": arch, "first_run_ms": constant_ms,
            "first_run_cpu_ms": cpu_ms, "sizes": sizes}
    return json.dumps(cell)


def make_runtimes(material):
    cells = {}
    for row in material["rows"]:
        cells.setdefault(row["runtime"], {}).setdefault((row["package"], row["arch"]), []).append(row)
    missing = set(cells) ^ set(RUNTIMES)
    if missing:
        die(f"runtimes without a name, or names without a measurement: {sorted(missing)}")
    entries, aliases, restore = [], {}, {}
    for measured_as, (name, others) in RUNTIMES.items():
        rows = cells[measured_as]
        keys = sorted(rows, key=lambda k: (k[0] != "zip", k[1] != "x86_64"))
        body = ",\n      ".join(cell_text(*key, rows[key]) for key in keys)
        entries.append(f'{{"name": {json.dumps(name)}, "measured_as": {json.dumps(measured_as)}, '
                       f'"snapstart": {json.dumps(SNAPSTART.get(name, "none"))}, "cells": [\n      {body}]}}')
        aliases.update({other: name for other in others})
        if name in SNAPSTART:
            restore[name] = restore_of(name)
    head = {
        "format": "tepid-runtimes/1",
        "date": material["as_of"],
        "as_of": material["as_of"],
        "source": material["source"] + "; " + material["licence"],
        "note": RUNTIME_NOTE,
        "sizes": ["memory_mb", "n", "mu", "sigma", "p50_ms", "p99_ms", "first_ms"],
    }
    return head, {"aliases": aliases, "restore": restore, "runtimes": entries}


# --- keep-alive -----------------------------------------------------------------------------

SHILKOV = "Mikhail Shilkov, mikhail.io/serverless/coldstarts (MIT), measured curve of "


def isotonic(values):
    """Least-squares non-decreasing fit: neighbours that violate the order are pooled."""
    pools = []
    for value in values:
        pools.append([value, 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            value, count = pools.pop()
            before, more = pools.pop()
            pools.append([(before * more + value * count) / (more + count), more + count])
    return [round(value, 4) for value, count in pools for _ in range(count)]


def curve_of(material, provider, date):
    for curve in material["curves"]:
        if (curve["provider"], curve["date"]) == (provider, date):
            return curve["points"]
    die(f"no curve of {provider} {date}")


def percentiles_of(points):
    """Shares 0..1, strictly increasing, and the seconds at them: corners of the monotone curve.
    The end of a flat stretch gets a share a hair above its beginning."""
    minutes = [p[0] for p in points]
    cold = isotonic([p[1] for p in points])
    shares, seconds = [], []
    for i, share in enumerate(cold):
        starts = i > 0 and share > cold[i - 1]
        ends = i + 1 < len(cold) and cold[i + 1] > share
        if share == 0 and not ends:
            continue
        if starts or (ends and not shares):
            shares.append(share)
            seconds.append(minutes[i] * 60)
        elif ends:
            shares.append(round(share + 1e-6, 6))
            seconds.append(minutes[i] * 60)
    if shares[-1] < 1:
        shares.append(1)
        seconds.append(minutes[-1] * 60)
    return [number(s) for s in shares], [number(s) for s in seconds]


def make_keep_alive(material):
    shares, seconds = percentiles_of(curve_of(material, "azure", "2021-01-07"))
    google = curve_of(material, "gcp", "2021-01-07")
    last_warm_min = max(t for t, cold in google if cold == 0)
    presets = {
        "aws-2021": {"law": "uniform", "low_s": 300, "high_s": 420, "as_of": "2021-01",
                     "source": SHILKOV + "2021-01-07: warm at 5 min, 0.41 cold at 6, all cold at 7"},
        "aws-2020": {"law": "constant", "value_s": 600, "as_of": "2020-04",
                     "source": SHILKOV + "2020-04-26: a step at 10 min"},
        "aws-2019": {"law": "uniform", "low_s": 1560, "high_s": 3900, "as_of": "2019-06",
                     "source": SHILKOV + "2019-02 to 2019-06: linear from 26 to 65 min"},
        "azure-2021": {"law": "percentiles", "shares": shares, "values_s": seconds, "as_of": "2021-01",
                       "source": SHILKOV + "2021-01-07",
                       "note": "made monotone; the 2.5 % still warm at 60 min, where the measurement ends, are cut there"},
        "gcf-2021": {"law": "constant", "value_s": number(last_warm_min * 60), "as_of": "2021-01",
                     "source": SHILKOV + "2021-01-07: a step at 15 min"},
        "none": {"law": "constant", "value_s": 0, "as_of": "2026-10", "source": "by definition: every start is cold"},
        "forever": {"law": "forever", "as_of": "2026-10", "source": "by definition: idle instances stay"},
    }
    return {"format": "tepid-keep-alive/1", "date": "2021-01", "unit": "s"}, {"presets": presets}


def main():
    if len(sys.argv) not in (2, 3) or sys.argv[1].startswith("-"):
        die("usage: make_catalog.py MATERIAL [CATALOG]; see the head of this file")
    material = Path(sys.argv[1])
    catalog = Path(sys.argv[2] if len(sys.argv) == 3 else Path(__file__).parent.parent / "assets/catalog")
    catalog.mkdir(parents=True, exist_ok=True)

    def load(name):
        return json.loads((material / name).read_text(encoding="utf-8"))

    prices = load("prices_us_east_1.json")
    write(catalog / "prices-aws-us-east-1.json", *make_prices(prices))
    write(catalog / "limits-aws.json", *make_limits(load("limits_aws.json"), prices))
    write(catalog / "runtimes.json", *make_runtimes(load("lambda_coldstart_2026.json")))
    write(catalog / "keep-alive.json", *make_keep_alive(load("idle_survival_curves.json")))


if __name__ == "__main__":
    main()
