# What every part of ./run uses: sentences in two languages, quiet steps with a log, one at a time.
# Sourced by ./run; the working folder is the checkout.

say() { printf '» %s · %s\n' "$2" "$1"; }

# One sentence that says what to do, English and Chinese, then the end.
die() {
  printf '\n%s\n%s\n' "$2" "$1" >&2
  exit 1
}

die_unwritable() {
  die "This account may not write to $1: run as its owner, or change the owner with: sudo chown -R $(id -un) $1" \
      "当前账号不能写入 $1：请用其所有者运行，或执行：sudo chown -R $(id -un) $1"
}

# Ends with a sentence where the disk of folder $1 has less than $2 MB (default 50) left, or where the last step
# failed for want of room (what it had written may be gone by now).
full_disk() {
  local free
  free=$(df -Pm "$1" 2>/dev/null | awk 'NR == 2 { print $4 }')
  if [ "${free:-999999}" -ge "${2:-50}" ]; then
    [ -z "${step_log:-}" ] || ! grep -qE 'ENOSPC|No space left on device' "$step_log" 2>/dev/null || free=0
    [ "$free" = 0 ] || return 0
  fi
  die "The disk of $(readlink -f "$1") is full: ${free} MB are left and ${2:-50} MB are needed. Make room and start again." \
      "$(readlink -f "$1") 所在磁盘空间不足：剩余 ${free} MB，需要 ${2:-50} MB。请清理后重试。"
}

# step EN ZH LOG command...: runs it quietly with its output in build/logs/LOG.log; on a terminal the last line
# of the log moves along. When it fails: the end of the log (LOG_LINES, without what LOG_SKIP matches), and its code.
step() {
  local en=$1 zh=$2 log=build/logs/$3.log code=0 began=$SECONDS
  shift 3
  step_log=
  mkdir -p build/logs 2>/dev/null || die_unwritable "$PWD/build"
  say "$en" "$zh"
  if [ -t 1 ]; then
    "$@" >"$log" 2>&1 </dev/null &
    local job=$! width line
    width=$(($(tput cols 2>/dev/null || echo 80) - 4))
    while kill -0 "$job" 2>/dev/null; do
      line=$(tail -c 400 "$log" 2>/dev/null | tr -d '\r' | grep -av '^[[:space:]]*$' | tail -n 1) || true
      printf '\r\033[K  %.*s' "$width" "$line"
      sleep 0.3
    done
    printf '\r\033[K'
    wait "$job" || code=$?
  else
    "$@" >"$log" 2>&1 </dev/null || code=$?
  fi
  if [ "$code" -ne 0 ]; then
    step_log=$log
    grep -avE "${LOG_SKIP:-^\$}" "$log" | tail -n "${LOG_LINES:-40}" >&2
    printf '  %s: %s\n' "$log" "exit $code" >&2
  elif [ $((SECONDS - began)) -ge 20 ]; then
    printf '  %s s\n' $((SECONDS - began))
  fi
  return "$code"
}

# One ./run at a time installs and builds in this checkout.
take_lock() {
  mkdir -p build 2>/dev/null || die_unwritable "$PWD"
  [ -w build ] || die_unwritable "$PWD/build"
  exec 9>build/.lock || die_unwritable "$PWD/build"
  flock -n 9 && return 0
  say "another ./run is building here: waiting for it" "另一个 ./run 正在此处构建：等待其完成"
  flock 9
}
free_lock() { exec 9>&-; }

# What the files below the given paths are, in one number: names, sizes, times. Equal means nothing changed.
# A path that is not there counts for nothing.
fingerprint() {
  local path there=()
  for path in "$@"; do [ ! -e "$path" ] || there+=("$path"); done
  find "${there[@]}" \( -name node_modules -o -name dist \) -prune -o -type f -printf '%p %s %T@\n' | LC_ALL=C sort | cksum
}
