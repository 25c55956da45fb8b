"""What orchestration costs: beside a bare loop, beside a bare pool, and where our own time goes."""
