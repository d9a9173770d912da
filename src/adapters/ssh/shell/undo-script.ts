import { basics, commands } from "./basics.ts";
import { copies, ports } from "./copies.ts";
import { fence } from "./fence.ts";

/** Lines of `change-ID`, in their order; words that follow a count stand one a line. */
const settings = `
# load: the settings of a change that the jump host left.
load() {
  [ -r "$state/change-$id" ] || return 1
  exec 4<"$state/change-$id"
  IFS= read -r path <&4
  read -r prove <&4
  read -r steady <&4
  read -r patience <&4
  read -r patience_undoing <&4
  read -r lease <&4
  read -r busy_exit <&4
  exec 4<&-
  name_copies "$path"
}
# call SAID restart|busy
call() {
  said=$1
  wanted=$2
  [ -r "$state/change-$id" ] || return 1
  exec 4<"$state/change-$id"
  for line in 1 2 3 4 5 6 7; do read -r skipped <&4; done
  for name in restart busy; do
    read -r limit <&4
    read -r count <&4
    set --
    while [ "$count" -gt 0 ]; do
      IFS= read -r word <&4
      set -- "$@" "$word"
      count=$((count - 1))
    done
    [ "$name" = "$wanted" ] && break
  done
  exec 4<&-
  [ "$#" -gt 0 ] || return 1
  pinned "$said" "$limit" "$@"
}
`;

/** As `printJournal` writes it: one member a line. */
const journal = `
newline='
'
read_journal() {
  [ -f "$state/journal.json" ] || return 1
  journal_id= journal_stage= before= after= bridge=
  while IFS= read -r line; do
    value=\${line#*: \\"}
    value=\${value%%\\"*}
    case $line in
      ' "id": "'*) journal_id=$value ;;
      ' "stage": "'*) journal_stage=$value ;;
      ' "before": "'*) before=$value ;;
      ' "after": "'*) after=$value ;;
      ' "bridge": "'*) bridge=$value ;;
    esac
  done <"$state/journal.json"
  [ -n "$journal_id" ]
}
# Not needed for what follows, and on a full disk not possible.
mark_stage() {
  text=
  while IFS= read -r line; do
    case $line in ' "stage": "'*) line=" \\"stage\\": \\"$1\\"," ;; esac
    text=$text$line$newline
  done <"$state/journal.json"
  printf %s "$text" >"$state/journal.$$" && sync -- "$state/journal.$$" && mv -fT -- "$state/journal.$$" "$state/journal.json"
  rm -f -- "$state/journal.$$"
  sync -- "$state"
}
`;

export const unitPrefix = "sesam-harden-undo";

/** Takes the timer away, and what was kept for it; the journal last of all, and then the decision. */
export const endings = `
unit_folder=/etc/systemd/system
disarm() {
  armed=$(readlink -- "$1/armed-$2") || armed=
  rm -f -- "$1/armed-$2" "$1/change-$2"
  case $armed in
    systemd*)
      systemctl stop "${unitPrefix}-$2.timer" >/dev/null 2>&1
      rm -f -- "$unit_folder/${unitPrefix}.service" \\
        "$unit_folder/multi-user.target.wants/${unitPrefix}.service"
      systemctl daemon-reload >/dev/null 2>&1
      ;;
  esac
  return 0
}
clear() {
  rm -f -- "$1/journal.json" && sync -- "$1" && rm -f -- "$1/decision-$2" && sync -- "$1"
}
`;

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
  save "$state/backups/$digest.ini" "$digest" <"$live"
  say "somebody else changed the file since; it is kept as $digest"
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
  read_journal && { [ "$id" = "" ] || [ "$journal_id" = "$id" ]; } || return 0
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
  sleep 30
done
`;
