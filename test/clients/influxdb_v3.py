"""Writes with the client library of InfluxDB 3, and tells how the library told it.

Reads {"url", "steps": [{"token", "database", "v2", "line"}]} from standard input, writes a list of outcomes.
"""

import json
import sys

from influxdb_client_3 import InfluxDBClient3
from influxdb_client_3.exceptions import InfluxDBError


def outcome(url, step):
    options = {"write_use_v2_api": step.get("v2", False)}
    with InfluxDBClient3(host=url, token=step["token"], database=step["database"], **options) as influx:
        try:
            influx.write(step["line"])
            return {"ok": True}
        except InfluxDBError as error:
            return {"error": type(error).__name__, "message": str(error)}


asked = json.load(sys.stdin)
json.dump([outcome(asked["url"], step) for step in asked["steps"]], sys.stdout)
