# What the scripts share: `setup` makes everything that the demo and the tests need.
# Sourced, from the repository's root. POSIX sh, since macOS ships bash 3.2 and Debian dash.
#
# TMUXPLAN_INSTALL=no: never install system packages (tmux, python3-venv), only say how.

venv=.venv
stamp=$venv/.set-up

say() { printf '%s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

# Make .venv with tmuxplan and its tools in it, and tmux; silent and quick when nothing changed.
setup() {
    if ! [ "$(fingerprint)" = "$(cat "$stamp" 2>/dev/null)" ] || ! usable; then
        usable || make_venv
        install_package
        fingerprint >"$stamp"
    fi
    command -v tmux >/dev/null 2>&1 || install_tmux
    PATH=$PWD/$venv/bin:$PATH
    VIRTUAL_ENV=$PWD/$venv
    export PATH VIRTUAL_ENV
}

# What the installation depends on: it is done again when this changes.
fingerprint() { cat setup.cfg pyproject.toml tmuxplan/version.py | cksum; }

# A venv breaks when its folder moves (its programs name it), or its Python is removed. One
# that somebody made by hand is used as it is.
usable() {
    grep -qF "$PWD/$venv" "$venv/bin/activate" 2>/dev/null &&
        "$venv/bin/python" -c 'import sys, pip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null
}

make_venv() {
    find_python
    "$python" -c 'import ensurepip, venv' 2>/dev/null || install_venv_module
    say "making $venv with $("$python" --version) ..."
    "$python" -m venv --clear "$venv" || die "$python -m venv failed, see above"
}

# Sets $python to the first Python of at least 3.10. Each is run: a name on PATH may be a
# version manager's stub that only prints an error.
find_python() {
    for python in python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && return
    done
    die "no Python 3.10 or newer found (tried python3 and python3.10 to python3.14);" \
        "install one (Debian: apt-get install python3 python3-venv; macOS: brew install python)"
}

# Debian leaves ensurepip out of its python3.
install_venv_module() {
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    apt_install "$package" && "$python" -c 'import ensurepip' 2>/dev/null && return
    die "$python can't make virtual environments; run: sudo apt-get install $package"
}

install_package() {
    say "installing tmuxplan and its tools into $venv ..."
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --editable '.[dev,docs]' ||
        die "pip could not install tmuxplan, see above; run this again when that is mended"
}

install_tmux() {
    apt_install tmux || brew_install tmux || true
    command -v tmux >/dev/null 2>&1 && return
    say "tmux is missing: going on without it, on the pty backend" \
        "(Debian: sudo apt-get install tmux; macOS: brew install tmux)"
}

# Fails where apt-get is missing or we may not use it; its output is shown only when it failed.
apt_install() {
    may_install apt-get || return 1
    if [ "$(id -u)" = 0 ]; then as_root=; else as_root="sudo -n"; fi
    $as_root true 2>/dev/null || return 1
    say "installing $1 with apt-get ..."
    apt_get install "$1" 2>/dev/null || { apt_get update && apt_get install "$1"; }
}

# The lists of a fresh machine are empty, hence the update above; sudo drops the environment.
apt_get() {
    output=$($as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" 2>&1 </dev/null) && return
    say "$output"
    return 1
}

brew_install() {
    may_install brew || return 1
    say "installing $1 with brew ..."
    output=$(brew install --quiet "$1" 2>&1 </dev/null) || { say "$output"; return 1; }
}

may_install() { [ "${TMUXPLAN_INSTALL:-yes}" != no ] && command -v "$1" >/dev/null 2>&1; }
