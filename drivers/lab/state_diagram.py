"""``python -m drivers.lab.state_diagram`` prints the essay's state machine as a Mermaid diagram, from its table."""

from actors.core.essay_machine import state_diagram

if __name__ == "__main__":
    print(state_diagram(), end="")
