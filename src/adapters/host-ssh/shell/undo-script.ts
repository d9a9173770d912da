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
# Without the state directory nothing can be undone any more. One that comes back within a minute, as
# by a mount, was not removed.
is_gone() {
  missing=0
  while ! [ -d "$state" ]; do
    [ "$missing" -lt 60 ] || return 0
    missing=$((missing + 1))
    sleep 1
  done
  return 1
}
end_if_gone() {
  if is_gone; then
    printf '%s\\n' "the state directory $state is gone, so nothing can be undone" >&2
    exit 1
  fi
}
# pause SECONDS
pause() {
  remaining=$1
  while [ "$remaining" -gt 0 ]; do
    sleep 10
    remaining=$((remaining - 10))
    end_if_gone
  done
}
# Waits until a port of the file in place is listened on, and stays so.
comes_up() {
  uptime
  latest=$((up + prove + 2 * steady))
  good=
  while
    end_if_gone
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
# Any answer but that nothing runs may be an error's.
must_wait() {
  call busy || return 1
  if [ "$code" = "$idle_exit" ] && [ -z "$complaint" ]; then return 1; fi
  listens $(ports_of "$live") || listens $(ports_of "$state/backups/$after.ini")
}
# Did the service read the file in place? A restart that failed has to be seen, by all of its ports.
has_read() {
  [ "$code" = 0 ] && return
  for each in $(ports_of "$live"); do listens "$each" || return 1; done
}
# The old file or the bridge: nobody has proven any other.
is_known() {
  digest=$(sha <"$live")
  [ "$digest" = "$before" ] || [ "$digest" = "$bridge" ]
}
# 0: it is over; 1: it cannot be done; 75: it is to be tried again soon; 76: it is stuck.
undo() {
  [ -e "$state/journal.json" ] || return 0
  read_journal || { say "STUCK: the journal cannot be read"; return 76; }
  [ -z "$id" ] || [ "$journal_id" = "$id" ] || return 0
  id=$journal_id
  load || { say "the settings of $id are not there"; return 1; }
  look_up "$state" "$id" 2>/dev/null
  [ "$decided" = undo ] && patience=$patience_undoing
  case $cause in timer | watchdog) claim "$state" "$id" undo ;; esac
  take_over || return
  # Meanwhile its own run may have brought it to its end.
  if ! read_journal || [ "$journal_id" != "$id" ]; then return 0; fi
  claim "$state" "$id" undo
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
  reached=
  for file in old bridge old; do
    # Reached with what it had read before: another file would not help, another restart may.
    [ -z "$reached" ] || file=old
    digest=$before
    if [ "$file" = bridge ] && [ -n "$bridge" ]; then digest=$bridge; fi
    put_back "$digest" || { sleep 1; put_back "$digest"; } || { sleep 1; put_back "$digest"; } ||
      say "the $file file could not be put in place"
    if must_wait; then
      say "transfers are running, or that is not known, so the service was not restarted yet"
      return 75
    fi
    call restart
    say "the $file file is in place, and the restart ended with exit code $code"
    if comes_up; then
      if has_read && is_known; then
        finish
        say "restored: the $file file"
        return 0
      fi
      reached=yes
      say "the host is reached, and not by the old file: this is tried again"
    else
      reached=
      say "no data port of it is listened on"
    fi
  done
  [ -z "$reached" ] || return 75
  mark_stage stuck
  say "STUCK: no file brought the host back: see to it by hand"
  return 76
}
`;

const lockOfHost = `
# The timer has the last word even over a run that is alive, which stands down when it sees that; a
# start of the host waits for it, and a person does not. Where the lock cannot be written, no other
# run can take it either.
take_over() {
  failed=0
  uptime
  end=$((up + patience))
  look_at $$
  ref=$$:$start
  while :; do
    highest "$state"
    case $holder in "- host $ref "*) mine=$n; return ;; esac
    if is_held "$state" "$lease"; then
      uptime
      if [ "$cause" = person ]; then say "another run is at work"; return 1; fi
      if [ "$up" -lt "$end" ]; then sleep 0.5; continue; fi
      if [ "$cause" = boot ]; then say "another run is at work"; return 75; fi
      say "the run that holds the lock had its time: $holder"
    fi
    uptime
    next_lock "$state" "- host $ref $boot $up timer" && break
    case $problem in '' | *'File exists'*) ;; *) failed=$((failed + 1)) ;; esac
    if [ "$failed" -ge 20 ]; then
      say "going on without the lock: $problem"
      mine=$((n + 1))
      break
    fi
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
 * Undo script of the target, called as `undo.sh STATE timer ID`, `undo.sh STATE watchdog ID
 * SECONDS` or `undo.sh STATE boot`; by hand as `undo.sh STATE person`, which tries once. It does
 * the same as `recoverHost` on a host that only has a shell. It cannot make a TLS handshake, so a
 * host counts as reachable if a data port has a listener.
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
    [ "$(readlink -- "$state/armed-$id")" = "$own" ] && continue
    end_if_gone
    [ "$(readlink -- "$state/armed-$id")" = "$own" ] || exit 0
  done
fi
if [ -f "$state/undo.log" ]; then
  tail -c 60000 -- "$state/undo.log" >"$state/undo.log.$$" &&
    mv -fT -- "$state/undo.log.$$" "$state/undo.log"
fi
case $cause in timer | watchdog) say "the time of the change $id is over" ;; esac
longer=60
while :; do
  end_if_gone
  undo
  result=$?
  [ -z "$ref" ] || give_back
  case $cause:$result in
    person:7[56]) exit 1 ;;
    *:75) pause 10 ;;
    *:76)
      # A disk that was full gets room, and nobody else would come again.
      pause "$longer"
      [ "$longer" -ge 900 ] || longer=$((2 * longer))
      ;;
    *) exit "$result" ;;
  esac
done
`;
