#!/bin/sh
# The service manager of a stand-in host, as `sm_main` is SEP sesam's. FOLDER holds
#   etc/stpd.ini  what the service reads when it starts
#   run/settings  how it is started; test/support/fakes/host/stand-in-host.ts writes it
#   run/starts    a line for each start that was tried
#   busy          there while transfers run
#   faults/       one file a restart, named NUMBER-KIND and taken in their order
#
#   stand-in-service.sh FOLDER restart | stop | status | busy
set -u
folder=$1
run=$folder/run
. "$run/settings"

# Live processes with a file of run/ among their arguments; grep itself matches, but has ended by
# then.
list_running() {
  for pid in $(grep -lzF -- "$run/" /proc/[0-9]*/cmdline 2>/dev/null | cut -d/ -f3); do
    kill -0 "$pid" 2>/dev/null && echo "$pid"
  done
}

stop_service() {
  for signal in TERM KILL KILL; do
    tries=0
    kill -s "$signal" $(list_running) 2>/dev/null
    while [ -n "$(list_running)" ] && [ "$tries" -lt 50 ]; do
      sleep 0.02
      tries=$((tries + 1))
    done
  done
}

# start ADDRESS KEY SECONDS [MILLISECONDS]: outside of the caller's process tree, without its
# streams. Waits for the ports, unless it is meant to be late.
start() {
  ready=$run/ready.$1
  rm -f "$ready"
  setsid sh -c 'sleep "$0"; exec "$@"' "$3" \
    $program "$run/loaded.ini" "$run/$2.crt" "$run/$2.key" "$1" ${4-} \
    </dev/null >"$ready" 2>>"$run/log" 9>&- &
  [ "$3" = 0 ] || return 0
  while [ ! -s "$ready" ]; do
    kill -0 $! 2>/dev/null || return 1
    sleep 0.01
  done
}

start_all() {
  key=own
  delay=0
  [ "$1" = slow ] && delay=$2
  # It binds to all addresses if it can; for another key at one address, each gets its own process.
  [ "$1" = neighbour ] && addresses="$inside $outside"
  for address in $addresses; do
    [ "$1" = neighbour ] && [ "$address" != "$inside" ] && key=neighbour
    if [ "$1" = https-dies ]; then
      start "$address" "$key" 0 "$2" || return 1
    else
      start "$address" "$key" "$delay" || return 1
    fi
  done
}

# Sets kind and number. Only one process can succeed in removing the file.
take_fault() {
  kind=works
  number=''
  for file in "$folder"/faults/*; do
    number=$(cat "$file" 2>/dev/null) && rm "$file" 2>/dev/null || continue
    kind=${file##*/}
    kind=${kind#*-}
    return
  done
}

restart() {
  take_fault
  [ "$kind" = hangs ] && exec sleep 86400
  # One restart at a time; the lock ends with the process, however that ends.
  exec 9>"$run/lock"
  flock 9
  stop_service
  case $kind in
    fails) echo "the service did not start" >&2; exit 1 ;;
    stays-down) exit 0 ;;
    hangs-down) exec 9>&-; exec sleep 86400 ;;
  esac
  if [ "$kind" != old-config ]; then
    rm -f "$run/loaded.ini"
    cp "$folder/etc/stpd.ini" "$run/loaded.ini" || exit 1
  fi
  date -u +%Y-%m-%dT%H:%M:%S.%3NZ >"$run/started"
  cat "$run/started" >>"$run/starts"
  if ! start_all "$kind" "$number"; then
    stop_service
    echo "the service did not start: $(tail -n 1 "$run/log")" >&2
    exit 1
  fi
}

case $2 in
  restart) restart ;;
  stop) stop_service ;;
  status)
    echo "sesam $version"
    [ -n "$(list_running)" ] || { echo "stpd: down"; exit 3; }
    echo "stpd: up since $(cat "$run/started")"
    ;;
  busy)
    [ -e "$folder/busy" ] || { echo "no transfers"; exit 0; }
    cat "$folder/busy"
    exit 1
    ;;
  *) echo "restart, stop, status or busy?" >&2; exit 2 ;;
esac
