#!/usr/bin/env bash
# Every #include in src/ against include_table.txt, and SQL nowhere but in the store: system headers are visible
# to all rooms, so the build alone cannot hold the walls. Usage: includes.sh [SRC]; exit 1 names each breach.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
src=${1:-$here/../../src}
cd "$src"

find . -name '*.[ch]' -printf '%P\n' | LC_ALL=C sort | xargs awk -v table="$here/include_table.txt" '
  function words(text, into,   n, w, i) {
    n = split(text, w, " ")
    for (i = 1; i <= n; i++) into[w[i]] = 1
  }
  # "gdal_*.h" against a header name; * stands for any run of characters
  function like(pattern, name) {
    gsub(/\./, "\\.", pattern)
    gsub(/\*/, ".*", pattern)
    return name ~ ("^" pattern "$")
  }
  function room_of(path) {
    if (path ~ /^geo\/io\//) return "geo/io"
    return substr(path, 1, index(path, "/") - 1)
  }
  function beside(name,   path, line, there) {
    path = FILENAME
    sub(/[^\/]*$/, name, path)
    there = (getline line < path) > 0
    close(path)
    return there
  }
  function breach(why) { printf "src/%s:%d: %s\n", FILENAME, FNR, why; bad++ }
  BEGIN {
    while ((getline line < table) > 0) {
      if (line ~ /^#/ || line !~ /\|/) continue
      split(line, col, "|")
      gsub(/ /, "", col[1])
      rooms[col[1]] = 1
      n = split(col[2], w, " ")
      for (i = 1; i <= n; i++) may[col[1], w[i]] = 1
      n = split(col[3], w, " ")
      for (i = 1; i <= n; i++) { count++; owner[count] = col[1]; pattern[count] = w[i] }
    }
  }
  FNR == 1 {
    room = room_of(FILENAME)
    if (!(room in rooms) || room == "system") breach("the folder is no room of the table")
  }
  match($0, /^[ \t]*#[ \t]*include[ \t]*/) {
    checked++
    rest = substr($0, RLENGTH + 1)
    if (rest !~ /^["<][^">]+[">]/) { breach("an include that is no plain name"); next }
    name = substr(rest, 2)
    sub(/[">].*/, "", name)
    if (rest ~ /^"/) {
      if (name !~ /\//) {
        made = (room == "store" && name ~ /_sql\.h$/) || (room == "cli" && name == "cli_data.h") # made at build
        if (!made && !beside(name)) breach("\"" name "\": no such file beside; write the room before the name")
        next
      }
      to = room_of(name)
      if (to == "geo" && name ~ /^geo\/io\//) to = "geo/io"
      if (to != room && !((room, to) in may)) breach(room " may not include " to " (" name ")")
      next
    }
    known = ""
    for (i = 1; i <= count; i++)
      if (like(pattern[i], name)) {
        if (owner[i] == "system" || owner[i] == room) next
        known = owner[i]
      }
    breach(known ? "<" name "> belongs to " known ", not to " room : "<" name "> is in no row of include_table.txt")
  }
  room != "store" && /"[ \t]*(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE) / { breach("SQL outside the store") }
  END {
    printf "%d includes checked, %d breaches\n", checked, bad
    exit bad > 0 || checked == 0
  }'
