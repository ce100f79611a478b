#!/usr/bin/env bash
# bootstrap.sh demo | test | build | sanitize
#   demo   install what is missing, build, run the quickstart, end with a picture
#   test   install what is missing, build, run every test; where CI is set, warnings are errors
#   build  install what is missing, build: the program is build/bin/glia
#   sanitize  unit tests of what reads and holds memory with ASan, UBSan and leaks; of what has threads with TSan
# Works from a fresh clone on Debian 12 or newer and Ubuntu 24.04, as root or with sudo; again and again;
# and without the network once everything is installed.
set -euo pipefail
cd "$(dirname "$0")"

build_packages=(
  g++ cmake ninja-build ccache git ca-certificates
  libtorch-dev libopenblas0-openmp libtbb-dev libtomlplusplus-dev libspdlog-dev libfmt-dev libcli11-dev
  nlohmann-json3-dev libcurl4-openssl-dev libssl-dev zlib1g-dev libsqlite3-dev libsqlitecpp-dev
  libhwy-dev libdnnl-dev libpng-dev libgif-dev libonnx-dev libprotobuf-dev
)
run_packages=(graphviz librsvg2-bin fonts-dejavu-core dataset-fashion-mnist)
test_packages=(catch2 python3 python3-jsonschema python3-numpy pkg-config dpkg-dev file slurm-wlm munge)
say() { printf '\n== %s\n' "$*" >&2; }

missing_packages() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

# Boost 1.81 or newer: Debian 12's default is older, but it has 1.81 beside it.
has_boost() {
  local version
  for version in "" 1.81; do
    if [ -z "$(missing_packages "libboost${version}-dev" "libboost-filesystem${version}-dev")" ] &&
      grep -qE 'BOOST_LIB_VERSION "1_(8[1-9]|9[0-9])' /usr/include/boost/version.hpp 2>/dev/null; then
      return 0
    fi
  done
  return 1
}

boost_packages() {
  # Not `| grep -q`: it may end before apt-cache has written all, which pipefail takes for "there is none".
  if [ -n "$(apt-cache show libboost1.81-dev 2>/dev/null)" ]; then
    printf '%s\n' libboost1.81-dev libboost-filesystem1.81-dev
  else
    printf '%s\n' libboost-dev libboost-filesystem-dev
  fi
}

# For the live page's tests. Ubuntu has it as a snap only: there any Chrome that is installed serves.
browser_packages() {
  local browser
  for browser in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$browser" >/dev/null && return
  done
  [ "$(. /etc/os-release && echo "${ID:-}")" = ubuntu ] || echo chromium
}

install() {
  if ! command -v apt-get >/dev/null; then
    cat >&2 <<EOF
bootstrap.sh installs packages on Debian and Ubuntu only. Elsewhere, install the counterparts of
  ${build_packages[*]} libboost (filesystem, 1.81 or newer)
  ${run_packages[*]}
  ${test_packages[*]} chromium
and point CMake to LibTorch: cmake --preset release -DCMAKE_PREFIX_PATH=/path/to/libtorch
EOF
    exit 1
  fi
  local missing
  mapfile -t missing < <(missing_packages "$@")
  has_boost && [ ${#missing[@]} -eq 0 ] && return
  local sudo=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "bootstrap.sh: run it as root, or install sudo; missing: ${missing[*]} boost" >&2; exit 1; }
    sudo=(sudo)
  fi
  "${sudo[@]}" apt-get update -qq
  has_boost || mapfile -t -O "${#missing[@]}" missing < <(boost_packages)
  say "installing ${missing[*]}"
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
}

build() {
  say "building"
  cmake --preset release "$@" >build-configure.log 2>&1 || { cat build-configure.log >&2; rm -f build-configure.log; exit 1; }
  rm -f build-configure.log
  cmake --build build
}

case "${1:-}" in
  build)
    install "${build_packages[@]}" "${run_packages[@]}"
    build -DGLIA_TESTS=OFF
    ;;
  demo)
    install "${build_packages[@]}" "${run_packages[@]}"
    build -DGLIA_TESTS=OFF
    say "running pipelines/quickstart.toml"
    build/bin/glia run pipelines/quickstart.toml
    ;;
  test)
    mapfile -t browser < <(browser_packages)
    install "${build_packages[@]}" "${run_packages[@]}" "${test_packages[@]}" "${browser[@]}"
    # The same flags as the demo's, so that what it has compiled is used; on CI warnings are errors.
    build -DGLIA_TESTS=ON "-DGLIA_WERROR=${CI:+ON}"
    say "testing"
    ctest --test-dir build --output-on-failure -j "$(nproc)"
    ;;
  sanitize)
    install "${build_packages[@]}" "${test_packages[@]}"
    # Those that read what comes from outside, hold memory by hand, or run threads, as far as they are cheap to
    # build; all of them: cmake --preset asan, cmake --build build-asan --target unit_tests, ctest --preset asan -L unit
    read_and_held="config core graph mnist npy sweep_parts train wave"
    threaded="graph sweep_scheduler train trainer"
    for kind in asan tsan; do
      tests=$([ $kind = asan ] && echo "$read_and_held" || echo "$threaded")
      say "building: $kind"
      cmake --preset $kind >/dev/null
      # shellcheck disable=SC2086 # one word per test
      cmake --build build-$kind --target $(printf 'test_%s ' $tests)
      say "testing: $kind"
      ctest --preset $kind -j "$(nproc)" --no-tests=error -L unit -R "^(${tests// /|}): all$"
    done
    ;;
  *)
    sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
