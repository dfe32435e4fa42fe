# ./run test [PART...]: every part leaves its results in build/results; tests/run/summary.mjs adds them up and
# prints the last line, "N passed, N failed". Sourced by ./run.
. tests/run/checks.sh

all_parts=(checks unit store web api browser)
results=$PWD/build/results

run_tests() {
  local part parts=("$@")
  [ "${#parts[@]}" -gt 0 ] || parts=("${all_parts[@]}")
  for part in "${parts[@]}"; do
    [[ " ${all_parts[*]} " == *" $part "* ]] ||
      die "There is no part \"$part\"; the parts are: ${all_parts[*]}" "没有“$part”这一部分；可选：${all_parts[*]}"
  done
  trap 'echo; echo "0 passed, 1 failed"' EXIT # the last line, also where the build or an install fails
  prepare_tests "${parts[@]}"
  rm -rf "$results"
  mkdir -p "$results"
  export WG_SHARED_DATA=${WG_SHARED_DATA:-$(readlink -f "$PWD/../shared/data" || true)}
  export LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp:print_suppressions=0
  export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
  for part in "${parts[@]}"; do
    "part_$part" || true # what failed is in its results; summary.mjs counts a part without results as failed
  done
  trap - EXIT
  node tests/run/summary.mjs "$results" "${parts[@]}"
}

prepare_tests() {
  local want=" $* "
  take_lock
  need_packages "${build_packages[@]}" "${test_packages[@]}"
  need_node
  if [[ $want =~ " browser "|" web "|" api " ]]; then
    need_modules web
  fi
  if [[ $want == *" browser "* ]]; then
    build_release
    build_web
  fi
  if [[ $want =~ " unit "|" store "|" api "|" checks " ]]; then
    build_preset dev # for the checks too: clang-tidy reads what the build generates
  fi
  free_lock
}

# What a log need not show of the tests that passed.
passed_lines='^ *(Start +[0-9]+:|[0-9]+/[0-9]+ Test .* Passed )|^\[ *(RUN|OK|=+) *\]|^ *✓|^$'

# C tests under ASan and UBSan. ctest's own report holds what each program printed, case by case.
ctest_part() {
  step "$1" "$2" "$3" ctest --test-dir build/dev -R "$4" -j "$(nproc)" --no-tests=error --timeout 300 \
    --output-junit "$results/$3.xml" --test-output-size-passed 10000000 --test-output-size-failed 10000000 \
    --output-on-failure
}
part_unit() { LOG_SKIP=$passed_lines LOG_LINES=200 ctest_part "unit tests" "单元测试" unit "^(unit|fuzz)_"; }
part_store() { LOG_SKIP=$passed_lines LOG_LINES=200 ctest_part "store tests" "存储测试" store "^store_"; }

part_web() {
  LOG_SKIP=$passed_lines LOG_LINES=120 step "unit tests of the pages" "网页单元测试" web-test \
    npm exec --silent --prefix web -- vitest run --root web --reporter=default --reporter=json \
    --outputFile.json="$results/web.json"
}

part_api() {
  LOG_SKIP=$passed_lines LOG_LINES=200 step "API tests against the server under ASan" "接口测试（ASan 构建）" api \
    env WG_BIN="$PWD/build/dev/wangge" npm exec --silent --prefix web -- vitest run --root tests/api \
    --reporter=default --reporter=json --outputFile.json="$results/api.json"
}

part_browser() {
  LOG_SKIP=$passed_lines LOG_LINES=200 step "browser tests in Chromium" "浏览器测试" browser \
    env WG_BIN="$PWD/build/release/wangge" WG_WEB="$PWD/web/dist" PLAYWRIGHT_JSON_OUTPUT_NAME="$results/browser.json" \
    npm exec --silent --prefix web -- playwright test -c tests/browser/playwright.config.ts --reporter=list,json
}
