"""Pages that a program serves to browsers: who gets in, under what rules, and the server around them.

A page is an ASGI application that knows nothing of this. ``PageServer`` puts a ``Guard`` before it, which lets in who
knows a token, and serves both at a ``PageAddress``: on this machine only, or with HTTPS to a network.
"""
