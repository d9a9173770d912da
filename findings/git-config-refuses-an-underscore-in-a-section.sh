#!/bin/sh
# git config cannot read an INI file whose section has an underscore.
#
# Software:  git 2.39.5 (Debian 1:2.39.5-0+deb12u3)
# Expected:  a section is a name in brackets, so [STPD_Server] and STPD_PORT=1 are read.
# Behaviour: sections and keys may hold letters, digits, minus and (sections) dots. One
#            underscore makes the whole file unreadable, also its other sections.
# Seen:
#   [STPDServer]: exit 0
#   [STPD_Server]: exit 128
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
apt-get download git=1:2.39.5-0+deb12u3 >/dev/null 2>&1 && dpkg -x git_*.deb . ||
  { echo 'cannot install git 1:2.39.5-0+deb12u3' >&2; exit 2; }
export PATH="$tmp/usr/bin:$PATH" GIT_EXEC_PATH="$tmp/usr/lib/git-core" HOME="$tmp"
export GIT_CONFIG_NOSYSTEM=1 GIT_TEMPLATE_DIR= GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org
export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
git init -q repo && cd repo || exit 2
seen=
for section in STPDServer STPD_Server; do
  printf '[Other]\nport=2\n[%s]\nport=1\n' "$section" >a.ini
  git config --file a.ini --get other.port >/dev/null 2>&1
  seen="$seen
[$section]: exit $?"
done
seen=${seen#?}
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
