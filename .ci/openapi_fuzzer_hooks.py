"""What .ci/check-openapi-answers tells schemathesis."""

import schemathesis

# Forms are read by one reader for all handlers: these show that they are read.
IN_EVERY_FORMAT = {"passport", "user"}


@schemathesis.hook
def before_load_schema(context, raw_schema):
    paths = raw_schema["paths"]
    # The same handler behind the same guard answers both; tests/fuzz asks at every address.
    aliases = [path for path in paths if (other := path.replace("/api/v1/", "/api/v2/")) != path and other in paths]
    for path in aliases:
        del paths[path]
    for item in paths.values():
        for operation in item.values():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content and not IN_EVERY_FORMAT.intersection(operation["tags"]):
                operation["requestBody"]["content"] = {"application/json": content["application/json"]}


# Subscriptions in YAML are texts of the client's own: there is no schema to judge them by, and schemathesis
# ends its own thread over a text that it takes for Latin-1.
@schemathesis.deserializer("text/yaml", "application/yaml", "application/x-yaml")
def as_text(context, response):
    return response.content.decode("utf-8")
