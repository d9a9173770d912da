#!/bin/sh
# git rev-parse --verify accepts the name of an object that is not there.
#
# Software:  git 2.39.5 (Debian 1:2.39.5-0+deb12u3)
# Expected:  an error: the repository is empty.
# Behaviour: forty hexadecimal digits are a valid name, and nothing more is verified. A type
#            has to be asked for, as in NAME^{commit}.
# Seen:
#   NAME: exit 0
#   NAME^{commit}: exit 128
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
name=0123456789012345678901234567890123456789
git rev-parse --verify "$name" >/dev/null 2>&1
seen="NAME: exit $?"
git rev-parse --verify "$name^{commit}" >/dev/null 2>&1
seen="$seen
NAME^{commit}: exit $?"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
