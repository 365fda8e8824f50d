"""What .ci/check-openapi-answers tells schemathesis."""

import schemathesis


# Subscriptions in YAML are texts of the client's own: there is no schema to judge them by, and schemathesis
# ends its own thread over a text that it takes for Latin-1.
@schemathesis.deserializer("text/yaml", "application/yaml", "application/x-yaml")
def as_text(context, response):
    return response.content.decode("utf-8")
