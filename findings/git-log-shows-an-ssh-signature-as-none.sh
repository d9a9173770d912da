#!/bin/sh
# git log shows a commit that is signed with an SSH key as not signed.
#
# Software:  git 2.39.5 (Debian 1:2.39.5-0+deb12u3), ssh-keygen of the machine (8.2 or newer)
# Expected:  %G? says E (cannot be checked) or U where no file of allowed signers is set.
# Behaviour: it says N, "no signature", though the commit holds one. With an empty file of
#            allowed signers the same commit is U.
# Seen:
#   gpgsig lines in the commit: 1
#   no allowedSignersFile: N
#   an empty one: U
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
command -v ssh-keygen >/dev/null || { echo 'ssh-keygen is needed' >&2; exit 2; }
ssh-keygen -q -t ed25519 -N '' -C '' -f "$tmp/key" || exit 2
git -c gpg.format=ssh -c user.signingKey="$tmp/key.pub" commit -q -S --allow-empty -m x || exit 2
: >"$tmp/allowed"
seen="gpgsig lines in the commit: $(git cat-file commit HEAD | grep -c '^gpgsig ')
no allowedSignersFile: $(git log --format=%G? 2>/dev/null)
an empty one: $(git -c gpg.ssh.allowedSignersFile="$tmp/allowed" log --format=%G? 2>/dev/null)"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
