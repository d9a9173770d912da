import { basics, commands } from "./basics.ts";
import { endings, journal, settings } from "./change-state.ts";
import { copies, ports } from "./copies.ts";
import { fence } from "./fence.ts";

const undoing = `
finish() {
  tidy
  disarm "$state" "$id"
  clear "$state" "$id"
}
# Waits until a port of the file in place is listened on, and stays so.
comes_up() {
  uptime
  latest=$((up + prove + 2 * steady))
  good=
  while
    uptime
    if [ -f "$live" ] && listens $(ports_of "$live"); then
      : "\${good:=$up}"
      [ "$((up - good))" -ge "$steady" ] && return
    else
      good=
    fi
    [ "$up" -lt "$latest" ]
  do sleep 0.5; done
  return 1
}
put_back() {
  if [ -f "$live" ] && [ "$(sha <"$live")" = "$1" ]; then
    sync -- "$dir"
    return
  fi
  if [ "$1" = "$before" ] && [ -f "$old" ]; then
    place "$old" && sync -- "$dir" && return
  fi
  backup=$state/backups/$1.ini
  [ "$(sha <"$backup")" = "$1" ] && stage "$1" <"$backup" && place "$fresh" && sync -- "$dir"
}
# Somebody changed the file after us: as long as the host is reached with it, it is theirs.
is_foreign() {
  [ -f "$live" ] || return 1
  digest=$(sha <"$live")
  case $digest in "$before" | "$after" | "$bridge") return 1 ;; esac
  say "somebody else changed the file since: $digest"
  save "$state/backups/$digest.ini" "$digest" <"$live" || say "it could not be kept"
  comes_up
}
# True while transfers run, which an undo does not cut off as long as the host is reached as it is.
must_wait() {
  call "$state/said-busy" busy || return 1
  [ "$code" = "$busy_exit" ] || return 1
  listens $(ports_of "$live") || listens $(ports_of "$state/backups/$after.ini")
}
# 0: it is over; 1: it is stuck; 75: it is to be tried again later.
undo() {
  [ -e "$state/journal.json" ] || return 0
  read_journal || { say "STUCK: the journal cannot be read"; return 1; }
  [ -z "$id" ] || [ "$journal_id" = "$id" ] || return 0
  id=$journal_id
  load || { say "the settings of $id are not there"; return 1; }
  was_undoing=$(cat -- "$state/decision-$id" 2>/dev/null)
  [ "$cause" = boot ] || claim "$state" "$id" undo
  [ "$was_undoing" = undo ] && patience=$patience_undoing
  take_over || return
  # Meanwhile its own run may have brought it to its end.
  if ! read_journal || [ "$journal_id" != "$id" ]; then return 0; fi
  claim "$state" "$id" undo || decided=$(cat -- "$state/decision-$id" 2>/dev/null)
  if [ "$decided" = confirm ]; then
    finish
    say "the change had been confirmed: it stays"
    return 0
  fi
  if [ "$journal_stage" = prepared ]; then
    finish
    say "nothing had been touched"
    return 0
  fi
  mark_stage undoing
  if is_foreign; then
    finish
    say "the host is reached with it: it stays"
    return 0
  fi
  for file in old bridge old; do
    digest=$before
    if [ "$file" = bridge ] && [ -n "$bridge" ]; then digest=$bridge; fi
    put_back "$digest" || say "the $file file could not be put in place"
    if must_wait; then
      say "transfers are running, so the service was not restarted yet"
      return 75
    fi
    call "$state/said-restart" restart
    say "the $file file is in place, and the restart ended with exit code $code"
    if comes_up; then
      finish
      say "restored: the $file file"
      return 0
    fi
    say "no data port of it is listened on"
  done
  mark_stage stuck
  say "STUCK: no file brought the host back: see to it by hand"
  return 1
}
`;

const lockOfHost = `
# The timer has the last word even over a run that is alive, which stands down when it sees that.
take_over() {
  uptime
  end=$((up + patience))
  look_at $$
  ref=$$:$start
  while :; do
    highest "$state"
    case $holder in "- host $ref "*) mine=$n; return ;; esac
    if is_held "$state" "$lease"; then
      uptime
      if [ "$cause" = boot ]; then say "another run is at work"; return 1; fi
      if [ "$up" -lt "$end" ]; then sleep 0.5; continue; fi
      say "the run that holds the lock had its time: $holder"
    fi
    uptime
    next_lock "$state" "- host $ref $boot $up timer" && break
    sleep 0.1
  done
  settle_steps "$state" "$mine" 0 "$patience" 0
}
give_back() {
  highest "$state"
  case $holder in "- host $ref "*) next_lock "$state" free ;; esac
}
`;

/**
 * `undo.sh STATE timer ID`, `undo.sh STATE watchdog ID SECONDS`, `undo.sh STATE boot`: what
 * `recoverHost` does, on a host that has nothing but a shell. It cannot make a handshake, so what
 * it calls reached is a data port that is listened on.
 */
export const undoScript = `#!/bin/sh
# Part of sesam-harden: puts the old stpd.ini back, unless the change was confirmed.
${basics}${commands}${fence}${copies}${ports}${settings}${journal}${endings}${undoing}${lockOfHost}
say() {
  printf '%s %s\\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*" >>"$state/undo.log"
  [ "$cause" = watchdog ] || printf '%s\\n' "$*"
} 2>/dev/null
state=$1
cause=$2
id=\${3:-}
ref=
if [ "$cause" = watchdog ]; then
  uptime
  deadline=$((up + $4))
  look_at $$
  own="watchdog $$ $start $boot"
  ln -s -T -- "$own" "$state/armed.$$" && mv -fT -- "$state/armed.$$" "$state/armed-$id" || exit 1
  while
    uptime
    [ "$up" -lt "$deadline" ]
  do
    sleep 1
    [ "$(readlink -- "$state/armed-$id")" = "$own" ] || exit 0
  done
fi
if [ -f "$state/undo.log" ]; then
  tail -c 60000 -- "$state/undo.log" >"$state/undo.log.$$" &&
    mv -fT -- "$state/undo.log.$$" "$state/undo.log"
fi
[ "$cause" = boot ] || say "the time of the change $id is over"
while :; do
  undo
  result=$?
  [ -z "$ref" ] || give_back
  [ "$result" = 75 ] || exit "$result"
  sleep 10
done
`;
