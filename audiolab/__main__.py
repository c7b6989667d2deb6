"""Start Audiolab: ``python -m audiolab``, and the console script ``audiolab``."""

import sys

from audiolab import cli


def main(argv: list[str] | None = None) -> int:
    """Run a verb of the command line, or open the window on files.

    The first word decides: a verb or an option is the command line's, all else is a file. A file that is called
    like a verb is opened as ``./info``, or after ``--``.

    Args:
        argv: the arguments without the program's name; those of the process by default.

    Returns:
        The exit code: 0 done, 1 something failed, 2 wrong usage, 130 interrupted.
    """
    arguments = sys.argv[1:] if argv is None else argv
    if getattr(sys, "frozen", False) and arguments[:1] in (["sound-host"], ["recognizer"], ["downloader"]):
        return _serve(arguments)
    if arguments and (arguments[0] in cli.VERBS or (arguments[0].startswith("-") and arguments[0] != "--")):
        return cli.run(arguments)
    from audiolab import app  # the window's libraries take time, and a verb needs none of them

    return app.run(arguments[1:] if arguments[:1] == ["--"] else arguments)


def _serve(arguments: list[str]) -> int:
    """Be one of the program's own helper processes: a frozen application has no Python to start them with."""
    if arguments[0] == "sound-host":
        from audiolab.engine import host

        host.main()
    elif arguments[0] == "recognizer":
        from audiolab.asr import process

        process.main()
    else:
        from audiolab.asr import downloader

        downloader.main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
