# Sourced by ./caravan: puts on the machine what Caravan needs and it lacks. Nothing is touched when nothing is missing.

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
fail() {
    printf 'caravan: %s\n' "$*" >&2
    exit 1
}
as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "this needs root, and there is no sudo: $*"
    fi
}

# What runs, what is linked against, what the load comes from, and what a Swift toolchain needs on Debian.
packages=(
    postgresql nginx-light openssl util-linux
    libpq-dev librdkafka-dev libssl-dev libphonenumber-dev libicu-dev
    python3-venv wrk
    binutils ca-certificates curl git gnupg libc6-dev libcurl4-openssl-dev libedit2 libgcc-12-dev libncurses-dev
    libpython3-dev libsqlite3-0 libstdc++-12-dev libxml2-dev libz3-dev pkg-config tzdata zlib1g-dev
)

install_packages() {
    local missing=() installed package
    # The full nginx serves as well as nginx-light does.
    installed=" $(dpkg-query -W -f '${Status} ${binary:Package}\n' 2>/dev/null |
        sed -n 's/^install ok installed \([^:]*\).*/\1/p' | tr '\n' ' ') "
    for package in "${packages[@]}"; do
        [[ $package == nginx-light && -x /usr/sbin/nginx ]] && continue
        [[ $installed == *" $package "* ]] || missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null || fail "this is no Debian; please install the like of: ${missing[*]}"
    say "Installing Debian packages: ${missing[*]}"
    as_root bash -c '
        set -e
        # Debian starts a fresh nginx and Postgres at once; Caravan runs its own, on other ports.
        policy=/usr/sbin/policy-rc.d
        if [ ! -e "$policy" ]; then
            trap "rm -f $policy" EXIT
            printf "#!/bin/sh\nexit 101\n" >"$policy"
            chmod 755 "$policy"
        fi
        export DEBIAN_FRONTEND=noninteractive
        apt-get -q update
        apt-get -q -y install --no-install-recommends "$@"
    ' caravan "${missing[@]}"
}

# The version that CI builds with; an installed newer one serves as well.
swift_version=6.3.1

install_swift() {
    local home=$CARAVAN_ROOT/.caravan/swift
    PATH=$PATH:$home/usr/bin
    command -v swift >/dev/null && return 0
    local name=swift-$swift_version-RELEASE-debian12 platform=debian12
    [[ $(uname -m) == aarch64 ]] && name+=-aarch64 platform+=-aarch64
    local url=https://download.swift.org/swift-$swift_version-release/$platform/swift-$swift_version-RELEASE/$name.tar.gz
    say "Installing Swift $swift_version into .caravan/swift (about 1 GB)"
    mkdir -p "$home"
    local keys
    keys=$(mktemp -d)
    curl --fail --location --progress-bar --output "$keys/swift.tar.gz" "$url"
    curl --fail --location --silent --show-error --output "$keys/swift.sig" "$url.sig"
    curl --fail --location --silent --show-error https://www.swift.org/keys/all-keys.asc |
        gpg --homedir "$keys" --batch --quiet --import
    gpg --homedir "$keys" --batch --quiet --verify "$keys/swift.sig" "$keys/swift.tar.gz" ||
        fail "the signature of $url is wrong"
    tar -xzf "$keys/swift.tar.gz" -C "$home" --strip-components=1
    rm -rf "$keys"
}

# Independent implementations that tests hold Caravan against.
test_peers=(stripe localstripe standardwebhooks openapi-spec-validator confluent-kafka aiosmtpd)

install_test_peers() {
    local venv=$CARAVAN_ROOT/.caravan/venv
    export CARAVAN_PYTHON=$venv/bin/python
    [[ $(cat "$venv/peers" 2>/dev/null) == "${test_peers[*]}" ]] && return 0
    say "Installing Python packages for the tests: ${test_peers[*]}"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "${test_peers[@]}"
    printf '%s' "${test_peers[*]}" >"$venv/peers"
}
