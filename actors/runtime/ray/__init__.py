"""The runtime on Ray: the one package that imports it."""

import os

from actors.runtime.ray.loopback import is_loopback_only

# Ray reads these when it is imported: no usage report, no autoscaler's chatter, and not a word on how many
# processes were started (a batch starts one per essay, on purpose).
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_SCHEDULER_EVENTS", "0")
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", "worker processes have been started")
# Ray listens on all addresses of a machine, on Linux, unless this says that there are no clusters of several nodes.
# What stands there from a program that started this one says nothing of the cluster that this one joins.
os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0" if is_loopback_only(os.environ.get("RAY_ADDRESS")) else "1"
