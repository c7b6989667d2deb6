# shellcheck shell=bash
# Shared by packaging/run and packaging/check, which source it: everything that makes a machine ready.
# Works with the bash 3.2 of macOS: no associative arrays, no mapfile.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
VENV=$ROOT/.venv
CONSTRAINTS=$ROOT/packaging/constraints.txt

# What the wheels load from the system, as "soname package": asked of the dynamic linker rather than of dpkg, so that
# it also holds on other distributions. The Qt wheel brings Qt, the sounddevice wheel no PortAudio on Linux.
WINDOW_LIBRARIES="
libEGL.so.1 libegl1
libGL.so.1 libgl1
libfontconfig.so.1 libfontconfig1
libfreetype.so.6 libfreetype6
libglib-2.0.so.0 libglib2.0-0
libdbus-1.so.3 libdbus-1-3
libxkbcommon.so.0 libxkbcommon0
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libX11.so.6 libx11-6
libX11-xcb.so.1 libx11-xcb1
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-image.so.0 libxcb-image0
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-render.so.0 libxcb-render0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0 libxcb-shape0
libxcb-shm.so.0 libxcb-shm0
libxcb-sync.so.1 libxcb-sync1
libxcb-util.so.1 libxcb-util1
libxcb-xfixes.so.0 libxcb-xfixes0
libxcb-xkb.so.1 libxcb-xkb1
libwayland-client.so.0 libwayland-client0
libwayland-cursor.so.0 libwayland-cursor0
libwayland-egl.so.1 libwayland-egl1
libportaudio.so.2 libportaudio2
"

# Programs of the tests, as "command package".
CHECK_COMMANDS="
git git
Xvfb xvfb
xdotool xdotool
pulseaudio pulseaudio
pactl pulseaudio-utils
ffmpeg ffmpeg
flite flite
"

say() {
    printf 'audiolab: %s\n' "$*" >&2
}

die() {
    say "$@"
    exit 1
}

# A locale with UTF-8: without one, Qt warns at every start and file names in other scripts cannot be read.
use_utf8() {
    case "${LC_ALL:-${LC_CTYPE:-${LANG:-}}}" in
    *[Uu][Tt][Ff]8 | *[Uu][Tt][Ff]-8) ;;
    *) [ "$(uname -s)" != Linux ] || export LC_ALL=C.UTF-8 ;;
    esac
}

# set_up LEVEL, where LEVEL is what the machine has to be ready for:
#   cli     the headless verbs: nothing but Python packages
#   window  and the libraries of the window and of sound
#   check   and the tools of the developers
set_up() {
    local level=$1 python
    ! is_ready "$level" || return 0
    python=$(find_python) || python=
    install_system_packages "$level" "$python"
    [ -n "$python" ] || python=$(find_python) || die "Python 3.11 or later is needed and is not on the PATH: install" \
        "it (on Debian and Ubuntu: apt-get install python3 python3-venv), then run this again."
    if [ "$level" = check ] || ! is_ready cli; then
        make_environment "$python"
        install_python_packages "$level"
    fi
    requirements_stamp >"$VENV/audiolab-$level.stamp"
}

# Whether LEVEL, or one that includes it, was set up for these very requirements.
is_ready() {
    local stamp level
    [ -x "$VENV/bin/python" ] || return 1
    stamp=$(requirements_stamp)
    for level in $(levels_from "$1"); do
        [ "$(cat "$VENV/audiolab-$level.stamp" 2>/dev/null)" != "$stamp" ] || return 0
    done
    return 1
}

# The level and those that include it.
levels_from() {
    case $1 in
    cli) echo cli window check ;;
    window) echo window check ;;
    check) echo check ;;
    esac
}

# Everything that asks for a new installation when it changes: what is wanted, by which Python, and where.
requirements_stamp() {
    {
        cat "$ROOT/pyproject.toml" "$CONSTRAINTS"
        grep -s '^version' "$VENV/pyvenv.cfg"
        readlink -f "$VENV/bin/python" 2>/dev/null
        echo "$ROOT"
    } | cksum
}

# Print the first Python that is new enough. It is started, since a name on the PATH may be a launcher of none.
find_python() {
    local name
    for name in python3.13 python3.12 python3.11 python3; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            command -v "$name"
            return
        fi
    done
    return 1
}

# Install what LEVEL needs from the system and is not there, or name it and stop.
install_system_packages() {
    local level=$1 python=$2 missing
    missing=$(missing_system_packages "$level" "$python" | sort -u | tr '\n' ' ')
    missing=${missing% }
    [ -n "$missing" ] || return 0
    if ! command -v apt-get >/dev/null; then
        die "These system packages are missing (by their names in Debian): $missing. Install them, then run this again."
    elif [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
        die "These system packages are missing: run 'sudo apt-get install $missing', then run this again."
    fi
    say "Installing system packages: $missing"
    apt_get update || say "The lists of system packages could not be renewed; trying with those at hand."
    # shellcheck disable=SC2086 # one word a package
    apt_get install --no-install-recommends $missing || die "The system packages could not be installed: $missing."
}

missing_system_packages() {
    local level=$1 python=$2 library command package
    [ "$(uname -s)" = Linux ] || return 0
    if [ -z "$python" ]; then
        command -v python3 >/dev/null || echo python3-venv
    elif [ ! -x "$VENV/bin/python" ] && ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        "$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
    fi
    [ "$level" != cli ] || return 0
    local known
    known=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null) || known=
    while read -r library package; do
        # Where the linker keeps no list, as with musl, nothing can be said to be missing.
        case $known in "" | *"$library "*) ;; *) [ -z "$library" ] || echo "$package" ;; esac
    done <<<"$WINDOW_LIBRARIES"
    [ "$level" = check ] || return 0
    while read -r command package; do
        [ -z "$command" ] || command -v "$command" >/dev/null || echo "$package"
    done <<<"$CHECK_COMMANDS"
    # A window without any font draws boxes; PortAudio reaches PulseAudio through ALSA's plug-ins.
    [ -n "$(fc-list 2>/dev/null | head -n 1)" ] || printf '%s\n' fontconfig fonts-dejavu-core
    ls /usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so >/dev/null 2>&1 || echo libasound2-plugins
}

# apt-get without questions and with little to read; waits for another installation that runs.
apt_get() {
    local sudo=
    [ "$(id -u)" = 0 ] || sudo='sudo -n'
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" \
        </dev/null >/dev/null
}

# Make .venv, unless one is there that was made for this place and still works with its Python.
make_environment() {
    local python=$1
    if ! grep -qsF " $VENV" "$VENV/pyvenv.cfg" || ! "$VENV/bin/python" -m pip --version >/dev/null 2>&1; then
        say "Making the virtual environment $VENV with $("$python" --version)"
        "$python" -m venv --clear "$VENV" || die "The virtual environment $VENV could not be made."
    fi
}

install_python_packages() {
    local level=$1 target=$ROOT
    [ "$level" != check ] || target="${ROOT}[dev]"
    say "Installing Python packages: a minute or two the first time"
    install_cpu_torch
    pip_install --editable "$target" || die "The Python packages could not be installed: the reason is above."
}

# Installers on 64-bit Intel Linux choose torch with CUDA unless the CPU build is asked for by its local version,
# which is not in the constraints because no other platform has it.
install_cpu_torch() {
    [ "$(uname -sm)" = "Linux x86_64" ] || return 0
    local pin
    pin=$(grep '^torch==' "$CONSTRAINTS")
    if ! pip_install "$pin+cpu" 2>/dev/null; then
        say "pip finds no CPU build of ${pin%%=*}, so the default build comes, with CUDA libraries of several gigabytes." \
            "To avoid that, stop now and tell pip where PyTorch's CPU builds are (README, 'Set-up')."
    fi
}

pip_install() {
    "$VENV/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off \
        --constraint "$CONSTRAINTS" "$@" | show_packages
}

# pip's story in one word a package: over one another on a terminal, one line each in a log.
show_packages() {
    local end='\n'
    [ ! -t 2 ] || end='\r'
    awk -v end="$end" '
        /^Collecting / { name = $2; sub(/[<>=!~;[].*/, "", name); printf "  %-60s" end, "finding " name }
        /^ *Downloading .*\(.*[MG]B\)/ { printf "  %-60s" end, "fetching " name " " $(NF - 1) " " $NF }
        /^Installing collected/ { printf "  %-60s\n", "installing " NF - 3 (NF == 4 ? " package" : " packages") }
        { fflush() }
    ' >&2
}
