# Sourced by scripts/run and scripts/test: builds, into build/<preset>, with their logs in build/log.
jobs=${DIALIX_JOBS:-$(nproc)}

build_preset() { # PRESET WHAT [CMAKE OPTION...]
  local preset=$1 what=$2
  shift 2
  quietly "build/log/configure-$preset.log" "configuring $what (preset $preset)" cmake --preset "$preset" "$@"
  quietly "build/log/build-$preset.log" "building $what, $jobs at a time" cmake --build "build/$preset" -j "$jobs"
}

build_release() { build_preset release "the programs" -DDIALIX_TESTS=OFF; }
build_frontend() { scripts/build-frontend; }
