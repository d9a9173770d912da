/**
 * The lock is the link `lock-N` with the highest N. Its text names the holder, or is `free`. A run
 * takes it by creating the next link, which only one run can do. Only links far below the highest
 * are removed, so that a run that read the number long ago cannot create the same link again. Links
 * need no block of a full disk.
 *
 * A script continues after its ssh client has died. Each step therefore registers as `step-N-SEQ`
 * before it checks whether the lock or a later step has overtaken it. A run that takes the lock, or
 * begins a later step, also registers first, and then waits for the earlier steps. So at least one
 * of the two sees the other, and no step of a dead run takes effect after another run has taken
 * over.
 */
export const fence = `
highest() {
  n=0
  holder=free
  for link in "$1"/lock-*; do
    [ -L "$link" ] || continue
    link=\${link##*/lock-}
    if [ "$link" -gt "$n" ]; then n=$link; fi
  done
  if [ "$n" != 0 ]; then holder=$(readlink -- "$1/lock-$n") || holder=free; fi
}
# next_lock STATE TEXT: makes lock-(n+1); false where another one did.
next_lock() {
  mine=$((n + 1))
  problem=$(ln -s -T -- "$2" "$1/lock-$mine" 2>&1) || return 1
  highest "$1"
  if [ "$n" != "$mine" ]; then
    rm -f -- "$1/lock-$mine"
    return 1
  fi
  for link in "$1"/lock-* "$1"/lease-*; do
    [ -L "$link" ] || continue
    link=\${link##*/}
    if [ "\${link#*-}" -lt "$((mine - 20))" ]; then rm -f -- "$1/$link"; fi
  done
}
# settle_steps STATE N SEQ PATIENCE FIRST: waits for the steps before, then ends them. False where
# there is a later one. What an earlier try of the same step came to is in prior.
settle_steps() {
  prior=
  uptime
  latest=$((up + $4))
  for step in "$1"/step-*-*; do
    [ -L "$step" ] || continue
    key=\${step##*/step-}
    [ "$key" = "$2-$3" ] && continue
    if [ "\${key%-*}" -gt "$2" ] || { [ "\${key%-*}" = "$2" ] && [ "\${key#*-}" -gt "$3" ]; }; then
      return 1
    fi
    while
      set -- "$1" "$2" "$3" "$4" "$5" $(readlink -- "$step")
      [ "\${6:-done}" != done ] && lives "$6" "$7" "$8"
    do
      uptime
      if [ "$up" -ge "$latest" ]; then kill -s KILL -- "-$group"; fi
      sleep 0.1
    done
    if [ "\${key%-*}" = "$2" ] && [ "\${key#*-}" -ge "$5" ] && [ "\${6:-}" = done ]; then prior=$7; fi
    rm -f -- "$step"
  done
}
# beat STATE N: says that the run is alive.
beat() {
  uptime
  ln -s -T -- "$boot $up" "$1/beat.$$" && mv -fT -- "$1/beat.$$" "$1/lease-$2"
}
# remove_leftovers STATE: what killed processes left on its way to its name; for whoever has the lock.
remove_leftovers() {
  for left in "$1"/*.new "$1"/backups/*.new "$1"/undo.log.* "$1"/journal.[0-9]* "$1"/armed.* \
    "$1"/beat.* "$1"/mark.*; do
    left_by=\${left%.new}
    left_by=\${left_by##*.}
    case $left_by in '' | *[!0-9]*) continue ;; esac
    [ -d "/proc/$left_by" ] || rm -f -- "$left"
  done
}
# enter STATE N SEQ FIRST PATIENCE
enter() {
  state=$1
  me=$1/step-$2-$3
  look_at $$
  ln -s -T -- "$$ $start $boot" "$me" || fail "the state folder cannot be written to"
  highest "$1"
  if [ "$n" != "$2" ] || [ "$holder" = free ] || ! settle_steps "$1" "$2" "$3" "$5" "$4"; then
    rm -f -- "$me"
    exit 79
  fi
  beat "$1" "$2"
}
# leave [RESULT]: for a later try of the same step.
leave() { ln -s -T -- "done \${1:-0}" "$state/mark.$$" && mv -fT -- "$state/mark.$$" "$me"; }
# Who holds the lock: of_run, of_place (jump or host), of_ref, of_boot, of_time (and what it is).
read_holder() {
  set -- $holder
  of_run=\${1:-} of_place=\${2:-} of_ref=\${3:-} of_boot=\${4:-} of_time=\${5:-0}
}
# is_held STATE LEASE: does the holder live, as far as the target can tell?
is_held() {
  read_holder
  [ "$of_boot" = "$boot" ] || return 1
  if [ "$of_place" = host ]; then
    lives "\${of_ref%:*}" "\${of_ref#*:}" "$of_boot"
    return
  fi
  for step in "$1/step-$n"-*; do
    [ -L "$step" ] || continue
    set -- "$1" "$2" $(readlink -- "$step")
    if [ "\${3:-done}" != done ] && lives "$3" "$4" "$5"; then return; fi
  done
  stamp=$(readlink -- "$1/lease-$n") || stamp="$of_boot $of_time"
  uptime
  [ "\${stamp% *}" = "$boot" ] && [ "$((up - \${stamp#* }))" -lt "$2" ]
}
`;
