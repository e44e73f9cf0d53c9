# Sourced by ./caravan: builds the products when a source is newer than they are.

# The build of a command: release where speed is what one comes for, otherwise the last one made.
default_build() {
    case $1 in
    up | bench) echo release ;;
    *) cat "$CARAVAN_ROOT/.build/caravan-build" 2>/dev/null || echo release ;;
    esac
}

# Asking swift build whether there is anything to do takes seconds; asking find does not.
build_products() {
    local configuration=$1 stamp=$CARAVAN_ROOT/.build/$1/caravan.stamp
    if [[ ! -x $CARAVAN_ROOT/.build/$configuration/caravan-operator || ! -e $stamp ||
        -n $(cd "$CARAVAN_ROOT" && find Package.* Services Shared infra -newer "$stamp" -print -quit) ]]; then
        build_all "$configuration" "$stamp"
    fi
    echo "$configuration" >"$CARAVAN_ROOT/.build/caravan-build"
}

# A release stands alone: Swift's libraries are linked in, of which a service then loads no more than it uses.
build_options() {
    echo "--configuration $1"
    [[ $1 != release ]] || echo "--static-swift-stdlib"
}

build_all() {
    local configuration=$1 stamp=$2
    say "Building Caravan ($configuration); the first time takes several minutes"
    # The time of the start: what is edited during the build is built the next time.
    local begun
    begun=$(date +%s)
    swift build --package-path "$CARAVAN_ROOT" $(build_options "$configuration") >&2
    touch -d "@$begun" "$stamp"
}

# Test arguments go to swift test, for example --filter Orders.
run_tests() {
    cd "$CARAVAN_ROOT"
    say "Building the tests"
    swift build --build-tests
    say "Running the tests"
    # Every integration test has servers at work; all of them at once would only wait for each other.
    export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=${SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH:-6}
    exec swift test --skip-build "$@"
}
