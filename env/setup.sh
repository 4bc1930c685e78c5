#!/usr/bin/env bash
# setup.sh: install the packages of env/packages.txt, or name those that cannot be installed here.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: env/setup.sh
#
# exit 0: everything is here, as a package or in another form; 1: the tools of some packages are not.
set -euo pipefail

list=$(dirname "$0")/packages.txt
mapfile -t wanted < <(sed 's/#.*//; s/[[:space:]]//g; /^$/d' "$list")

say() { printf 'setup: %s\n' "$*" >&2; }

# Of the wanted packages, those that dpkg doesn't have; elsewhere all of them.
not_installed() {
    local installed=
    if command -v dpkg-query >/dev/null; then
        # It exits 1 for every name it doesn't know: those are missing.
        installed=$(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' \
            "${wanted[@]}" 2>/dev/null | sed -n 's/^installed //p') || true
    fi
    printf '%s\n' "${wanted[@]}" | grep -vxF -e "$installed" || true
}

# Whether what PACKAGE is wanted for is here all the same: built by hand, or under another system's name.
provided() {
    local name
    case $1 in
    libc6-dev) echo '#include <stdlib.h>' | gcc -E - ;;
    libssl-dev) pkg-config --exists libcrypto ;;
    libutf8proc-dev | libzip-dev) pkg-config --exists "${1%-dev}" ;;
    lib*-dev) name=${1#lib} && pkg-config --exists "${name%-dev}" ;;
    perl) command -v prove ;;
    gnuplot-nox) command -v gnuplot ;;
    poppler-utils) command -v pdftotext && command -v pdftoppm ;;
    ca-certificates) [ -e /etc/ssl/certs ] || [ -e /etc/ssl/cert.pem ] || [ -e /etc/pki/tls/certs ] ;;
    python3-pip) python3 -m pip --version ;;
    texlive-latex-recommended) command -v pdflatex && kpsewhich booktabs.sty ;;
    texlive-latex-extra) kpsewhich cleveref.sty ;;
    texlive-fonts-recommended) kpsewhich phvr8t.tfm ;;
    texlive-science) kpsewhich siunitx.sty ;;
    lmodern) kpsewhich lmodern.sty ;;
    *) command -v "$1" ;;
    esac >/dev/null 2>&1
}

# Fails where there is no apt-get or no right to use it.
install() {
    local root=() quiet=()
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || return 1
        root=(sudo)
    fi
    [ -t 2 ] || quiet=(-qq -o Dpkg::Use-Pty=0)
    # A fresh machine may be updating itself: wait for the lock. One source that can't be
    # updated need not matter: whether the packages can be installed decides.
    root+=(env DEBIAN_FRONTEND=noninteractive apt-get "${quiet[@]}" -o DPkg::Lock::Timeout=120)
    say "installing: $*"
    "${root[@]}" update >&2 || true
    "${root[@]}" install --yes --no-install-recommends "$@" >&2
}

mapfile -t missing < <(not_installed)
[ ${#missing[@]} -gt 0 ] || exit 0

if install "${missing[@]}"; then
    exit 0
fi

absent=()
for package in "${missing[@]}"; do
    provided "$package" || absent+=("$package")
done
if [ ${#absent[@]} -gt 0 ]; then
    say "cannot install here, please do, under the names that this system gives them: ${absent[*]}"
    exit 1
fi
say "not installed as packages, but here in another form: ${missing[*]}"
