# ./run bench [NAME...]: every benchmark against what a user would take instead, in one run on this machine.
# A benchmark is tests/bench/NAME.c (target bench_NAME, run as it is) or tests/bench/NAME.sh (run by bash, with the
# helpers of this folder). Each prints for people, and lines that begin with "ROW" for the table at the end:
#   ROW<tab>what was done<tab>wangge's figure<tab>the peer<tab>the peer's figure<tab>ratio<tab>floor
# Exit 1 when one fails or a ratio is under its floor. Sourced by ./run.

run_bench() {
  local name names=("$@") out failed=0
  if [ "${#names[@]}" -eq 0 ]; then
    mapfile -t names < <(cd tests/bench && ls ./*.c ./*.sh | sed 's|^\./||; s|\.[a-z]*$||' | sort -u | grep -vE '^(run|postgis|coverage)$')
  fi
  take_lock
  need_packages "${build_packages[@]}" "${test_packages[@]}" "${bench_packages[@]}"
  need_node
  build_release
  build_preset release wangge $(cd tests/bench && ls ./*.c | sed 's|^\./|bench_|; s|\.c$||')
  free_lock
  mkdir -p build/results
  out=build/results/bench.txt
  : >"$out"
  for name in "${names[@]}"; do
    printf '\n== %s\n' "$name"
    bench_one "$name" 2>&1 | tee -a "$out" || failed=1
  done
  bench_table <"$out" || failed=1
  return "$failed"
}

bench_one() {
  if [ -e "tests/bench/$1.sh" ]; then
    bash "tests/bench/$1.sh"
  elif [ -x "build/release/bench_$1" ]; then
    "build/release/bench_$1"
  else
    echo "there is no benchmark \"$1\" 没有名为“$1”的基准"
    return 1
  fi
}

bench_table() {
  awk -F'\t' '
    $1 == "ROW" {
      if (!n++) printf "\n%-44s %16s  %-26s %16s %8s %8s\n", "", "wangge", "peer", "", "ratio", "floor"
      printf "%-44s %16s  %-26s %16s %7.1fx %7.1fx%s\n", $2, $3, $4, $5, $6, $7, ($6 < $7 ? "  UNDER ITS FLOOR" : "")
      bad += $6 < $7
    }
    END { exit bad > 0 }'
}
