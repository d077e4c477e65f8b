# Sourced by scripts/stack: what the stack's folder holds and how it is filled. Everything here may be run again.

# Where things are, and as whom. Sets: state run as_user owner bin www pg_bin.
locate() {
  as_user=()
  owner=$(id -un)
  if [ "$(id -u)" = 0 ]; then
    # PostgreSQL refuses root, and nothing that talks to a network needs it.
    owner=dialix-dev
    id "$owner" >/dev/null 2>&1 || useradd --system --user-group --home-dir /nonexistent --no-create-home \
      --shell /usr/sbin/nologin "$owner"
    as_user=(setpriv --reuid "$owner" --regid "$owner" --clear-groups --no-new-privs --)
  fi
  state=$(realpath -m "$dir")
  run=$state/run
  # A unix socket's path ends at 107 bytes; the longest name here is ".s.PGSQL.5432.lock".
  if [ "${#run}" -gt 80 ]; then
    run=${XDG_RUNTIME_DIR:-/tmp}
    [ "$(id -u)" != 0 ] || run=/run
    run=$run/dialix-$(printf %s "$state" | sha256sum | cut -c1-12)
  fi
}

# A checkout under /root or in a 0700 home is closed to the unprivileged user: then the state goes to /var/tmp,
# with a link where it was asked for.
make_folders() {
  local moved sub
  mkdir -p "$state"
  [ -z "${as_user[*]}" ] || chown "$owner:" "$state"
  if ! "${as_user[@]}" test -w "$state"; then
    moved=/var/tmp/dialix-$(printf %s "$state" | sha256sum | cut -c1-12)
    rmdir "$state" 2>/dev/null || die "$state cannot be reached by the user $owner, and it is not empty." \
      "Give --dir a folder whose parents $owner may enter, for example --dir /var/tmp/dialix."
    mkdir -p "$moved"
    chown "$owner:" "$moved"
    ln -s "$moved" "$state"
    note "$state is closed to the user $owner: the state is in $moved"
    locate
  fi
  for sub in nginx/tmp redis log audio secrets; do mkdir -p "$state/$sub"; done
  mkdir -p "$run" # under /run it is gone after a reboot
  if [ "$run" != "$state/run" ]; then
    [ -O "$run" ] || [ "$(stat -c %U "$run")" = "$owner" ] || die "$run belongs to someone else; remove it."
    ln -sfnT "$run" "$state/run"
  fi
  chmod 0700 "$state/secrets" "$run" # whoever reaches the sockets may speak as nginx or publish events
  [ -z "${as_user[*]}" ] ||
    chown "$owner:" "$state"/{nginx,nginx/tmp,redis,log,audio,secrets} "$run" "$state/log"/*.log 2>/dev/null || true
}

secret() { # NAME → its value, made at first use
  local file=$state/secrets/$1
  if [ ! -s "$file" ]; then
    (umask 077 && openssl rand -hex 24 >"$file")
    [ -z "${as_user[*]}" ] || chown "$owner:" "$file"
  fi
  cat "$file"
}

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {
  local port
  while :; do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    [ "$port" != "${1:-}" ] && ! port_taken "$port" && break
  done
  echo "$port"
}

# The ports asked for, else those of the last time, else 8080 and 8443; 0 looks for a free one.
choose_ports() {
  local port old_http='' old_https='' old_listen=''
  [ ! -f "$state/ports" ] || read -r old_http old_https old_listen <"$state/ports"
  http_port=${http_port:-${old_http:-8080}}
  https_port=${https_port:-${old_https:-8443}}
  listen=${listen:-${old_listen:-127.0.0.1}}
  if service_pid nginx >/dev/null; then
    [ "$http_port" != 0 ] || http_port=$old_http
    [ "$https_port" != 0 ] || https_port=$old_https
    [ "$http_port $https_port $listen" = "$old_http $old_https $old_listen" ] ||
      die "This stack already runs on ports $old_http and $old_https ($old_listen)." \
        "To change them: scripts/stack down --dir $dir, then up again."
    return 0
  fi
  [ "$http_port" != 0 ] || http_port=$(free_port)
  [ "$https_port" != 0 ] || https_port=$(free_port "$http_port")
  for port in $http_port $https_port; do
    ! port_taken "$port" || die "Port $port is in use by another program." \
      "Choose others: --http-port N --https-port M (0 finds a free one)."
    [ "$port" -ge 1024 ] || [ -z "${as_user[*]}" ] || die "Port $port needs root, and the stack drops root. Use 1024 or above."
  done
  echo "$http_port $https_port $listen" >"$state/ports"
}

write_env() {
  local pg_query
  pg_query="/dialix?host=$run"
  {
    echo "DATABASE_URL=postgresql://dialix_app:$(secret app_password)@$pg_query"
    echo "DATABASE_OWNER_URL=postgresql://dialix_owner:$(secret owner_password)@$pg_query"
    echo "REDIS_URL=unix://$run/redis.sock"
    echo "SECRET_KEY=$(secret secret_key)"
    echo "FCGI_SOCKET=$run/fcgi.sock"
    echo "FCGI_WORKERS=2"
    echo "FCGI_THREADS=24"
    echo "NGINX_WORKERS=2"
    echo "NGINX_FCGI_KEEPALIVE=16"
    echo "AUDIO_STORE=file://$state/audio"
    echo "EVENTS_PUBLISH_SOCKET=$run/nchan.sock"
    echo "ALLOW_HTTP_COOKIE=true"
    echo "LOGIN_ADDRESS_FAILURES=100000" # development: all of it comes from one address
    [ ! -f "$root/.env" ] || grep -E '^[A-Z][A-Z0-9_]*=' "$root/.env" || true
    [ ! -f "$state/settings" ] || cat "$state/settings"
  } | awk -F= '{ if (!($1 in seen)) order[++n] = $1; seen[$1] = $0 } END { for (i = 1; i <= n; i++) print seen[order[i]] }' \
    >"$state/env.new"
  chmod 0640 "$state/env.new"
  [ -z "${as_user[*]}" ] || chown "root:$owner" "$state/env.new"
  if [ -f "$state/env" ] && ! cmp -s "$state/env" "$state/env.new" && service_pid fcgi >/dev/null; then
    note "settings have changed: scripts/stack restart fcgi analyzer --dir $dir takes them into use"
  fi
  mv "$state/env.new" "$state/env"
}

# --set KEY=VALUE is kept beside the state; --set KEY= takes it back.
keep_settings() {
  local pair
  for pair in "${settings[@]}"; do
    [[ $pair =~ ^[A-Z][A-Z0-9_]*= ]] || die "--set wants NAME=VALUE, not: $pair"
    touch "$state/settings"
    sed -i "/^${pair%%=*}=/d" "$state/settings"
    [ -z "${pair#*=}" ] || printf '%s\n' "$pair" >>"$state/settings"
  done
}

# Where the programs are. Those the user $owner cannot reach are copied into the state folder.
find_programs() {
  local program
  bin=$build/bin www=$root/frontend/dist
  for program in dialix-fcgi dialix-analyzer dialixctl; do
    [[ $program != dialix-analyzer || " ${services[*]} " == *" analyzer "* ]] || continue
    [ -x "$bin/$program" ] || die "There is no $program in $bin." \
      "Build it: cmake --preset release && cmake --build --preset release   (or scripts/run, which does all of it)," \
      "or name another build: --build build/dev"
  done
  echo "$build" >"$state/build"
  if ! "${as_user[@]}" test -x "$bin/dialix-fcgi"; then
    note "$bin is closed to the user $owner: the programs are copied to $state/app"
    mkdir -p "$state/app/bin"
    cp -u "$bin"/dialix* "$state/app/bin/"
    bin=$state/app/bin
  fi
  if [ ! -f "$www/index.html" ]; then
    note "no web app in $www yet: scripts/build-frontend makes it"
    mkdir -p "$state/www"
    echo '<!doctype html><title>Dialix</title><p>The web app is not built. Run scripts/build-frontend, then scripts/stack reload.' \
      >"$state/www/index.html"
    www=$state/www
  elif ! "${as_user[@]}" test -r "$www/index.html"; then
    rm -rf "$state/app/www"
    mkdir -p "$state/app"
    cp -r "$www" "$state/app/www"
    www=$state/app/www
  fi
}

write_nginx() {
  local module=/usr/lib/nginx/modules/ngx_nchan_module.so address
  [ -f "$module" ] || die "nginx's nchan module is missing ($module)." "Run scripts/setup run."
  if [ ! -s "$state/nginx/certificate.pem" ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 825 -subj "/CN=Dialix development" \
      -addext "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1" -keyout "$state/nginx/key.pem" \
      -out "$state/nginx/certificate.pem" 2>/dev/null
    chmod 0600 "$state/nginx/key.pem"
    [ -z "${as_user[*]}" ] || chown "$owner:" "$state/nginx/key.pem"
  fi
  # nchan 1.3.6 insists that nginx's own spool folder is there, and its directive to name another one does not work.
  if [ ! -d /var/lib/nginx/body ]; then
    install -d -o www-data -g root -m 0700 /var/lib/nginx/body 2>/dev/null ||
      die "nginx's folder /var/lib/nginx/body is missing." "Once, as root: scripts/setup run"
  fi
  address=$listen
  case $address in *:*) address="[$address]" ;; esac
  {
    [ ! -f "$state/nginx.values" ] || cat "$state/nginx.values"
    cat <<EOF2
NCHAN_MODULE=$module
NCHAN_SOCKET=$run/nchan.sock
NGINX_WORKERS=$(sed -n 's/^NGINX_WORKERS=//p' "$state/env")
FCGI_KEEPALIVE=$(sed -n 's/^NGINX_FCGI_KEEPALIVE=//p' "$state/env")
FCGI_SOCKET=$run/fcgi.sock
STATE=$state
LISTEN=listen $address:$http_port; listen $address:$https_port ssl http2;
SERVER_NAME=~^ ""
REDIRECT=
LISTEN_REDIRECT=
TRUSTED_PROXIES=
REAL_IP_HEADER=X-Forwarded-For
METRICS_FROM=127.0.0.1 ::1
TLS_CERTIFICATE=$state/nginx/certificate.pem
TLS_KEY=$state/nginx/key.pem
SNIPPETS=$state/nginx/snippets
LOG=$state/log
AUDIO=$state/audio
STATIC=$www
MAX_BODY=512m
MAX_BODY_TEXT=512 MB
APP_TIMEOUT=75s
HSTS=max-age=60
OCSP=
LOGIN_RATE=1000r/s
LOGIN_BURST=1000
LOGIN_NETWORK_RATE=1000r/s
LOGIN_NETWORK_BURST=1000
LOGIN_SESSION_RATE=1000r/s
LOGIN_SESSION_BURST=1000
LOGIN_RETRY=10
LOGINS_AT_ONCE=1000
LOGIN_DEVICES_AT_ONCE=1000
UPLOAD_RATE=1000r/s
UPLOAD_BURST=1000
UPLOAD_SESSION_RATE=1000r/s
UPLOAD_SESSION_BURST=1000
UPLOAD_RETRY=5
UPLOADS_PER_ADDRESS=500
API_RATE=1000000r/s
API_BURST=100000
API_SESSION_RATE=1000000r/s
API_SESSION_BURST=100000
API_RETRY=1
CONNECTIONS_PER_ADDRESS=1000
CONNECTIONS_RETRY=3
EOF2
  } | awk -F= '!seen[$1]++' >"$state/nginx/values"
  "$root/nginx/fill" "$state/nginx/values" "$state/nginx" "$root"/nginx/*.in "$root"/nginx/snippets/*.in
}
