"""What .ci/record-answers asks, and how an answer becomes an example that says nothing of where it was recorded."""

import json, re, sys, time, urllib.error, urllib.parse, urllib.request

URL, CUSTOMER_PASSWORD, ADMIN_PASSWORD, GIFT_CARD = sys.argv[1:]
CUSTOMER = "customer@example.com"
NOW = 1_767_225_600
# Of a list so many items are shown: those that follow are alike, or written in the same second.
ITEMS = 1
# Of a text so many characters.
CHARACTERS = 200
# What takes away what others show comes after them, and what ends a session or an account last.
LATE = re.compile(r"reset|close|cancel|disable|toggle")
LATER = re.compile(r"drop|elete|uninstall")
LAST = ["removeActiveSession", "changePassword", "resetSecret", "resetSecurity", "logout", "ban", "destroy"]

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HEX = re.compile(r"\b[0-9a-fA-F]{16,64}\b")
GIFT = re.compile(r"GC[0-9A-F]{6,12}")
DATE = re.compile(r"(?<![0-9])20[0-9]{2}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(r"(?<![0-9])[0-9]{2}:[0-9]{2}:[0-9]{2}(?![0-9])")
ADDRESS = re.compile(r"127\.0\.0\.1(:[0-9]+)?")
# Members that are secret, or drawn anew each time.
SECRETS = re.compile(r"token|secret|password|key|auth_data|verify|uuid|snapshot|batch_id")
# What a process measures of itself.
MEASURED = re.compile(r"memory|process|cpu|uptime|load|latency|duration|version|database|pid|rss|size|jobs|wait|master")


def ask(method, path, token, body=None):
    request = urllib.request.Request(URL + path, method=method.upper())
    request.add_header("Accept-Language", "en-US")
    request.add_header("Content-Language", "en-US")
    if token:
        request.add_header("Authorization", token)
    data = None
    if body is not None:
        data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, data, timeout=30) as answer:
            return answer.status, answer.headers.get_content_type(), answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.headers.get_content_type(), refusal.read()


def log_in(email, password):
    return json.loads(ask("post", "/api/v1/passport/auth/login", None, {"email": email, "password": password})[2])


def wait_for_panel():
    for _ in range(150):
        try:
            return ask("get", "/healthz", None)
        except OSError:
            time.sleep(0.2)
    sys.exit("the panel does not answer")


def text(name, value):
    if name == "debug_code":
        return "123456"
    value = re.sub(r"(notify/\w+)/\w{8}$", r"\1/payuuid1", value)
    value = re.sub(r"(--token) '\w+'", r"\1 'the-machine-token'", value)
    value = GIFT.sub("GC012345", value)
    if value.startswith("whsec_"):
        return "whsec_0123456789abcdefghijklmnopqrstuv"
    if name == "trade_no":
        return "2026010112000000000000001"
    if name == "code" and len(value) == 8:
        return "AbCdEf12"
    if SECRETS.search(name) and re.fullmatch(r"[A-Za-z0-9_.:-]{8,}", value):
        return "0" * 8 if len(value) < 16 else "0123456789abcdef0123456789abcdef"
    value = UUID.sub("00000000-0000-4000-8000-000000000001", value)
    value = HEX.sub("0123456789abcdef0123456789abcdef", value)
    value = DATE.sub("2026-01-01", TIME.sub("00:00:00", ADDRESS.sub("panel.example.com", value)))
    return re.sub(r"eyJ[\w.-]+|-----BEGIN[\s\S]*", "…", value)[:CHARACTERS]


def shown(name, value):
    if isinstance(value, dict):
        return {name: shown(name, member) for name, member in value.items()}
    if isinstance(value, list):
        return [shown(name, item) for item in value[:ITEMS]]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return text(name, value)
    if 1_600_000_000 < value < 4_000_000_000:
        return NOW
    if MEASURED.search(name.lower()) and value > 100:
        return 100 if isinstance(value, int) else 100.0
    return value


def order(operation):
    method, path, _ = operation
    noun = path.rsplit("/", 1)[1]
    if noun in LAST:
        return 3 + LAST.index(noun), method, path
    # What is listed is there by then.
    return 2 if LATER.search(noun) else 1 if LATE.search(noun) else 0, method == "get", path


def pending():
    """The number of an order that waits for payment."""
    body = {"email": CUSTOMER, "plan_id": 1, "period": "month_price", "total_amount": 990}
    ask("post", "/api/v2/admin/order/assign", token("admin"), body)
    listed = ask("get", "/api/v2/admin/order/fetch?filter[0][id]=status&filter[0][value]=eq:0", token("admin"))
    return json.loads(listed[2])["data"][0]["trade_no"]


def done(route, rows, body, example):
    """The example, once an administrator has done so with each row of a list."""
    listed = json.loads(ask("get", "/api/v2/admin/" + rows, token("admin"))[2])
    for row in listed["data"]:
        ask("post", "/api/v2/admin/" + route, token("admin"), body(row))
    return example


def no_order(example):
    return done("order/cancel", "order/fetch", lambda order: {"trade_no": order["trade_no"]}, example)


def no_ticket(example):
    return done("ticket/close", "ticket/fetch", lambda ticket: {"id": ticket["id"]}, example)


# What an example cannot know: what was drawn for this demo, and what the requests before it left.
DRAWN = {
    "passport/auth/getQuickLoginUrl": lambda: {"auth_data": token("customer"), "redirect": "dashboard"},
    "user/order/save": lambda: no_order({"plan_id": 1, "period": "month_price"}),
    "user/ticket/save": lambda: no_ticket({"subject": "No connection", "level": 1, "message": "Node 1 is silent."}),
    "user/ticket/withdraw": lambda: no_ticket({"withdraw_method": "USDT", "withdraw_account": "an address"}),
    "server/group/drop": lambda: {"id": 2},
    "server/manage/drop": lambda: {"id": 4},
    "gift-card/delete-code": lambda: {"id": 2},
    "auth/login": lambda: {"email": CUSTOMER, "password": CUSTOMER_PASSWORD},
    "user/changePassword": lambda: {"old_password": CUSTOMER_PASSWORD, "new_password": CUSTOMER_PASSWORD},
    "user/order/checkout": lambda: {"trade_no": pending(), "method": 1},
    "order/paid": lambda: {"trade_no": pending()},
    "order/cancel": lambda: {"trade_no": pending()},
    "order/assign": lambda: no_order(
        {"email": CUSTOMER, "plan_id": 1, "period": "month_price", "total_amount": 990}
    ),
    "user/coupon/check": lambda: {"code": "WELCOME10", "plan_id": 1, "period": "month_price"},
    "gift-card/check": lambda: {"code": GIFT_CARD},
    "gift-card/redeem": lambda: {"code": GIFT_CARD},
}


def token(who):
    """The session of the customer, or of the administrator; each request has a new one, as some end it."""
    password = ADMIN_PASSWORD if who == "admin" else CUSTOMER_PASSWORD
    session = log_in(who + "@example.com", password)["data"]
    return session and session["auth_data"]


def recorded(document):
    operations = [
        (method, path, about) for path, item in document["paths"].items() for method, about in item.items()
    ]
    schemas = document["components"]["schemas"]
    for method, path, about in sorted(operations, key=order):
        # The same handler answers at another address, unless it says otherwise.
        newer = document["paths"].get(path.replace("/v1/", "/v2/"), {}).get(method, {})
        if "/api/v1/" in path and newer.get("description") == about.get("description") and newer.get("summary") == about.get("summary"):
            continue
        media = about["responses"].get("200", {}).get("content", {}).get("application/json")
        if media is None:
            continue
        query, filled = [], path
        for parameter in about.get("parameters", []):
            if parameter.get("required"):
                value = urllib.parse.quote(str(parameter["example"]), safe="")
                if parameter["in"] == "path":
                    filled = filled.replace("{%s}" % parameter["name"], value)
                else:
                    query.append(parameter["name"] + "=" + value)
        body = about.get("requestBody", {}).get("content", {}).get("application/json")
        if body is not None:
            schema = body["schema"]
            schema = schemas.get(schema.get("$ref", "").rsplit("/", 1)[-1], schema)
            body = body.get("example", schema.get("example"))
        for end, drawn in DRAWN.items():
            body = drawn() if method == "post" and path.endswith("/" + end) else body
        session = token("admin" if "admin" in about["tags"] else "customer") if "security" in about else None
        status, kind, answer = ask(method, filled + "?" + "&".join(query), session, body)
        if status == 200 and kind == "application/json":
            yield method + " " + path, shown("", json.loads(answer))
        else:
            print(method, path, status, answer[:120], file=sys.stderr)


wait_for_panel()
document = json.loads(ask("get", "/openapi.json", None)[2])
answers = dict(sorted(recorded(document)))
# A line for each operation: whoever looks for one finds it, and a change of one is a line.
lines = [json.dumps(name) + ": " + json.dumps(answers[name], ensure_ascii=False) for name in answers]
print("{\n" + ",\n".join(lines) + "\n}")
