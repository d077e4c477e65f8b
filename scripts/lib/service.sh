# Sourced by scripts/stack: one background service = one pid file "PID START_TICKS", one log.
# The start time is kept beside the pid, so a pid that the kernel gave to someone else is never taken for ours.
# Needs: $state (the stack's folder), $run (sockets and pid files), as_user (array, prefix that drops root).

# The 22nd field of /proc/PID/stat; the name in field 2 may hold blanks, so what stands before ") " is cut off.
start_ticks() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # shellcheck disable=SC2086 # split into words on purpose
  set -- ${stat##*) }
  [ "$1" != Z ] && echo "${20}"
}

service_pid() { # NAME → its pid when it runs
  local pid ticks
  read -r pid ticks 2>/dev/null <"$run/$1.pid" || return 1
  [ "$(start_ticks "$pid")" = "$ticks" ] && echo "$pid"
}

# A service is the leader of its own session; its children are in it unless they made their own.
session_pids() {
  local proc stat
  for proc in /proc/[0-9]*; do
    stat=$(cat "$proc/stat" 2>/dev/null) || continue
    # shellcheck disable=SC2086 # split into words on purpose
    set -- "$1" ${stat##*) }
    [ "$5" != "$1" ] || echo "${proc#/proc/}"
  done
}

# A service that was killed may leave children: nginx's workers go on holding the ports.
reap_orphans() { # NAME
  local leader pid
  ! service_pid "$1" >/dev/null || return 0
  read -r leader _ 2>/dev/null <"$run/$1.pid" || return 0
  for pid in $(session_pids "$leader"); do
    case $(readlink "/proc/$pid/cwd" || true) in "$state" | "$state"/*) kill -KILL "$pid" 2>/dev/null && sleep 0.2 ;; esac
  done
  rm -f "$run/$1.pid"
}

# only_these NAME=VALUE...: the environment of this subshell from now on. Not env(1): whoever lists processes sees arguments.
only_these() {
  local name
  for name in $(compgen -e); do unset "$name" 2>/dev/null || true; done
  # shellcheck disable=SC2163 # they are NAME=VALUE
  export PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME="$state" "$@"
}

service_env=() # what the next service_start gives its program, and nothing else of ours; empty: all of ours

service_start() { # NAME COMMAND...
  local name=$1 pid ticks
  shift
  if [ "$(stat -c %s "$state/log/$name.log" 2>/dev/null || echo 0)" -gt 20000000 ]; then
    mv "$state/log/$name.log" "$state/log/$name.log.1"
  fi
  (
    cd "$state"
    exec 9>&- # not the stack's lock
    [ "${#service_env[@]}" -eq 0 ] || only_these "${service_env[@]}"
    exec setsid "${as_user[@]}" "$@" </dev/null >>"$state/log/$name.log" 2>&1
  ) &
  pid=$!
  disown "$pid"
  ticks=$(start_ticks "$pid") || { show_log "$name"; die "$name ended at once."; }
  echo "$pid $ticks" >"$run/$name.pid"
}

# service_stop NAME SIGNAL SECONDS: asks with SIGNAL, after SECONDS kills the whole session.
service_stop() {
  local name=$1 signal=$2 patience=$3 pid waited=0
  pid=$(service_pid "$name") || { rm -f "$run/$name.pid"; return 0; }
  kill "-$signal" "$pid" 2>/dev/null || true
  while service_pid "$name" >/dev/null; do
    sleep 0.1
    waited=$((waited + 1))
    if [ "$waited" -ge $((patience * 10)) ]; then
      note "$name did not end within $patience s: killed"
      session_pids "$pid" | xargs -r kill -KILL 2>/dev/null || true
      sleep 0.2
      break
    fi
    [ $((waited % 50)) -ne 0 ] || note "waiting for $name to finish its work (${waited%?} s of $patience)"
  done
  rm -f "$run/$name.pid"
}

# Processes of this stack that no pid file knows: a server's program whose working folder is the stack's.
leftovers() {
  local proc exe cwd
  for proc in /proc/[0-9]*; do
    exe=$(readlink "$proc/exe" 2>/dev/null) || continue
    case ${exe##*/} in postgres* | redis-server* | redis-check-rdb* | nginx* | dialix-*) ;; *) continue ;; esac
    cwd=$(readlink "$proc/cwd" 2>/dev/null) || continue
    case $cwd in "$state" | "$state"/*) echo "${proc#/proc/}" ;; esac
  done
}

show_log() {
  [ -s "$state/log/$1.log" ] || return 0
  echo "    --- the end of $state/log/$1.log" >&2
  tail -n 25 "$state/log/$1.log" | sed 's/^/    /' >&2
  echo "    ---" >&2
}

# wait_for SECONDS WHAT SERVICE COMMAND...: until COMMAND succeeds; stops early when SERVICE has died.
wait_for() {
  local limit=$1 what=$2 service=$3 tries=0
  shift 3
  until "$@" >/dev/null 2>&1; do
    if ! service_pid "$service" >/dev/null; then
      show_log "$service"
      die "$service has ended while it should come up." "Its whole log: $state/log/$service.log"
    fi
    tries=$((tries + 1))
    if [ "$tries" -ge $((limit * 5)) ]; then
      show_log "$service"
      die "$what did not happen within $limit s." "Its whole log: $state/log/$service.log"
    fi
    [ $((tries % 25)) -ne 0 ] || note "waiting for $what ($((tries / 5)) s)"
    sleep 0.2
  done
}
