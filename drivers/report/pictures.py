"""Pictures as values, ready for a page. What draws them is another module, and needs a package that is an extra."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture as a data address, with its title and its text in words."""

    title: str
    alt: str
    uri: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ClassPlots:
    """The pictures by the part of the page they belong to; a part without data has none."""

    order: tuple[Plot, ...] = ()
    measures: tuple[Plot, ...] = ()
    topics: tuple[Plot, ...] = ()
