"""The runtime on Ray: the one package that imports it."""
