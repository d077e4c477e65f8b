# Sourced by the scripts: how they speak. Progress and errors go to stderr, results to stdout.
if [ -t 2 ]; then bold=$'\e[1m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'; else bold='' red='' green='' plain=''; fi

step() { printf '%s==>%s %s\n' "$bold" "$plain" "$*" >&2; }
note() { printf '    %s\n' "$*" >&2; }
good() { printf '    %sok%s %s\n' "$green" "$plain" "$*" >&2; }
fail() {
  printf '%serror:%s %s\n' "$red" "$plain" "$1" >&2
  shift
  for line in "$@"; do printf '       %s\n' "$line" >&2; done
}
die() {
  fail "$@"
  exit 1
}

# quietly LOG WHAT COMMAND...: runs COMMAND into LOG, telling the seconds as they pass; its tail is shown on failure.
quietly() {
  local log=$1 what=$2 started=$SECONDS told=$SECONDS pid rc=0
  shift 2
  mkdir -p "${log%/*}"
  step "$what"
  set -m # a process group of its own, so that end_quietly can end all of it
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  set +m
  quietly_pid=$pid
  while kill -0 "$pid" 2>/dev/null; do
    sleep 1
    if [ $((SECONDS - told)) -ge 15 ]; then
      told=$SECONDS
      note "$((SECONDS - started)) s: $(tail -n 1 "$log" | tr -d '\r' | cut -c1-100)"
    fi
  done
  wait "$pid" || rc=$?
  quietly_pid=''
  if [ "$rc" -ne 0 ]; then
    fail "$what failed (exit $rc) after $((SECONDS - started)) s. The end of $log:"
    tail -n "${QUIETLY_TAIL:-40}" "$log" >&2
    return "$rc"
  fi
  good "$((SECONDS - started)) s"
}

# For traps: ends what quietly has under way.
quietly_pid=''
end_quietly() {
  [ -z "$quietly_pid" ] || kill -TERM -- "-$quietly_pid" 2>/dev/null || true
  quietly_pid=''
}
