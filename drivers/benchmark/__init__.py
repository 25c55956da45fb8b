"""What orchestration costs: our steps beside a bare loop, our real phases beside a bare pool, and where our time goes."""
