# InfluxDB's client for version 3, or Arrow's driver for FlightSQL, runs one query; the rows, or what went wrong, as JSON.
import json
import sys

asked = json.load(sys.stdin)
url, token, database, query = (asked[name] for name in ("url", "token", "database", "query"))


def influxdb3():
    from influxdb_client_3 import InfluxDBClient3

    with InfluxDBClient3(host=url, token=token, database=database) as connected:
        language = "influxql" if query.startswith("SHOW") else "sql"
        return connected.query(query, language=language).to_pylist()


def adbc():
    from adbc_driver_flightsql import DatabaseOptions, dbapi

    options = {
        DatabaseOptions.AUTHORIZATION_HEADER.value: f"Bearer {token}",
        f"{DatabaseOptions.RPC_CALL_HEADER_PREFIX.value}database": database,
    }
    with dbapi.connect(url.replace("http", "grpc", 1), db_kwargs=options) as connected:
        with connected.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetch_arrow_table().to_pylist()


try:
    print(json.dumps({"rows": {"influxdb3": influxdb3, "adbc": adbc}[asked["client"]]()}))
except Exception as failure:
    print(json.dumps({"failed": str(failure)}))
