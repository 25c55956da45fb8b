"""The parts of the simulated runtime: chance, scenarios, services, a store that fails, and what watches them all."""
