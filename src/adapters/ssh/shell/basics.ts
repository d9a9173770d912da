/**
 * Shell text that runs on targets: POSIX sh, coreutils and /proc. All of it is constant; values come
 * as parameters. What fails says why on the standard error.
 */
export const basics = `
mask=$(umask)
umask 077
cd /
LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
fail() { printf '%s\\n' "$*" >&2; exit 1; }
# Seconds since the machine came up: no change of the clock moves them.
uptime() { up=0; read -r up rest </proc/uptime; up=\${up%%.*}; }
boot=
read -r boot </proc/sys/kernel/random/boot_id
boot=\${boot%%-*}
# Start and group of the process PID; false where there is none.
look_at() {
  { read -r stat </proc/"$1"/stat; } 2>/dev/null || return 1
  set -- \${stat##*) }
  case $1 in Z | X) return 1 ;; esac
  group=$3
  start=\${20}
}
# Is the process PID, started at START in BOOT, still there?
lives() { [ "$3" = "$boot" ] && look_at "$1" && [ "$start" = "$2" ]; }
sha() { set -- "$(sha256sum)"; printf %s "\${1%% *}"; }
# save FILE SHA256: the bytes of the standard input, whole and on the disk, or nothing.
save() {
  dd of="$1.$$.new" bs=65536 iflag=fullblock conv=fsync status=none &&
    [ "$(sha <"$1.$$.new")" = "$2" ] &&
    mv -fT -- "$1.$$.new" "$1" && sync -- "\${1%/*}" && return
  rm -f -- "$1.$$.new"
  return 1
}
# claim STATE ID DECISION: decides, unless that was done before; sets what was decided.
claim() {
  decided=
  rm -f -- "$1/claim.$$"
  printf %s "$3" >"$1/claim.$$" && sync -- "$1/claim.$$" &&
    { ln -T -- "$1/claim.$$" "$1/decision-$2" 2>/dev/null || [ -f "$1/decision-$2" ]; } &&
    sync -- "$1" && decided=$(cat -- "$1/decision-$2")
  rm -f -- "$1/claim.$$"
  case $decided in confirm | undo) ;; *) return 1 ;; esac
}
`;

/**
 * Runs a pinned command: `pinned SAID LIMIT WORD…`, with the head of what it says in a file. What it
 * starts may hold on to the pipe for good, so somebody goes on reading there.
 */
export const commands = `
pinned() {
  said=$1
  limit=$2
  shift 2
  rm -f -- "$said" "$said.pipe"
  code=0
  if mkfifo -- "$said.pipe"; then
    { head -c 4000 >"$said"; cat >/dev/null; } <"$said.pipe" >/dev/null 2>&1 &
    reader=$!
    (umask "$mask" && unset LC_ALL && exec timeout -k 10 "$limit" "$@") \\
      </dev/null >"$said.pipe" 2>&1 || code=$?
    rm -f -- "$said.pipe"
    turn=0
    while [ "$code" != 0 ] && [ "$turn" -lt 20 ] && look_at "$reader"; do
      sleep 0.1
      turn=$((turn + 1))
    done
  else
    (umask "$mask" && unset LC_ALL && exec timeout -k 10 "$limit" "$@") \\
      </dev/null >/dev/null 2>&1 || code=$?
  fi
}
`;
