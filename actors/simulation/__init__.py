"""The simulated runtime: chance, scenarios, services, a store that fails, and checkers that watch them all."""
