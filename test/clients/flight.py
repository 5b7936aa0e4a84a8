# InfluxDB's client for version 3, or Arrow's driver for FlightSQL, runs one query; the rows, or what went wrong, as JSON.
import json
import sys

asked = json.load(sys.stdin)
url, token, database, query = (asked[name] for name in ("url", "token", "database", "query"))
# The path of a certificate to trust.
ca = asked.get("ca")


def influxdb3():
    from influxdb_client_3 import InfluxDBClient3

    trusted = {"ssl_ca_cert": ca} if ca else {}
    with InfluxDBClient3(host=url, token=token, database=database, **trusted) as connected:
        language = "influxql" if query.startswith("SHOW") else "sql"
        return connected.query(query, language=language).to_pylist()


def adbc():
    from adbc_driver_flightsql import DatabaseOptions, dbapi

    options = {
        DatabaseOptions.AUTHORIZATION_HEADER.value: f"Bearer {token}",
        f"{DatabaseOptions.RPC_CALL_HEADER_PREFIX.value}database": database,
    }
    if ca:
        with open(ca) as file:
            options[DatabaseOptions.TLS_ROOT_CERTS.value] = file.read()
    address = url.replace("https", "grpc+tls", 1).replace("http", "grpc", 1)
    with dbapi.connect(address, db_kwargs=options) as connected:
        with connected.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetch_arrow_table().to_pylist()


try:
    print(json.dumps({"rows": {"influxdb3": influxdb3, "adbc": adbc}[asked["client"]]()}))
except Exception as failure:
    print(json.dumps({"failed": str(failure)}))
