"""The one client for language models: limits, budgets, retries, repair, placeholders for names.

Nothing here imports ``pydantic_ai`` but ``client``, ``metered`` and ``failures``, which need the extra ``[llm]``.
"""
