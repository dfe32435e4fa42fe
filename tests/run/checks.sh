# ./run test checks: what needs no running program. Each check is one line of build/results/checks.txt.

part_checks() {
  check format "clang-format" format_check
  check includes "the include table" tests/unit/includes.sh
  check includes_can_fail "the include table finds a breach" includes_can_fail
  check locks "no download addresses in the locks" locks_check
  check tidy "clang-tidy" tidy_check
  ! grep -q '^failed' "$results/checks.txt"
}

check() {
  local name=$1 what=$2
  shift 2
  if LOG_LINES=60 step "check: $what" "检查" "check-$name" "$@"; then
    echo "passed $name" >>"$results/checks.txt"
  else
    echo "failed $name" >>"$results/checks.txt"
  fi
}

format_check() {
  find src tests -name node_modules -prune -o -name '*.[ch]' -print0 | xargs -0 clang-format --dry-run -Werror
}

includes_can_fail() {
  local folder
  folder=$(mktemp -d)
  mkdir "$folder/tile"
  printf '#include <sqlite3.h>\n#include "store/sqlite.h"\n' >"$folder/tile/breach.c"
  ! tests/unit/includes.sh "$folder" || { rm -rf "$folder"; return 1; }
  rm -rf "$folder"
}

locks_check() { ! grep -n '"resolved": *"http' web/package-lock.json tools/node/package-lock.json; }

# A file that passed is not read again until it, a header or the rules change.
tidy_check() {
  local headers file key jobs=() seen=build/tidy
  mkdir -p "$seen"
  headers=$(cat .clang-tidy $(find src -name '*.h' | LC_ALL=C sort) | cksum)
  while read -r file; do
    key=$( (echo "$headers" && cat "$file") | cksum | tr ' ' -)
    [ -e "$seen/$key" ] || jobs+=("$file" "$key")
  done < <(find src -name '*.c' -printf '%s %p\n' | sort -rn | cut -d' ' -f2)
  [ "${#jobs[@]}" -eq 0 ] && return 0
  printf '%s\0' "${jobs[@]}" | xargs -0 -n 2 -P "$(nproc)" bash -c '
    clang-tidy -p build/dev --quiet "$0" 2>&1 | grep -vE "^[0-9]+ warnings? (generated|treated)" || true
    [ "${PIPESTATUS[0]}" -eq 0 ] && touch "build/tidy/$1"'
}
