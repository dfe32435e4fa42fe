# The server, and beside it the player of the demo district. Sourced by ./run.

# serve_played WANGGE ARGUMENT...: runs `WANGGE serve ARGUMENT...` and, once it listens, `WANGGE play` beside it; ends with
# the server's exit code. This shell stays between them: Ctrl-C, SIGTERM or SIGHUP end both, the end of the server ends
# the player, and should this shell be killed, both go with it. What happens to the player is no matter to the server.
serve_played() {
  local wangge=$1 tied=() out server player='' line url='' quiet='' code=0
  shift
  ! setpriv --pdeathsig TERM true 2>/dev/null || tied=(setpriv --pdeathsig TERM)
  trap '' PIPE # whoever reads our words may go away: the server stays
  exec {out}< <(trap - PIPE && exec "${tied[@]}" "$wangge" serve "$@")
  server=$!
  trap 'kill -TERM "$server" $player 2>/dev/null || true' INT TERM HUP
  while true; do
    if IFS= read -r ${quiet:+-t "$quiet"} line <&"$out"; then
      printf '%s\n' "$line" 2>/dev/null || true
      [[ $line != "listening on "* ]] || { url=$(played_address "${line#listening on }") && quiet=0.5; }
    elif [ $? -le 128 ]; then
      break # the server has ended
    elif [ -n "$quiet" ]; then
      quiet='' # it has said all that it says at its start
      start_player
    fi
  done
  [ -z "$player" ] || kill -TERM "$player" 2>/dev/null || true
  [ -z "$player" ] || end_of "$player" || true
  end_of "$server" || code=$?
  trap - INT TERM HUP PIPE
  return "$code"
}

start_player() {
  "${tied[@]}" "$wangge" play --url "$url" >/dev/null {out}<&- &
  player=$!
  say "the district is being played: reports come in, workers walk. Ctrl-C stops it and the server; PLAY=0 ./run starts without" \
      "演示运行中：持续有事件上报、人员巡查。按 Ctrl-C 一并停止；PLAY=0 ./run 则不自动运行" 2>/dev/null || true
}

# Demo accounts work on loopback only: how a server that listens there is reached; 1 where it is not.
played_address() {
  case $1 in
    *://127.* | *://\[::1\]:*) printf '%s\n' "$1" ;;
    *://0.0.0.0:*) printf '%s\n' "${1/0.0.0.0/127.0.0.1}" ;;
    *://\[::\]:*) printf '%s\n' "${1/\[::\]/[::1]}" ;;
    *) return 1 ;;
  esac
}

# The exit code of a process of ours, also where a signal breaks the waiting.
end_of() {
  local code=0
  while true; do
    wait "$1" && return 0 || code=$?
    kill -0 "$1" 2>/dev/null || return "$code"
  done
}
