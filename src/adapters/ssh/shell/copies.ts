/** The copies of the live file, which lie beside it. */
export const copies = `
# name_copies LIVE
name_copies() {
  live=$1
  dir=\${1%/*}/
  base=$dir.\${1##*/}.sesam-harden
  old=$base-old
  fresh=$base-fresh
  part=$base-part
}
rights() { stat -c '%a %u %g %C' -- "$1" 2>/dev/null || stat -c '%a %u %g' -- "$1"; }
acl() { getfacl -cnp -- "$1"; }
# stage SHA256: the standard input becomes fresh, with mode, owner, ACL and label of the live file.
# A folder that is not root's alone may hold traps: no link is followed.
stage() {
  model=$live
  [ -f "$model" ] || model=$old
  cp --attributes-only --preserve=all --remove-destination -T -- "$model" "$part" &&
    dd of="$part" bs=65536 iflag=fullblock oflag=nofollow conv=notrunc,fsync status=none &&
    [ "$(sha <"$part")" = "$1" ] || return 1
  if command -v getfacl >/dev/null && [ "$(acl "$model")" != "$(acl "$part")" ]; then
    acl "$model" | setfacl --set-file=- -- "$part" && [ "$(acl "$model")" = "$(acl "$part")" ] ||
      return 1
  fi
  if [ "$(rights "$model")" != "$(rights "$part")" ]; then
    chcon --reference="$model" -- "$part" && [ "$(rights "$model")" = "$(rights "$part")" ] ||
      return 1
  fi
  sync -- "$part" && mv -fT -- "$part" "$fresh"
}
# place COPY: it becomes the live file at once, and its own name is gone.
place() {
  if [ "$1" -ef "$live" ]; then rm -f -- "$1"; else mv -fT -- "$1" "$live"; fi
}
tidy() { rm -f -- "$old" "$fresh" "$part"; }
`;

/** What a host can tell of its own ports. */
export const ports = `
# The data ports that a file opens, as far as a shell can read it.
ports_of() {
  [ -f "$1" ] || return
  inside=
  found=
  while IFS=' \t' read -r line || [ -n "$line" ]; do
    case $line in
      '[STPD_Server]'*) inside=yes ;;
      '['*) inside= ;;
      STPD_PORT*=* | STPD_HTTP_PORT*=* | STPD_HTTPS_PORT*=*)
        line=\${line#*=}
        line=\${line#"\${line%%[0-9]*}"}
        line=\${line%%[!0-9]*}
        case $inside$line in yes[1-9]*) found="$found $line" ;; esac
        ;;
    esac
  done <"$1"
  # What STPD opens where its file names nothing is not documented: perhaps its usual ports.
  printf %s "\${found:-11000 11001 11443}"
}
# Does something listen on one of the ports? True where the system does not tell.
listens() {
  [ -r /proc/net/tcp ] || return 0
  for port in "$@"; do
    wanted=$(printf %04X "$port")
    for table in /proc/net/tcp /proc/net/tcp6; do
      [ -r "$table" ] || continue
      while read -r slot here there state_of rest; do
        if [ "$state_of" = 0A ] && [ "\${here##*:}" = "$wanted" ]; then return 0; fi
      done <"$table"
    done
  done
  return 1
}
`;
