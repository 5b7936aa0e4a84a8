"""Does what it is told with the client library of InfluxDB 1.x, and tells how the library told it.

Reads {"port", "steps": [{"auth", "database", "write" or "query"}]} from standard input, writes a list of outcomes.
"""

import json
import sys

from influxdb import InfluxDBClient
from influxdb.exceptions import InfluxDBClientError, InfluxDBServerError


def client(port, auth, database):
    if "token" in auth:
        headers = {"Authorization": "Token " + auth["token"]}
        return InfluxDBClient("127.0.0.1", port, username=None, password=None, database=database, headers=headers)
    return InfluxDBClient("127.0.0.1", port, auth["username"], auth["password"], database)


def outcome(port, step):
    with client(port, step["auth"], step["database"]) as influx:
        try:
            if "write" in step:
                return {"ok": influx.write_points(step["write"], time_precision="s", batch_size=2)}
            return {"ok": list(influx.query(step["query"]).get_points())}
        except (InfluxDBClientError, InfluxDBServerError) as error:
            return {"error": type(error).__name__, "code": error.code if hasattr(error, "code") else None}


asked = json.load(sys.stdin)
json.dump([outcome(asked["port"], step) for step in asked["steps"]], sys.stdout)
