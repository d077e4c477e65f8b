# Sourced by build-frontend, test-frontend and test-e2e. Sets $frontend and $frontend_node (Node 22, itself an npm package in
# the lock file: Debian's own Node is too old for the build tools) and makes sure that node_modules is what the lock says.
frontend=$root/frontend

# Debian's npm 9 leaves optional packages and most of .bin out when it installs from our lock file. It is good enough
# to fetch a newer npm and the Node that this one wants; they live in build/tools.
frontend_npm() {
  local tools=$root/build/tools arch=none node
  case $(uname -m) in x86_64) arch=x64 ;; aarch64) arch=arm64 ;; esac
  [ "$(npm --version | cut -d. -f1)" -lt 10 ] || return 0
  node=node-linux-$arch@$(sed -n "s/.*\"node-linux-$arch\": \"\([^\"]*\)\".*/\1/p" "$frontend/package.json")
  if [ ! -x "$tools/node_modules/.bin/npm" ] || [ "$(cat "$tools/.made-of" 2>/dev/null)" != "$node" ]; then
    mkdir -p "$tools"
    quietly "$root/build/log/npm-tools.log" "npm 11 and Node 22 for the web app's build" \
      npm install --prefix "$tools" --no-save --no-audit --no-fund --no-progress npm@11.21.2 "$node" ||
      die "npm could not be brought up to date." "Is the npm registry reachable? See build/log/npm-tools.log."
    echo "$node" >"$tools/.made-of"
  fi
  PATH=$tools/node_modules/node-linux-$arch/bin:$tools/node_modules/.bin:$PATH
}

frontend_modules() {
  local stamp=$frontend/node_modules/.dialix-lock sum log=$root/build/log/npm-ci.log
  command -v npm >/dev/null || die "npm is not installed." "Run scripts/setup build."
  frontend_npm
  sum=$(cat "$frontend/package.json" "$frontend/package-lock.json" | sha256sum)
  if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$sum" ]; then
    (cd "$frontend" && quietly "$log" "frontend: npm ci" npm ci --no-progress) ||
      die "The frontend's packages could not be installed." "Is the npm registry reachable? See $log."
    printf '%s\n' "$sum" >"$stamp"
  fi
  frontend_node=$frontend/node_modules/.bin/node
  "$frontend_node" --version >/dev/null 2>&1 ||
    die "Node 22 did not come with the packages: this machine is neither x86-64 nor arm64 Linux."
  # npm's scripts and the tools' own #! lines find it first.
  PATH=$frontend/node_modules/.bin:$PATH
}
