"""Values, units, errors and cancellation that every room shares. numpy only: no I/O, no Qt."""
