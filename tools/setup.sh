#!/bin/sh
# setup.sh -- see to it that this machine has what Lede is built and tested with.
#
# Silent and quick where all is there. On Debian and Ubuntu what is missing is installed (with sudo
# where the caller is not root); elsewhere the packages are named and the status is 1. Which libraries
# the engine stands on is read from the Makefile's PACKAGES lines; the table below knows their packages.
set -u
cd "$(dirname "$0")/.." || exit 1

# kind:name, then its package on Debian and Ubuntu, Fedora, Arch, Alpine, and Homebrew; "-" where
# nothing has to be installed for it.
#   tool:   a command on PATH
#   header: a header that the C compiler finds
#   pc:     a module that pkg-config finds
table='
tool:cc            gcc              gcc                 gcc         gcc             -
tool:c++           g++              gcc-c++             gcc         g++             -
tool:make          make             make                make        make            make
tool:pkg-config    pkg-config       pkgconf-pkg-config  pkgconf     pkgconf         pkgconf
tool:objcopy       binutils         binutils            binutils    binutils        binutils
header:stdio.h     libc6-dev        glibc-devel         glibc       musl-dev        -
header:libstemmer.h libstemmer-dev  libstemmer-devel    snowball    libstemmer-dev  snowball
header:xxhash.h    libxxhash-dev    xxhash-devel        xxhash      xxhash-dev      xxhash
pc:check           check            check-devel         check       check-dev       check
pc:libzstd         libzstd-dev      libzstd-devel       zstd        zstd-dev        zstd
pc:libutf8proc     libutf8proc-dev  utf8proc-devel      libutf8proc utf8proc-dev    utf8proc
pc:libarchive      libarchive-dev   libarchive-devel    libarchive  libarchive-dev  libarchive
pc:yajl            libyajl-dev      yajl-devel          yajl        yajl-dev        yajl
'
cc=${CC:-cc}
pkg_config=${PKG_CONFIG:-pkg-config}
modules="check $(sed -n 's/^[A-Z_]*PACKAGES *:= *//p' Makefile | tr '\n' ' ')"

# $cc may carry options, as in CC="ccache gcc": it is split on purpose.
# shellcheck disable=SC2086
has_headers()
{
    for header in "$@"; do
        echo "#include <$header>"
    done | $cc -E -o /dev/null -xc - 2>/dev/null
}

# What is missing, as kind:name words. One call of the compiler and one of pkg-config where nothing is.
# shellcheck disable=SC2086
missing_things()
{
    for tool in "${cc%% *}" "${CXX:-c++}" make "$pkg_config" objcopy; do
        command -v "${tool%% *}" >/dev/null 2>&1 && continue
        case $tool in
            "${cc%% *}") echo tool:cc ;;
            "${CXX:-c++}") echo tool:c++ ;;
            "$pkg_config") echo tool:pkg-config ;;
            *) echo "tool:$tool" ;;
        esac
    done
    if ! has_headers stdio.h libstemmer.h xxhash.h; then
        for header in stdio.h libstemmer.h xxhash.h; do
            has_headers "$header" || echo "header:$header"
        done
    fi
    if ! $pkg_config --exists $modules 2>/dev/null; then
        for module in $modules; do
            $pkg_config --exists "$module" 2>/dev/null || echo "pc:$module"
        done
    fi
}

# packages_of COLUMN THING...: the packages for these things, each once. Without a row in the table, a
# thing stands for itself, so that it is named and not forgotten.
packages_of()
{
    column=$1
    shift
    for thing in "$@"; do
        echo "$table" | awk -v thing="$thing" -v column="$column" '
            $1 == thing { known = 1; if ($column != "-") print $column }
            END { if (!known) print thing }'
    done | sort -u | tr '\n' ' '
}

# shellcheck disable=SC2086
name_packages()
{
    cat >&2 <<END
setup: this machine lacks: $*
Install the packages, then begin again:
  Debian, Ubuntu  apt-get install $(packages_of 2 "$@")
  Fedora          dnf install $(packages_of 3 "$@")
  Arch            pacman -S $(packages_of 4 "$@")
  Alpine          apk add $(packages_of 5 "$@")
  macOS           brew install $(packages_of 6 "$@")
END
}

# Run a command as root; without a terminal sudo must not ask.
as_root()
{
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

apt()
{
    as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get -q -y \
        -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" </dev/null
}

# The package lists may be absent (a fresh image) or older than the archive: then, and only then, they
# are fetched. What apt says is shown only where it fails for good.
# shellcheck disable=SC2086
install_by_apt()
{
    log=$(mktemp "${TMPDIR:-/tmp}/lede-setup.XXXXXX") || return 1
    echo "setup: installing $*" >&2
    apt install --no-install-recommends "$@" >"$log" 2>&1 ||
        { apt update >"$log" 2>&1 && apt install --no-install-recommends "$@" >>"$log" 2>&1; }
    status=$?
    [ $status = 0 ] || cat "$log" >&2
    rm -f "$log"
    return $status
}

missing=$(missing_things)
[ -n "$missing" ] || exit 0

if command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null 2>&1; }; then
    # shellcheck disable=SC2046,SC2086
    install_by_apt $(packages_of 2 $missing)
    hash -r
    missing=$(missing_things)
    [ -n "$missing" ] || exit 0
fi
# shellcheck disable=SC2086
name_packages $missing
exit 1
