/**
 * Shell functions for targets: POSIX sh, coreutils and /proc. The text is constant; values are
 * passed as parameters. Errors are explained on standard error.
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
# look_up STATE ID: sets what was decided, which earlier versions wrote into a file.
look_up() {
  decided=$(readlink -- "$1/decision-$2" || cat -- "$1/decision-$2" 2>/dev/null)
}
# claim STATE ID DECISION: decides, unless that was done before; sets what was decided. A link needs
# no block of a full disk.
claim() {
  ln -s -T -- "$3" "$1/decision-$2" 2>/dev/null
  look_up "$1" "$2"
  case $decided in confirm | undo) sync -- "$1" ;; *) return 1 ;; esac
}
# A pinned command may look for processes by their words: it gets its own through a pipe, so that no
# shell and no timeout shows them.
launch='set --; while IFS= read -r word; do set -- "$@" "$word"; done; exec "$@" </dev/null'
`;

/**
 * Shell functions that run pinned commands. `pinned SAID LIMIT WORD…` stores the start of the
 * output in a file. A process that the command leaves behind may keep the pipe open, so a reader
 * stays with it. `asked LIMIT WORD…` is for commands that answer by exit code. It uses no file, so
 * it works on a full disk, and stores standard error in `complaint`.
 */
export const commands = `
asked() {
  limit=$1
  shift
  code=0
  complaint=$(
    printf '%s\\n' "$@" |
      (umask "$mask" && unset LC_ALL && exec timeout -k 10 "$limit" sh -c "$launch") 2>&1 >/dev/null
  ) || code=$?
}
pinned() {
  said=$1
  limit=$2
  shift 2
  rm -f -- "$said" "$said.pipe"
  code=0
  opened=
  if mkfifo -- "$said.pipe"; then
    { head -c 4000 >"$said"; cat >/dev/null; } <"$said.pipe" >/dev/null 2>&1 &
    reader=$!
    {
      opened=yes
      (umask "$mask" && unset LC_ALL && exec timeout -k 10 "$limit" "$@") || code=$?
    } </dev/null >"$said.pipe" 2>&1
    rm -f -- "$said.pipe"
    # Where the pipe could not be opened, as its directory is gone, the reader would wait for ever.
    [ -n "$opened" ] || kill -s KILL "$reader"
    turn=0
    while [ -n "$opened" ] && [ "$code" != 0 ] && [ "$turn" -lt 20 ] && look_at "$reader"; do
      sleep 0.1
      turn=$((turn + 1))
    done
  fi
  if [ -z "$opened" ]; then
    (umask "$mask" && unset LC_ALL && exec timeout -k 10 "$limit" "$@") \\
      </dev/null >/dev/null 2>&1 || code=$?
  fi
}
`;
