"""The only client for language models: limits, budgets, retries, repairs, and placeholders for names.

``client``, ``metered`` and ``failures`` import ``pydantic_ai`` and need the extra ``[llm]``; the other modules do not.
"""
