# Sourced by build-frontend, test-frontend and test-e2e. Sets $frontend and $frontend_node (Node 22, itself an npm package in
# the lock file: Debian's own Node is too old for the build tools) and makes sure that node_modules is what the lock says.
frontend=$root/frontend

frontend_modules() {
  local stamp=$frontend/node_modules/.dialix-lock sum log=$root/build/log/npm-ci.log
  command -v npm >/dev/null || die "npm is not installed." "Run scripts/setup build."
  sum=$(cat "$frontend/package.json" "$frontend/package-lock.json" | sha256sum)
  if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$sum" ]; then
    (cd "$frontend" && quietly "$log" "frontend: npm ci" npm ci --no-progress) ||
      die "The frontend's packages could not be installed." "Is the npm registry reachable? See $log."
    printf '%s\n' "$sum" >"$stamp"
  fi
  frontend_node=$frontend/node_modules/.bin/node
  [ -x "$frontend_node" ] && "$frontend_node" --version >/dev/null 2>&1 ||
    die "Node 22 did not come with the packages: this machine is neither x86-64 nor arm64 Linux."
  # npm's scripts and the tools' own #! lines find it first.
  PATH=$frontend/node_modules/.bin:$PATH
}
