"""How far a lease has got, and from where the rest is given back."""

from actors.execution.lease_progress import LeaseProgress


def test_behind_the_last_piece_of_a_lease_nothing_is_to_be_done() -> None:
    """The lease cannot be given back any more, either."""
    progress = LeaseProgress(7, 2)
    assert [progress.goes_on(), progress.goes_on()] == [True, False]
    assert not progress.give_back()


def test_a_lease_is_given_back_once_and_ends_with_the_piece_in_hand() -> None:
    """A second report would count as two leases given back."""
    progress = LeaseProgress(7, 3)
    assert progress.give_back()
    assert not progress.give_back()
    assert not progress.goes_on()
    assert progress.done == 1


def test_nothing_is_under_way_before_the_first_lease() -> None:
    """A worker has a progress before it has work; it cannot be given back."""
    progress = LeaseProgress(-1, 0)
    assert not progress.give_back()
    assert progress.last is None


def test_a_lease_that_is_begun_again_ends_where_it_was_given_back() -> None:
    """Others have the work after that piece."""
    progress = LeaseProgress(7, 5, 2)
    assert not progress.give_back()
    assert [progress.goes_on(), progress.goes_on(), progress.goes_on()] == [True, True, False]
