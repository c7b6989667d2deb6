"""`LoudnessMeter`: loudness while it is played or recorded (EBU mode, Tech 3341)."""

from audiolab.analysis.loudness.channels import ChannelLayout, channel_weights, default_layout
from audiolab.analysis.loudness.result import LoudnessCurves, LoudnessReading
from audiolab.core.recording import Samples


class LoudnessMeter:
    """Measures sound as it passes, in blocks of any size; feed it and read it from one thread.

    `pause`, `proceed` and `reset` act on integrated loudness, range and all maxima together; momentary and
    short-term loudness always show what passes.

    Args:
        sample_rate: in Hz, 8000 to 384000.
        channels: of the blocks to come.
        layout: where they stand; by default what the number of channels suggests.
        dual_mono: count a single channel as two loudspeakers.

    Raises:
        ValueError: `layout` has another number of channels.
    """

    def __init__(
        self, sample_rate: int, channels: int, layout: ChannelLayout | None = None, *, dual_mono: bool = False
    ) -> None:
        self.sample_rate = sample_rate
        self.layout = layout or default_layout(channels)
        self._weights = channel_weights(self.layout, dual_mono=dual_mono)

    def push(self, samples: Samples) -> None:
        """Measure the next samples: float32 of shape (n, channels), full scale 1.0, any n."""
        raise NotImplementedError

    def reading(self) -> LoudnessReading:
        """The values of this moment; cheap enough for every frame of the screen."""
        raise NotImplementedError

    def history(self) -> LoudnessCurves:
        """Everything since the last reset at 10 Hz; read-only views that later pushes do not change."""
        raise NotImplementedError

    def pause(self) -> None:
        """Hold integrated loudness, range and maxima; momentary and short-term go on."""
        raise NotImplementedError

    def proceed(self) -> None:
        """Go on measuring after `pause`."""
        raise NotImplementedError

    def reset(self) -> None:
        """Forget integrated loudness, range, maxima and history; running or paused stays as it is."""
        raise NotImplementedError
