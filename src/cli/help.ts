export const help = `sesam-harden: checks the transport security of SEP sesam Servers and Remote Device Servers

  sesam-harden check [PATH...]       judge every stpd.ini below PATH (default: this folder)
      --profile vendor|strict        what to ask for, whatever the settings say
      --fail-on error|warning|notice|never
                                     the least severity that ends in exit code 1, likewise
      --format FORMAT                what to print: text, json, github, sarif, junit, markdown, html
      --output FORMAT=FILE           write a report beside it; may be given several times
      --as-of YYYY-MM-DD             as on that day: shows which suppressions will have ended
      --commit SHA                   the commit that was checked out, for the html page to name
      --write-baseline FILE          take all findings for known
      --baseline FILE                show new findings alone; with both, known ones that are gone
                                     leave the file and new ones stay out of it
  sesam-harden fix [PATH...]         what would mend the files, as a diff that git apply takes
      --diff                         print that diff (the default)
      --write                        mend them in place
      --unsafe                       also what might lock a host out, unless no data port is left
      --rule RULE                    of this rule alone; may be given several times
      --profile and --fail-on        as for check
  sesam-harden priority STRING|-     what GnuTLS makes of a priority string; - reads lines
      --gnutls VERSION               one build (3.7.9) or line (3.7) instead of all
      --format text|json
  sesam-harden probe HOST            ask a host itself: ports, TLS versions, certificate
      --https-port N --http-port N --ftp-port N
      --full                         every suite of every version
      --profile vendor|strict        what to ask for; default vendor
      --filtered-port unknown|closed what a plain port counts as that does not answer; default unknown
      --unreachable-families ipv4|ipv6|none
                                     do not check addresses that this machine cannot reach; also
                                     with --fleet and verify, where it overrides the settings file
      --format text|json
  sesam-harden probe --fleet [PATH...]
                                     every host of the config repo, by its own files
      --timeout SECONDS --sockets N  for each step, default 5; at the same time, default 64
  sesam-harden verify [PATH...]      hold config repo, file on the host and wire together
      --host NAME                    this host alone, may be given several times; default --fleet
      --expect-phase open|close      open: old ports may still be open; default close
      --stpd-ini FILE                the host's own file, where it is not found by itself
      --full, --timeout, --sockets, --unreachable-families, --profile, --fail-on, --format,
      --output, --as-of, --commit
                                     as above; --as-of judges certificates
  sesam-harden inventory --url https://SERVER:11401 --user NAME [--out FILE]
                                     export a Server's interfaces and who uses them, by its REST API
      --password-file FILE           where the password is; else in the variable SESAM_PASSWORD
      --ca-file FILE                 trust these certificates instead of the usual ones
      --endpoint KIND=METHOD:PATH    where a kind is listed; --skip KIND where it is not in use
      --login-type, --name, --timeout, --details, --absent, --interface-key, --ignore-key,
      --client-key, --paging, --page-size: see docs/inventory.md
  sesam-harden plan ENVIRONMENT --phase open|close [PATH...]
                                     which hosts would get which file, in which waves, and which not
      --host NAME                    these hosts alone; may be given several times
      --except NAME                  a host that need not have opened for the others to close
      --ref REF                      at this branch, tag or commit; default what is checked out
      --records FILE                 what was last proven: an export of the ledger, or a checkout of
                                     it; default the branch sesam-harden/ledger of this clone
      --key KID:X, --keys FILE       or as the ledger on GitHub has it, and with
      --ledger COMMIT                these as the ledger had it then; see ledger
      --repository NUMBER            GitHub's number of the config repo, where nothing else tells it
      --wave-size N                  most hosts of a wave, at most 256
      --as-of YYYY-MM-DD             as on that day, for suppressions
      --format text|json|markdown    json is the plan file that is approved and applied
  sesam-harden status [ENVIRONMENT|HOST]
                                     what config repo, rollouts and wire say of each host
      --key KID:X, --keys FILE       whose signatures count in the ledger, which is not read without
      --ref REF, --fresh HOURS       which commit; how old the wire's answer may be, default 36
      --format text|json, --output html=FILE
  sesam-harden ticket keygen --out FILE [--format jwk|pins|key]
                                     a new pair of keys: the private one to FILE, the public one printed
  sesam-harden ticket verify TICKET|- --key FILE...
                                     whether a ticket is signed by one of the keys, and valid now
      --plan FILE                    and whether it allows a wave of this plan; with it:
      --host, --wave, --phase, --environment, --commit, --repository, --last-sequence
      --clock-skew SECONDS           by which two clocks may differ, default 60
      --format text|json
  sesam-harden host install --host NAME --repository NUMBER --address NAME...
                                     as root: put this program, pins and recovery on a host
      --key KEY, --keys FILE         public keys that sign tickets, each as KID:X or as the JWK
      --runner-user USER             who may start apply by sudo
      --environment, --role, --stpd-ini, --sm-main, --root: see docs/host.md
  sesam-harden host status [--host NAME] | uninstall
  sesam-harden host records          what lies on the hosts pinned here, and their public keys, for
                                     plan --records and the bot's --import
  sesam-harden apply --phase open|close --repo DIR --plan FILE --ticket FILE
                                     change a host: confirmed by the wire, or undone
      --dry-run                      show the difference and every command, and change nothing
      --break-glass REASON           instead of a ticket: root at the console, recorded
      --expect SHA256                the file that lies on the host, where it is not the plan's
      --idle-seen-by WHO             root at the console has seen that nothing runs, where it is unknown;
                                     for recover as well
      --from-job                     for sudoers: takes no --break-glass and no --idle-seen-by
      --attempt N                    of the run: the report is signed by the host's key, if it has one
      --host NAME, --wave N, --commit SHA, --format text|json
  sesam-harden recover [--host NAME] bring a change that was cut off to its end
      --show                         only print the way back by hand, as lines to copy
  sesam-harden globals --repo DIR [--attest WHO]
                                     set SEP sesam's three global settings, once all hosts answer
                                     over HTTPS
  sesam-harden ledger log            what the ledger of rollouts on GitHub says, newest first
      --rollout ID --limit N
  sesam-harden ledger verify         whether it is whole: one line of commits, chain, signatures,
                                     legal transitions, results as planned; exit code 1 where not
      --head COMMIT                  and goes on from a commit that was seen elsewhere
      --repository NUMBER            and is of this repository
      --format text|json
  sesam-harden ledger export         all entries, or with records what plan --records takes
      --format jsonl|csv|records
      --key KID:X, --keys FILE       for these: the controller's public keys, old ones too; the config
                                     repo is in GITHUB_REPOSITORY, a token in GITHUB_TOKEN
  sesam-harden ledger ruleset --app NUMBER
                                     the rulesets of GitHub that protect its branch
  sesam-harden rules [--format json] list the rules
  sesam-harden explain RULE          what a rule asks for, and why
  sesam-harden --help | --version

Exit codes: 0 clean; 1 findings; 2 usage or settings wrong; 3 no stpd.ini found; 4 something broke,
or could not be known.
With no arguments, on a GitHub runner, it runs as the Action.
`;

/** The part for one command; all of it for a word that is no command. */
export function helpOf(command: string): string {
  const blocks = help.split(/(?=^  sesam-harden )/m);
  const own = blocks.filter((block) => block.startsWith(`  sesam-harden ${command} `));
  return own.length === 0 ? help : own.join("").replace(/\n\n[^]*$/, "\n");
}
