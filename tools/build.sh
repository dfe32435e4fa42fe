# The builds: CMake presets into build/<preset>, the pages into web/dist. Nothing runs where nothing changed.

server_sources=(CMakeLists.txt CMakePresets.json cmake src data tiles)

# The fingerprint is taken before the build: what is edited meanwhile is built by the next.
build_release() {
  local now
  now=$(fingerprint "${server_sources[@]}")
  [ -x build/wangge ] && [ "$now" = "$(cat build/.built-release 2>/dev/null)" ] && return 0
  build_preset release wangge
  ln -sfn release/wangge build/wangge
  echo "$now" >build/.built-release
}

# build_preset PRESET [TARGET...]
build_preset() {
  local preset=$1
  shift
  full_disk build 700
  command -v ccache >/dev/null && export CMAKE_C_COMPILER_LAUNCHER=ccache
  step "building the server ($preset): the first time takes minutes" "构建服务端（$preset）：首次需数分钟" "build-$preset" \
    compile "$preset" "$@" || {
    full_disk build
    die "The server does not build: see build/logs/build-$preset.log" "服务端构建失败：见 build/logs/build-$preset.log"
  }
}

compile() {
  local preset=$1
  shift
  cmake --preset "$preset" && cmake --build "build/$preset" ${1:+--target "$@"}
}

build_web() {
  local now
  need_modules web
  now=$(fingerprint web tiles)
  [ -e web/dist/index.html ] && [ "$now" = "$(cat build/.built-web 2>/dev/null)" ] && return 0
  step "building the pages" "构建网页" web npm run --silent --prefix web build || {
    full_disk web
    die "The pages do not build: see build/logs/web.log" "网页构建失败：见 build/logs/web.log"
  }
  echo "$now" >build/.built-web
}
