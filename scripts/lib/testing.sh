# Sourced by scripts/test and scripts/test-tsan: a stack for tests, and the tests that are written in Python. Needs say.sh
# and, from the caller, the array more: what pytest gets beside.

# The line in which a runner counts its tests, from its log.
told() { grep -aE "$2" "build/log/$1.log" | tail -n 1 | sed 's/^[= ]*//; s/[= ]*$//; s/^/    /' >&2; }

pytest() { # NAME FOLDER
  local rc=0
  mkdir -p build/log
  quietly "build/log/$1.log" "$1 tests" /usr/bin/python3 -m pytest -p no:cacheprovider -q -ra --durations=5 "$2" "${more[@]}" || rc=$?
  told "$1" '(passed|failed|error|no tests ran)'
  return "$rc"
}

stack_dir=''
test_stack_folder() { stack_dir=$(mktemp -d /var/tmp/dialix-test-XXXXXX) && chmod 0755 "$stack_dir"; }

test_stack_up() { # a new stack of the programs of $DIALIX_BUILD, whose exports this shell then has
  local port=${DIALIX_TEST_OUTSIDE_PORT:-18965}
  [ -n "$stack_dir" ] || test_stack_folder || return
  echo log_min_duration_statement=0 >"$stack_dir/pg.settings" # test_statement_scope.py reads it
  # The services that integration tests make up are on this machine: tests/integration/support/outside.py.
  scripts/stack up --dir "$stack_dir" --http-port 0 --https-port 0 --set OUTBOUND_ALLOW_CIDRS=127.0.0.1/32 \
    --set OUTBOUND_ALLOW_HTTP=true --set "AMOCRM_BASE_URL=http://127.0.0.1:$port/amocrm/{subdomain}" || return
  eval "$(scripts/stack env --dir "$stack_dir")"
}

test_stack_down() {
  [ -n "$stack_dir" ] || return 0
  scripts/stack down --purge --dir "$stack_dir" >/dev/null 2>&1 || { fail "the test stack in $stack_dir did not stop"; return 1; }
}
