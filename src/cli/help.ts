export const help = `sesam-harden: checks the transport security of SEP sesam Servers and Remote Device Servers

  sesam-harden check [PATH...]       judge every stpd.ini below PATH (default: this folder)
      --profile vendor|strict        what to ask for (default: vendor)
      --fail-on error|warning|notice|never
                                     the least severity that ends in exit code 1 (default: error)
      --format text|json|github      what to print (default: text)
      --output FORMAT=FILE           write a report beside it; may be given several times
  sesam-harden priority STRING|-     what GnuTLS makes of a priority string; - reads lines
      --gnutls VERSION               one build (3.7.9) or line (3.7) instead of all
      --format text|json
  sesam-harden rules [--format json] list the rules
  sesam-harden explain RULE          what a rule asks for, and why
  sesam-harden --help | --version

Exit codes: 0 clean; 1 findings; 2 usage or settings wrong; 3 no stpd.ini found; 4 something broke.
With no arguments, on a GitHub runner, it runs as the Action.
`;
