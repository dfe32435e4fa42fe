#!/usr/bin/env bash
# The long search: builds the fuzz targets with clang's libFuzzer into build/fuzz and runs each.
# Usage: tests/fuzz/run.sh [SECONDS EACH [TARGET...]]; needs the packages clang and libclang-rt-14-dev. What it
# finds is left in build/fuzz/found/TARGET; a bug's input belongs in tests/fuzz/corpus/TARGET with its mend.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
seconds=${1:-60}
[ $# -gt 0 ] && shift
command -v clang >/dev/null || { echo "clang is missing: apt-get install clang libclang-rt-14-dev" >&2; exit 1; }
export ASAN_OPTIONS=detect_leaks=1 LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp:print_suppressions=0
cmake -S . -B build/fuzz -G Ninja -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG='-O1 -g' \
  -DWG_ASAN=ON -DWG_FUZZ=ON -DCMAKE_C_FLAGS='-fsanitize=fuzzer-no-link -Wno-unknown-warning-option' >/dev/null
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cd tests/fuzz && ls ./*.c | sed 's|./||; s|\.c$||' | grep -v '^driver$')
cmake --build build/fuzz --target "${targets[@]/#/fuzz_}"
failed=0
for target in "${targets[@]}"; do
  echo "== $target, $seconds s"
  mkdir -p "build/fuzz/grown/$target" "build/fuzz/found/$target"
  "build/fuzz/fuzz_$target" -max_total_time="$seconds" -max_len=65536 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="build/fuzz/found/$target/" "build/fuzz/grown/$target" "tests/fuzz/corpus/$target" 2>&1 |
    grep -vE "# Uses|dictionary" || failed=1
done
exit $failed
