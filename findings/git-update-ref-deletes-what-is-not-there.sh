#!/bin/sh
# git update-ref -d succeeds for a branch that is not there.
#
# Software:  git 2.39.5 (Debian 1:2.39.5-0+deb12u3)
# Expected:  an error, as git branch -D and git tag -d give one.
# Behaviour: exit code 0 and no message, so a misspelled name looks like a deleted branch.
#            With the old value as an argument it is an error.
# Seen:
#   update-ref -d: exit 0
#   update-ref -d with the old value: exit 1
#   branch -D: exit 1
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
commit=$(git commit-tree -m x "$(git mktree </dev/null)")
git update-ref -d refs/heads/gone 2>/dev/null
seen="update-ref -d: exit $?"
git update-ref -d refs/heads/gone "$commit" 2>/dev/null
seen="$seen
update-ref -d with the old value: exit $?"
git branch -D gone 2>/dev/null
seen="$seen
branch -D: exit $?"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
