/**
 * Shell functions for the live file and its copies, which are in the same directory. That directory
 * may belong to another account.
 */
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
# can_others_write MODE, in octal
can_others_write() { case $1 in *[2367]? | *[2367]) ;; *) return 1 ;; esac; }
# is_link_safe OWNER FOLDER_OWNER FOLDER_MODE: can only root and this user have placed the link?
is_link_safe() {
  for owner in "$1" "$2"; do [ "$owner" = 0 ] || [ "$owner" = "$me" ] || return 1; done
  case $3 in [1357]???) return ;; esac
  ! can_others_write "$3"
}
# go_to FOLDER: does not follow a link that another account can change. If the system says that cd
# led to another place than the path names, the path is walked again, component by component.
go_to() {
  cd -P -- "$1" 2>/dev/null && [ "$(pwd -P)" = "\${1%/}" ] && return
  rest=$1
  me=$(id -u)
  links=0
  cd -P / || return 1
  while [ -n "$rest" ]; do
    name=\${rest%%/*}
    case $rest in */*) rest=\${rest#*/} ;; *) rest= ;; esac
    case $name in '' | .) continue ;; esac
    if [ -L "./$name" ]; then
      links=$((links + 1))
      if [ "$links" -gt 40 ] ||
        ! is_link_safe $(stat -c %u -- "./$name"; stat -c '%u %a' .); then
        printf '%s\\n' "$name is a link that another account can change" >&2
        return 1
      fi
      name=$(readlink -- "./$name") || return 1
      case $name in /*) cd -P / || return 1 ;; esac
      rest=$name/$rest
      continue
    fi
    place=$(stat -c %d:%i -- "./$name") && cd -P -- "./$name" || return 1
    if [ "$(stat -c %d:%i .)" != "$place" ]; then
      printf '%s\\n' "$name was replaced at the same time" >&2
      return 1
    fi
  done
}
# Goes to the directory, for a subshell; from then on the names are looked up in it only.
hold() {
  go_to "$dir" || return 1
  live=./\${live##*/}
  old=./\${old##*/}
  fresh=./\${fresh##*/}
  part=./\${part##*/}
}
rights() { stat -c '%a %u %g %C' -- "$1" 2>/dev/null || stat -c '%a %u %g' -- "$1"; }
acl() { getfacl -cnp -- "$1"; }
is_plain() { [ -f "$1" ] && [ ! -L "$1" ]; }
# stage SHA256: the standard input becomes fresh, with mode, owner, ACL and label of the live file.
# It is made in a directory of its own, where no other account can replace it.
stage() (
  hold && me=$(id -u) && held=$(stat -c %d:%i .) && rm -rf -- "$part" && mkdir -m 700 -- "$part" || exit 1
  model=../$live
  is_plain "$live" || model=../$old
  cd -P -- "$part" && [ "$(stat -c '%u %a' .; stat -c %d:%i ..)" = "$me 700
$held" ] || exit 1
  cp --attributes-only --preserve=all --no-dereference -T -- "$model" new &&
    dd of=new bs=65536 iflag=fullblock oflag=nofollow conv=notrunc,fsync status=none &&
    [ "$(sha <new)" = "$1" ] || exit 1
  if command -v getfacl >/dev/null && [ "$(acl "$model")" != "$(acl new)" ]; then
    acl "$model" | setfacl --set-file=- -- new && [ "$(acl "$model")" = "$(acl new)" ] || exit 1
  fi
  if [ "$(rights "$model")" != "$(rights new)" ]; then
    chcon --reference="$model" -- new && [ "$(rights "$model")" = "$(rights new)" ] || exit 1
  fi
  sync -- new && mv -fT -- new "../$fresh" && cd .. && rmdir -- "$part"
)
# Gives the live file its second name.
keep() ( hold && { [ "$old" -ef "$live" ] || ln -P -T -- "$live" "$old"; } )
# place COPY: it becomes the live file at once, and its own name is gone.
place() (
  hold || exit 1
  copy=./\${1##*/}
  if [ "$copy" -ef "$live" ]; then rm -f -- "$copy"; else mv -fT -- "$copy" "$live"; fi
)
tidy() ( hold && rm -rf -- "$part" && rm -f -- "$old" "$fresh" )
`;

/** Shell functions for what a host knows about its own ports. */
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
