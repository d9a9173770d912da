/** Reads the lines of `change-ID` in order; the words after a count are one per line. */
export const settings = `
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
  read -r idle_exit <&4
  exec 4<&-
  name_copies "$path"
}
# call restart|busy
call() {
  wanted=$1
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
  if [ "$wanted" = busy ]; then asked "$limit" "$@"; else pinned "$state/said-restart" "$limit" "$@"; fi
}
`;

/** Reads the journal as `printJournal` writes it: one member per line. */
export const journal = `
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

/** Prefix of the systemd units that undo a change. */
export const unitPrefix = "sesam-harden-undo";

/** Removes the timer and its files; clearing a change removes the journal, then the decision. */
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
      systemctl reset-failed "${unitPrefix}-$2.service" >/dev/null 2>&1
      ;;
  esac
  return 0
}
clear() {
  rm -f -- "$1/journal.json" && sync -- "$1" && rm -f -- "$1/decision-$2" && sync -- "$1"
}
`;
