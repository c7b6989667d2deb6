"""Menus whose entries are found when they open: recent files, devices, models, presets."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from audiolab.analysis.loudness import TARGETS, layout_of_speakers, layouts_for
from audiolab.asr import DEFAULT_MODEL
from audiolab.core.speakers import speakers_of
from audiolab.session.loudnesschoice import chosen_layout, with_layout
from audiolab.session.session import Session
from audiolab.session.settings import Settings
from audiolab.ui.meterscale import SCALES, layout_text, layout_tip
from audiolab.ui.spectrogramlook import Option, colour_options, preset_options, scale_options
from audiolab.ui.tiereditor import TierEditor


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry.

    Attributes:
        text: as shown.
        choose: what choosing it does; None for a remark that cannot be chosen.
        ticked: whether it is the present choice; None where entries are not alternatives.
        tip: more about it.
        several: it can be ticked together with others.
    """

    text: str
    choose: Callable[[], None] | None
    ticked: bool | None = None
    tip: str = ""
    several: bool = False


class ChoiceLists:
    """Finds the entries; each method is the `source` of a menu in the catalogue."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._looked = False

    def recent_files(self) -> list[Choice]:
        """Files that were opened before, newest first."""
        files = [Path(name) for name in self._session.settings.current.recent_files]
        if not files:
            return [Choice("No files yet", None)]
        return [Choice(file.name, partial(self._session.open, file), tip=str(file)) for file in files]

    def speakers(self) -> list[Choice]:
        """Who may say what is selected in the current tier."""
        editor = TierEditor.of(self._session)
        now = editor.speaker()
        names = speakers_of(self._session.annotations.annotation)
        known = [Choice(name, partial(editor.assign_speaker, name), name == now) for name in names]
        nobody = [Choice("Nobody", partial(editor.assign_speaker, ""), now == "")] if names else []
        return [*known, *nobody, Choice("New speaker…", editor.ask_speaker)]

    def speaker_filter(self) -> list[Choice]:
        """Whose words are shown."""
        speakers = self._session.speakers
        names = speakers.names
        if not names:
            return [Choice("Say first who speaks: select words, then Speaker", None)]
        everybody = Choice("Everybody", speakers.show_everybody, not speakers.chosen, several=True)
        return [
            everybody,
            *(
                Choice(
                    name or "Nobody named", partial(speakers.toggle, name), name in speakers.chosen, several=True
                )
                for name in names
            ),
        ]

    def output_devices(self) -> list[Choice]:
        """Where to play."""
        self._look_once()
        devices = self._session.devices
        chosen = self._session.settings.current.output_device
        return self._devices([device.label for device in devices.outputs], chosen, devices.choose_output)

    def input_devices(self) -> list[Choice]:
        """Where to record from."""
        self._look_once()
        devices = self._session.devices
        chosen = self._session.settings.current.input_device
        return self._devices([device.label for device in devices.inputs], chosen, devices.choose_input)

    def _look_once(self) -> None:
        """Devices are looked for when somebody asks for the first time; the menu fills up when they are found."""
        devices = self._session.devices
        if not self._looked:
            self._looked = True
            if not (devices.outputs or devices.inputs or devices.problem):
                devices.refresh()

    def _devices(self, labels: list[str], chosen: str, choose: Callable[[str], None]) -> list[Choice]:
        result = [Choice("System default", partial(choose, ""), not chosen)]
        result += [Choice(label, partial(choose, label), label == chosen) for label in labels]
        if chosen and chosen not in labels:
            result.append(Choice(f"{chosen} (not there)", partial(choose, chosen), True))
        if self._session.devices.problem:
            result.append(Choice(self._session.devices.problem, None))
        result.append(Choice("Look again", self._session.devices.refresh))
        return result

    def spectrogram_presets(self) -> list[Choice]:
        """How other programs show a spectrogram."""
        return self._looks(preset_options)

    def spectrogram_colours(self) -> list[Choice]:
        """Colour maps."""
        return self._looks(colour_options)

    def spectrogram_scales(self) -> list[Choice]:
        """Frequency scales."""
        return self._looks(scale_options)

    def _looks(self, options: Callable[[Settings], list[Option]]) -> list[Choice]:
        settings = self._session.settings
        return [
            Choice(option.text, partial(settings.update, **option.changes), option.ticked)
            for option in options(settings.current)
        ]

    def loudness_targets(self) -> list[Choice]:
        """What the meter compares with."""
        chosen = self._session.settings.current.loudness_target
        return [
            Choice(
                f"{target.name}: {target.integrated_lufs:.0f} LUFS, {target.max_true_peak_dbtp:.0f} dBTP",
                partial(self._session.settings.update, loudness_target=name),
                name == chosen,
            )
            for name, target in TARGETS.items()
        ]

    def loudness_scales(self) -> list[Choice]:
        """How far the meter's scale reaches."""
        chosen = self._session.settings.current.loudness_scale
        return [
            Choice(
                f"{name}: {low:.0f} to +{high:.0f} LU",
                partial(self._session.settings.update, loudness_scale=name),
                name == chosen,
            )
            for name, (low, high) in SCALES.items()
        ]

    def loudness_layouts(self) -> list[Choice]:
        """Where the channels of the open recording stand, which weighs them; remembered for others like it."""
        recording, settings = self._session.recording, self._session.settings
        if recording is None:
            return [Choice("Open a recording first", None)]
        said = layout_of_speakers(recording.channels, recording.info.speakers)
        chosen = chosen_layout(settings.current, recording)

        def choose(name: str | None) -> None:
            settings.update(loudness_layouts=with_layout(settings.current, recording, name))

        first = said.name if recording.info.speakers else f"nothing, so {said.name}"
        return [
            Choice(f"As the file says: {first}", partial(choose, None), chosen is None, layout_tip(said)),
            *(
                Choice(layout_text(layout), partial(choose, layout.name), layout == chosen, layout_tip(layout))
                for layout in layouts_for(recording.channels)
            ),
        ]

    def selection_models(self) -> list[Choice]:
        """With which models the selection can be read."""
        if not self._session.timeline.selection:
            return [Choice("Select the time first", None)]
        read, names = self._session.transcribe_selection, [choice.text for choice in self.models()]
        return [Choice(name, partial(read, "" if name == DEFAULT_MODEL else name)) for name in names]

    def models(self) -> list[Choice]:
        """What reads: those that can be used; they are looked for when somebody asks for the first time."""
        models = self._session.models
        if not models.known:
            models.refresh()
        chosen = models.chosen
        names = [model.name for model in models.installed if model.usable] or [DEFAULT_MODEL]
        result = [Choice(name, partial(models.choose, name), name == chosen) for name in names]
        if chosen not in names:
            gone = f"{chosen} (not there)" if models.known else chosen
            result.append(Choice(gone, partial(models.choose, chosen), True))
        return result
