"""Writes with the client library of InfluxDB 2, and tells how the library told it.

Reads {"url", "steps": [{"token", "org", "bucket", "write"}]} from standard input, writes a list of outcomes.
"""

import json
import sys

from influxdb_client import InfluxDBClient, Point
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException


def outcome(url, step):
    with InfluxDBClient(url=url, token=step["token"], org=step["org"], enable_gzip=step.get("gzip", False)) as influx:
        points = [Point(name).tag("by", "v2.py").field("f", value).time(time) for name, value, time in step["write"]]
        try:
            influx.write_api(write_options=SYNCHRONOUS).write(step["bucket"], record=points)
            return {"ok": True}
        except ApiException as error:
            return {"error": type(error).__name__, "status": error.status, "message": error.message}


asked = json.load(sys.stdin)
json.dump([outcome(asked["url"], step) for step in asked["steps"]], sys.stdout)
