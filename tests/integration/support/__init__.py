"""What the integration tests share: the stack, a client that checks every answer against docs/openapi.yaml, and
makers of companies, people and sound."""
