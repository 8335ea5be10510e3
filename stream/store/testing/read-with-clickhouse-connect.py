"""Reads the embedded store with a client that is not ours, and prints what it got as JSON: python3 … PORT."""
import json
import sys

import clickhouse_connect

client = clickhouse_connect.get_client(host="127.0.0.1", port=int(sys.argv[1]), database="tocsin", compress=sys.argv[2] == "compressed")
rows = client.query(
    "SELECT id, toString(created_at) AS at, created_at, text, categories, complaint_probability, rating, channel, complaint FROM feedback WHERE log_index < {below:UInt32} ORDER BY id",
    parameters={"below": 40},
)
streamed = 0
with client.query_row_block_stream("SELECT number FROM numbers(100000)") as stream:
    for block in stream:
        streamed += len(block)
try:
    client.command("DROP TABLE feedback")
    refused = ""
except Exception as error:
    refused = str(error)
print(json.dumps({
    "rows": [[row[0], row[1], row[2].timestamp() * 1000, row[3], list(row[4]), row[5], row[6], row[7], row[8]] for row in rows.result_rows],
    "streamed": streamed,
    "command": client.command("SELECT count() FROM feedback"),
    "csv": client.raw_query("SELECT id FROM feedback ORDER BY id LIMIT 1", fmt="CSV").decode(),
    "refused": refused,
}))
