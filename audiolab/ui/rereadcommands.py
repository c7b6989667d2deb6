"""What the actions on a new reading do: parts of `Commands`."""

from audiolab.core.timebase import TimeSpan
from audiolab.core.units import seconds_to_frames
from audiolab.session.session import Session
from audiolab.session.transport import TransportState

AROUND_SECONDS = 0.3
"""What is played before and after a change: a word is understood among its neighbours."""


class RereadCommands:
    """Handlers for a class that has a session."""

    _session: Session

    def transcribe_selection(self) -> None:
        self._session.transcribe_selection()

    def next_change(self) -> None:
        self._go_to_change(1)

    def previous_change(self) -> None:
        self._go_to_change(-1)

    def _go_to_change(self, steps: int) -> None:
        self._session.proposal.step(steps)
        show_change(self._session)

    def listen_to_change(self) -> None:
        transport, proposal = self._session.transport, self._session.proposal
        if proposal.span is None:
            return
        if transport.state is TransportState.PLAYING:
            transport.stop()
            return
        around = seconds_to_frames(AROUND_SECONDS, self._session.timeline.sample_rate)
        transport.set_loop(True)
        transport.play_span(TimeSpan(max(proposal.span.start - around, 0), proposal.span.stop + around))

    def take_change(self) -> None:
        proposal = self._session.proposal
        if proposal.current is not None:
            proposal.take([proposal.current])

    def leave_change(self) -> None:
        proposal = self._session.proposal
        if proposal.current is not None:
            proposal.leave(proposal.current)

    def take_all_changes(self) -> None:
        self._session.proposal.take_all()

    def leave_all_changes(self) -> None:
        self._session.proposal.close()


def show_change(session: Session) -> None:
    """Go to the time of the current change, and select it."""
    span = session.proposal.span
    if span is not None:
        session.transport.seek(span.start)
        session.timeline.select(span)
        session.timeline.reveal(span.start)
