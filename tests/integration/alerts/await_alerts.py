"""await_alerts.py "NAME STATE [PORT]"...: has Prometheus these alerts and no others, all of host "other"?

Asked when it has scraped both hosts, and evaluated every rule, since this was called.
"""
import json
import sys
import time
import urllib.parse
import urllib.request

want, began = {f"other {words}" for words in sys.argv[1:]}, time.time()


def get(path, **query):
    address = f"http://127.0.0.1:9090/api/v1/{path}?{urllib.parse.urlencode(query)}"
    try:
        return json.load(urllib.request.urlopen(address, timeout=10))["data"]
    except OSError: # not up yet
        return None


def scraped():
    """When each host was last."""
    times = get("query", query="timestamp(up)")
    return {row["metric"]["instance"]: float(row["value"][1]) for row in times["result"]} if times else {}


def evaluations():
    """When each rule was last."""
    return [rule["lastEvaluation"] for group in get("rules")["groups"] for rule in group["rules"]]


def alerts():
    found = get("alerts")["alerts"]
    return {" ".join(filter(None, (a["labels"]["instance"], a["labels"]["alertname"], a["state"], a["labels"].get("port"))))
            for a in found}


def until(what, true):
    end = time.monotonic() + 60
    while not true():
        if time.monotonic() > end:
            sys.exit(f"no {what} within a minute")
        time.sleep(0.1)


def is_scraped():
    times = scraped()
    return len(times) == 2 and min(times.values()) > began


until("scrape", is_scraped)
for _ in range(2): # one may have begun before
    seen = evaluations()
    until("evaluation", lambda: all(now != then for now, then in zip(evaluations(), seen)))
if alerts() != want:
    sys.exit(f"{sorted(alerts())}, not {sorted(want)}")
