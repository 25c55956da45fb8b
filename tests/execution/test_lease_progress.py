"""How far a lease is, and from where on it is given back."""

from actors.execution.lease_progress import LeaseProgress


def test_behind_the_last_piece_of_a_lease_nothing_is_to_be_done() -> None:
    """Nor can it be given back any more."""
    progress = LeaseProgress(7, 2)
    assert [progress.goes_on(), progress.goes_on()] == [True, False]
    assert not progress.give_back()


def test_a_lease_is_given_back_once_and_ends_with_the_piece_in_hand() -> None:
    """What was said twice would count as two leases given back."""
    progress = LeaseProgress(7, 3)
    assert progress.give_back()
    assert not progress.give_back()
    assert not progress.goes_on()
    assert progress.done == 1
